import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { cursorPageOf, cursorQuery, pageOf, pageQuery } from '../pages.ts'

const RunKind = oneOf('estat', 'csv')
const RunOutcome = oneOf('published', 'unchanged', 'quarantined', 'failed')
const day = Type.String({ examples: ['2026-11-20'] })
const source = Type.String({ examples: ['estat-ssds-prefectures'] })
const count = Type.Integer({ minimum: 0, examples: [48] })

export const SyncRun = Type.Object(
  {
    id: Id,
    kind: RunKind,
    source_id: source,
    scheduled_for: Type.String({ ...day, description: 'The day in Japan it was meant for.' }),
    attempt: Type.Integer({ minimum: 1, description: 'Of that day.' }),
    started_at: Timestamp,
    ended_at: nullable(Timestamp),
    outcome: nullable(RunOutcome),
    rows_read: count,
    rows_added: count,
    rows_changed: count,
    published: nullable(
      Type.String({
        description: 'When the source says that it published; null where that was not read.',
        examples: ['2026-11-19'],
      }),
    ),
    vintage: nullable(Type.String({ description: 'Under which the figures can be asked for.' })),
    error_code: nullable(Type.String({ examples: [null] })),
    error_message: nullable(Type.String({ examples: [null] })),
    decision: nullable(oneOf('accepted', 'rejected')),
    decided_at: nullable(Timestamp),
  },
  { $id: 'SyncRun' },
)
export type SyncRun = Static<typeof SyncRun>

export const SyncRunDetail = Type.Object(
  {
    ...SyncRun.properties,
    errors: Type.Integer({ minimum: 0, description: 'Findings for which figures are kept back.' }),
    warnings: Type.Integer({ minimum: 0 }),
  },
  { $id: 'SyncRunDetail' },
)
export type SyncRunDetail = Static<typeof SyncRunDetail>

export const SyncQuery = Type.Object({
  ...cursorQuery().properties,
  kind: Type.Optional(
    Type.Unsafe<Static<typeof RunKind>>({ ...RunKind, description: 'Only runs of this kind.' }),
  ),
  source: Type.Optional(Type.String({ maxLength: 60, description: 'Only runs of this source.' })),
  outcome: Type.Optional(
    Type.Unsafe<Static<typeof RunOutcome>>({ ...RunOutcome, description: 'Only such runs.' }),
  ),
})
export type SyncQuery = Static<typeof SyncQuery>

const SyncSource = Type.Object({
  id: source,
  name_ja: Type.String({ examples: ['国勢調査 令和2年 男女別人口'] }),
  name_en: Type.String({ examples: ['Population Census 2020, population by sex'] }),
  state: Type.Unsafe<'ok' | 'failing' | 'quarantined' | 'waiting'>({
    ...oneOf('ok', 'failing', 'quarantined', 'waiting'),
    description:
      'failing: every try of the day failed; quarantined: kept back by the checks; waiting: not synced yet.',
  }),
  since: nullable(Timestamp),
  succeeded_on: nullable(Type.String({ ...day, description: 'The last day that went well.' })),
  published: nullable(Type.String({ description: 'The edition that is taken over.' })),
  stale_since: nullable(Timestamp),
  is_running: Type.Boolean(),
  next_attempt_at: nullable(
    Type.Unsafe<string>({ ...Timestamp, description: 'Of a run that failed.' }),
  ),
})

export const Sync = Type.Object(
  {
    is_enabled: Type.Boolean({ examples: [true] }),
    reason: nullable(
      Type.String({ description: 'Why nothing is synced.', examples: ['ESTAT_APP_ID is not set'] }),
    ),
    schedule: Type.Object({
      cron: Type.String({ examples: ['5 4 * * *'] }),
      zone: Type.String({ examples: ['Asia/Tokyo'] }),
      next_run_at: nullable(Timestamp),
    }),
    success: Type.Object(
      {
        calendar_days: Type.Integer({ examples: [30] }),
        scheduled_days: Type.Integer({ minimum: 0, examples: [30] }),
        succeeded_days: Type.Integer({ minimum: 0, examples: [29] }),
        rate: nullable(Type.Number({ minimum: 0, maximum: 1, examples: [0.9667] })),
        failed_days: Type.Array(day, { description: 'The newest first.' }),
      },
      {
        description:
          'Days on which every source had a run that published or found nothing new, of those with a scheduled run since the first sync. Today counts once it has succeeded.',
      },
    ),
    sources: Type.Array(SyncSource),
    ...cursorPageOf('runs', ref(SyncRun)).properties,
  },
  { $id: 'Sync' },
)
export type Sync = Static<typeof Sync>

export const StartQuery = Type.Object({
  force: Type.Boolean({
    default: false,
    description: 'Reads tables again that have not been updated since they were read.',
  }),
})

export const SyncStart = Type.Object(
  {
    runs: Type.Array(
      Type.Object({
        id: Type.Unsafe<string>({
          ...Id,
          description: '`/statistics/sync/{id}`, once it has ended.',
        }),
        source_id: source,
        scheduled_for: day,
        attempt: Type.Integer({ minimum: 1 }),
        is_new: Type.Boolean({ description: 'False for one that was due already.' }),
      }),
    ),
  },
  { $id: 'SyncStart' },
)
export type SyncStart = Static<typeof SyncStart>

const Severity = oneOf('error', 'warning', 'passed')

export const QualityFinding = Type.Object(
  {
    run_id: Id,
    check: Type.String({ examples: ['unit_jump'] }),
    severity: Severity,
    scope: Type.String({ examples: ['A1101 2020'] }),
    observed: Type.String({ examples: ['13000 14047594000, 1000 times 14047594'] }),
    expected: Type.String({ examples: ['the unit as before'] }),
    failing: count,
    sample: Type.Array(
      Type.Object({
        indicator: Type.String({ examples: ['A1101'] }),
        area: Type.String({ examples: ['13000'] }),
        period: Type.String({ examples: ['2020000000'] }),
      }),
      { description: 'Up to 20 of the figures that are meant.' },
    ),
  },
  { $id: 'QualityFinding' },
)
export type QualityFinding = Static<typeof QualityFinding>

export const QualityQuery = Type.Object({
  ...pageQuery().properties,
  run_id: Type.Optional(Type.String({ ...Id, description: 'Only results of this run.' })),
  check: Type.Optional(
    Type.String({ maxLength: 40, description: 'Only of this check, such as `unit_jump`.' }),
  ),
  severity: Type.Optional(
    Type.Unsafe<Static<typeof Severity>>({ ...Severity, description: 'Only such results.' }),
  ),
})
export type QualityQuery = Static<typeof QualityQuery>

export const QualityPage = pageOf('results', ref(QualityFinding), { $id: 'QualityPage' })

const published = Type.String({
  maxLength: 10,
  description: 'When the source published the figures: a year, a month or a day.',
  examples: ['2026-11'],
})

export const ImportQuery = Type.Object({
  source: Type.String({ maxLength: 60, description: 'The id of the source of the figures.' }),
  published,
  format: Type.Unsafe<'own' | 'ssdse'>({
    ...oneOf('own', 'ssdse'),
    default: 'own',
    description:
      'own: a line a figure (indicator, area, period, value; mark, status, unit if you like); ssdse: as the National Statistics Center lays it out.',
  }),
  part: Type.Boolean({
    default: false,
    description: 'The file has only part of what the source has: areas it lacks are a warning.',
  }),
})
export type ImportQuery = Static<typeof ImportQuery>

/** Text in UTF-8 or Shift_JIS, read as it comes. */
export const ImportBody = {
  content: {
    'text/csv': {
      schema: Type.Unsafe<AsyncIterable<Uint8Array>>({ contentMediaType: 'text/csv' }),
    },
  },
}

export const Imported = Type.Object(
  {
    run: ref(SyncRunDetail),
    results: Type.Array(ref(QualityFinding), {
      description: 'Errors, for which the figures are kept back, and warnings; at most 100.',
    }),
  },
  { $id: 'Imported' },
)
export type Imported = Static<typeof Imported>
