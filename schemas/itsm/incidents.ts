import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
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
