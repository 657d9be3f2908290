import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { time } from './cab.ts'
import { ChangeStatus, ChangeType, Named, RiskLevel } from './common.ts'

export const ChangeConflict = Type.Object(
  {
    kind: oneOf(
      'same_ci',
      'related_ci',
      'same_implementer',
      'freeze',
      'outside_maintenance_window',
    ),
    severity: Type.Unsafe<'blocks' | 'warns'>({
      ...oneOf('blocks', 'warns'),
      description: 'What blocks keeps the change from being scheduled.',
    }),
    ci_ids: Type.Array(Id, { description: 'Every affected CI that this is about.' }),
    change_id: nullable(Type.String({ ...Id, description: 'The other change.' })),
    window_id: nullable(Type.String({ ...Id, description: 'The window.' })),
    ja: Type.String({ examples: ['凍結期間「年末年始の凍結」と重なります。'] }),
    en: Type.String({ examples: ['It overlaps the freeze "年末年始の凍結".'] }),
  },
  { $id: 'ChangeConflict' },
)

export const ChangeConflicts = Type.Object(
  {
    is_blocked: Type.Boolean({ description: 'Whether one of them blocks.' }),
    conflicts: Type.Array(ref(ChangeConflict), { description: 'Those that block come first.' }),
  },
  { $id: 'ChangeConflicts' },
)

export const CalendarChange = Type.Object(
  {
    id: Id,
    change_number: Type.String({ examples: ['CHG00000042'] }),
    title: Type.String({ examples: ['メールサーバーの証明書を更新する'] }),
    type: ChangeType,
    status: ChangeStatus,
    risk_level: RiskLevel,
    starts_at: Type.String({
      ...Timestamp,
      description: 'When it begins to take time: as planned, or earlier where it was started then.',
    }),
    ends_at: Type.String({
      ...Timestamp,
      description:
        'When it no longer does: as planned, or later where it took longer; while it is under way, no earlier than the end of this minute.',
    }),
    scheduled_start: nullable(Timestamp),
    scheduled_end: nullable(Timestamp),
    actual_start: nullable(Timestamp),
    actual_end: nullable(Timestamp),
    implementer_id: nullable(Id),
    team_id: nullable(Id),
    affected_cis: Type.Array(ref(Named), { description: 'By name.' }),
  },
  { $id: 'CalendarChange' },
)

export const CalendarWindow = Type.Object(
  {
    window_id: Id,
    kind: oneOf('freeze', 'maintenance'),
    severity: Type.Unsafe<'hard' | 'soft' | null>({
      type: ['string', 'null'],
      enum: ['hard', 'soft', null],
    }),
    name: Type.String({ examples: ['年末年始の凍結'] }),
    reason: nullable(Type.String()),
    starts_at: Timestamp,
    ends_at: Timestamp,
    ci_ids: Type.Array(Id, { description: 'None for all.', examples: [[]] }),
  },
  { $id: 'CalendarWindow' },
)

export const ChangeCalendar = Type.Object(
  {
    start: Timestamp,
    end: Timestamp,
    changes: Type.Array(ref(CalendarChange), { description: 'By when they begin.' }),
    freezes: Type.Array(ref(CalendarWindow)),
    maintenance: Type.Array(ref(CalendarWindow), {
      description: 'Each time that a window comes back.',
    }),
  },
  { $id: 'ChangeCalendar' },
)
export type ChangeCalendar = Static<typeof ChangeCalendar>

/** As often as there are values: `ci=…&ci=…`. */
const several = <Value extends string>(schema: object, description: string) =>
  Type.Optional(Type.Unsafe<Value[]>({ type: 'array', items: schema, maxItems: 100, description }))

export const CalendarQuery = Type.Object({
  start: time('2026-12-01T00:00:00.000Z', 'Where the range begins.'),
  end: time('2027-01-01T00:00:00.000Z', 'Where it ends, within 400 days; no longer part of it.'),
  ci: several(Id, 'Only changes of one of these CIs, and windows for one of them or for all.'),
  related: Type.Boolean({
    default: false,
    description: 'With `ci`, also CIs they depend on or that depend on them, over three steps.',
  }),
  risk: several<Static<typeof RiskLevel>>(RiskLevel, 'Only changes of one of these risks.'),
  type: several<Static<typeof ChangeType>>(ChangeType, 'Only changes of one of these types.'),
  status: several<Static<typeof ChangeStatus>>(ChangeStatus, 'Only changes in one of these.'),
  team: several(Id, 'Only changes of one of these teams.'),
  format: Type.Unsafe<'json' | 'ics'>({
    ...oneOf('json', 'ics'),
    default: 'json',
    description: 'JSON, or iCalendar (RFC 5545).',
  }),
})
export type CalendarQuery = Static<typeof CalendarQuery>

export const calendarSchemas = [
  ChangeConflict,
  ChangeConflicts,
  CalendarChange,
  CalendarWindow,
  ChangeCalendar,
]
