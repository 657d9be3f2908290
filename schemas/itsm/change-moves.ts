import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { Change, RiskReason } from './changes.ts'
import { ChangeOutcome, IncidentStatus, Named, Priority, RiskLevel, Title } from './common.ts'

/** A change after it was planned, with what its planner has to know besides. */
export const PlannedChange = Type.Object(
  {
    ...Change.properties,
    vote_reopened: Type.Boolean({
      description: 'Whether what was voted on has changed, so that all vote again.',
      examples: [false],
    }),
    conflicts: Type.Array(
      Type.Object({
        kind: oneOf(
          'same_ci',
          'related_ci',
          'same_implementer',
          'freeze',
          'outside_maintenance_window',
        ),
        severity: oneOf('blocks', 'warns'),
        affected_cis: Type.Array(ref(Named), { description: 'Each that this is about.' }),
        change_id: nullable(Type.String({ ...Id, description: 'The other change.' })),
        window_id: nullable(Type.String({ ...Id, description: 'The window.' })),
      }),
      { description: 'What warns, and keeps nothing from being done.', examples: [[]] },
    ),
  },
  { $id: 'PlannedChange' },
)
export type PlannedChange = Static<typeof PlannedChange>

export const ChangeRisk = Type.Object(
  {
    risk_level: RiskLevel,
    risk_score: Type.Integer({ minimum: 0, examples: [7] }),
    risk_reasons: Type.Array(ref(RiskReason), { description: 'Their points add up to the score.' }),
    thresholds: Type.Array(
      Type.Object({
        risk_level: RiskLevel,
        min_score: Type.Integer({ minimum: 0, description: 'The least score of this level.' }),
      }),
    ),
  },
  { $id: 'ChangeRisk' },
)
export type ChangeRisk = Static<typeof ChangeRisk>

const notes = Type.String({
  maxLength: 5000,
  description: 'Kept in the history.',
  examples: ['手順どおりに完了した。'],
})

export const ChangeCompletion = Type.Object(
  {
    outcome: ChangeOutcome,
    actual_end: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'When it ended; now, unless it is said. Between the actual start and now.',
      }),
    ),
    notes: Type.Optional(notes),
  },
  {
    $id: 'ChangeCompletion',
    additionalProperties: false,
    examples: [{ outcome: 'successful', notes: '手順どおりに完了した。' }],
  },
)
export type ChangeCompletion = Static<typeof ChangeCompletion>

export const ChangeCancellation = Type.Object(
  {
    reason: Type.String({
      minLength: 1,
      maxLength: 2000,
      pattern: '\\S',
      examples: ['ベンダーの都合により見送る。'],
    }),
  },
  { $id: 'ChangeCancellation', additionalProperties: false },
)
export type ChangeCancellation = Static<typeof ChangeCancellation>

export const ChangeReview = Type.Object(
  {
    outcome: ChangeOutcome,
    lessons: Type.String({
      minLength: 1,
      maxLength: 20_000,
      pattern: '\\S',
      examples: ['切り替え前に監視を止める手順を加える。'],
    }),
    caused_incident_ids: Type.Optional(
      Type.Array(Id, {
        maxItems: 200,
        uniqueItems: true,
        description: 'The incidents that it brought about.',
      }),
    ),
  },
  { $id: 'ChangeReview', additionalProperties: false },
)
export type ChangeReview = Static<typeof ChangeReview>

export const ChangeIncident = Type.Object(
  {
    id: Id,
    incident_number: Type.String({ examples: ['INC00000042'] }),
    title: Title,
    status: IncidentStatus,
    priority: Priority,
    kind: Type.Unsafe<'change' | 'caused_by'>({
      ...oneOf('change', 'caused_by'),
      description: '`change`: it is to be mended by the change; `caused_by`: the change caused it.',
    }),
  },
  { $id: 'ChangeIncident' },
)
export type ChangeIncident = Static<typeof ChangeIncident>

export const ChangeIncidentQuery = pageQuery()
export const ChangeIncidentPage = pageOf('incidents', ref(ChangeIncident), {
  $id: 'ChangeIncidentPage',
})
