import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { Impact, IncidentStatus, Named, Priority, Title, Urgency } from './common.ts'

export const slaStatuses = ['compliant', 'at_risk', 'violated', 'paused', 'met', 'none'] as const
export type SlaStatus = (typeof slaStatuses)[number]
export const SlaStatus = oneOf(...slaStatuses)

const named = Type.Union([ref(Named), Type.Null()])
const met = (target: string) =>
  nullable(Type.Boolean({ description: `Whether ${target} came in time. Null while it is open.` }))
const seconds = (target: string) =>
  nullable(
    Type.Integer({
      minimum: 0,
      description: `How long ${target} took, in seconds of the calendar, pauses left out. Null while it is open.`,
    }),
  )

export const Incident = Type.Object(
  {
    id: Id,
    incident_number: Type.String({ examples: ['INC00000042'] }),
    external_number: nullable(
      Type.String({ description: 'Its number in the system that it was imported from.' }),
    ),
    title: Title,
    description: nullable(Type.String()),
    status: IncidentStatus,
    priority: Priority,
    priority_overridden: Type.Boolean({
      description:
        'Whether somebody set the priority, and it does not follow from impact and urgency.',
    }),
    priority_reason: nullable(
      Type.String({ description: 'Why it was set. Null for those who only report.' }),
    ),
    impact: Impact,
    urgency: Urgency,
    category: nullable(Type.String({ examples: ['メール'] })),
    reporter_id: Id,
    reporter: ref(Named),
    assignee_id: nullable(Id),
    assignee: named,
    team_id: nullable(Id),
    team: named,
    affected_ci_ids: Type.Array(Id),
    affected_cis: Type.Array(ref(Named)),
    tags: Type.Array(Type.String({ examples: ['メール'] })),
    major: Type.Boolean(),
    resolution: nullable(Type.String()),
    resolution_code: nullable(Type.String({ examples: ['restarted'] })),
    parent_id: nullable(Id),
    reopen_count: Type.Integer({ minimum: 0 }),
    reassignment_count: nullable(
      Type.Integer({
        minimum: 0,
        description:
          'How often it went from one assignee or team to another. Null for those who only report.',
      }),
    ),
    pending_reason: nullable(Type.String()),
    pending_until: nullable(
      Type.String({ ...Timestamp, description: 'When it returns from pending by itself.' }),
    ),
    opened_at: Timestamp,
    responded_at: nullable(Timestamp),
    resolved_at: nullable(Timestamp),
    closed_at: nullable(Timestamp),
    response_due_at: nullable(Timestamp),
    resolution_due_at: nullable(Timestamp),
    sla_status: SlaStatus,
    response_met: met('the first response'),
    resolution_met: met('the resolution'),
    response_s: seconds('the first response'),
    resolution_s: seconds('the resolution'),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Incident' },
)
export type Incident = Static<typeof Incident>

const Instant = (description: string) => Type.String({ ...Timestamp, description })
const text = (maxLength: number, example: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', examples: [example] })
const Word = Type.String({ minLength: 1, maxLength: 100, pattern: line, examples: ['メール'] })

/** White space around it is cut off. */
const Tag = Type.String({ minLength: 1, maxLength: 50, pattern: line, examples: ['メール'] })
const Tags = Type.Array(Tag, {
  maxItems: 20,
  description: 'White space around a tag is cut off; of tags that are the same, one is kept.',
})

export const Resolution = text(20_000, 'メールサーバーを再起動した')
export const ResolutionCode = Type.String({
  minLength: 1,
  maxLength: 50,
  pattern: line,
  examples: ['restarted'],
})
export const Reason = text(2000, '利用者からの返事を待つ')
export const PendingUntil = Instant('When it returns by itself; in the future.')

const described = {
  title: Title,
  description: nullable(Type.String({ maxLength: 20_000, examples: ['朝から送信に失敗する'] })),
  impact: Type.Unsafe<Impact>({ ...Impact, description: 'How many feel it.' }),
  urgency: Type.Unsafe<Urgency>({ ...Urgency, description: 'How long it can wait.' }),
  category: nullable(Word),
  tags: Tags,
}

const assigned = {
  assignee_id: nullable(
    Type.String({ ...Id, description: 'Somebody who may work on incidents; null for nobody.' }),
  ),
  team_id: nullable(Type.String({ ...Id, description: 'Null for none.' })),
}

const worked = {
  ...assigned,
  affected_ci_ids: Type.Array(Id, { maxItems: 100, uniqueItems: true }),
  major: Type.Boolean({ description: 'Whether it is handled as a major incident.' }),
}

export const NewIncident = Type.Object(
  {
    ...Type.Partial(Type.Object({ ...described, ...worked })).properties,
    title: Title,
    impact: Type.Optional(Type.Unsafe<Impact>({ ...described.impact, default: 'medium' })),
    urgency: Type.Optional(Type.Unsafe<Urgency>({ ...described.urgency, default: 'medium' })),
    reporter_id: Type.Optional(
      Type.String({ ...Id, description: 'Who reported it; whoever sends this, if not said.' }),
    ),
    opened_at: Type.Optional(Instant('When it was reported; not in the future.')),
  },
  { $id: 'NewIncident', additionalProperties: false },
)
export type NewIncident = Static<typeof NewIncident>

/** What may be set of an incident, by itself or together with others. */
const changeable = {
  ...described,
  ...worked,
  status: Type.Unsafe<IncidentStatus>({
    ...IncidentStatus,
    description:
      'Closing, cancelling and reopening have routes of their own; 409 names what may come next.',
  }),
  priority: nullable(
    Type.Unsafe<Priority>({
      ...Priority,
      description: 'Sets it, with a reason. Null gives it back to impact and urgency.',
    }),
  ),
  priority_reason: Reason,
  resolution: Resolution,
  resolution_code: nullable(ResolutionCode),
  pending_reason: Reason,
  pending_until: nullable(PendingUntil),
}

export const IncidentChange = Type.Partial(Type.Object(changeable), {
  $id: 'IncidentChange',
  additionalProperties: false,
  minProperties: 1,
})
export type IncidentChange = Static<typeof IncidentChange>

export const IncidentUpdates = Type.Partial(
  Type.Object({ ...changeable, add_tags: Tags, remove_tags: Tags }),
  { $id: 'IncidentUpdates', additionalProperties: false, minProperties: 1 },
)
export type IncidentUpdates = Static<typeof IncidentUpdates>

export const Assignment = Type.Partial(Type.Object(assigned), {
  $id: 'IncidentAssignment',
  additionalProperties: false,
  minProperties: 1,
})
export type Assignment = Static<typeof Assignment>
