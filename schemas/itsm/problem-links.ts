import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf } from '../pages.ts'
import { ChangeOutcome, ChangeStatus, IncidentStatus, Priority, Title } from './common.ts'

export const ProblemIncidents = Type.Object(
  {
    incident_ids: Type.Array(Id, {
      minItems: 1,
      maxItems: 200,
      uniqueItems: true,
      examples: [['01990f6e-5c00-7000-8000-0123456789ab']],
    }),
  },
  { $id: 'ProblemIncidents', additionalProperties: false },
)

export const ProblemIncidentsLinked = Type.Object(
  {
    linked_count: Type.Integer({ minimum: 0, description: 'Those that were not linked before.' }),
    incident_count: Type.Integer({ minimum: 0, description: 'All that are linked now.' }),
  },
  { $id: 'ProblemIncidentsLinked' },
)

export const ProblemIncident = Type.Object(
  {
    id: Id,
    incident_number: Type.String({ examples: ['INC00000042'] }),
    title: Title,
    status: IncidentStatus,
    priority: Priority,
    category: nullable(Type.String()),
    opened_at: Timestamp,
    linked_at: Timestamp,
    is_recurrence: Type.Boolean({
      description: 'Opened and linked after the problem was closed the first time.',
    }),
  },
  { $id: 'ProblemIncident' },
)

export const ProblemIncidentPage = pageOf('incidents', ref(ProblemIncident), {
  $id: 'ProblemIncidentPage',
})

export const ProblemIncidentParams = Type.Object({
  id: Type.String({ ...Id, description: 'The id of the problem.' }),
  incident_id: Type.String({ ...Id, description: 'The id of the incident.' }),
})

export const ProblemChanges = Type.Object(
  {
    change_ids: Type.Array(Id, {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      examples: [['01990f6e-5c00-7000-8000-0123456789ab']],
    }),
  },
  { $id: 'ProblemChanges', additionalProperties: false },
)

export const ProblemLinkedChange = Type.Object(
  {
    id: Id,
    change_number: Type.String({ examples: ['CHG00000042'] }),
    title: Title,
    status: ChangeStatus,
    outcome: nullable(ChangeOutcome),
    has_result: Type.Boolean({
      description: 'Whether it is over: carried out, taken back, rejected or cancelled.',
    }),
  },
  { $id: 'ProblemLinkedChange' },
)

export const ProblemLinkedChanges = Type.Object(
  { changes: Type.Array(ref(ProblemLinkedChange)) },
  { $id: 'ProblemLinkedChanges' },
)

export const ProblemChangeParams = Type.Object({
  id: Type.String({ ...Id, description: 'The id of the problem.' }),
  change_id: Type.String({ ...Id, description: 'The id of the change.' }),
})

export const ProblemCommunication = Type.Object(
  {
    kind: Type.Unsafe<'workaround' | 'solution'>({
      ...oneOf('workaround', 'solution'),
      description: 'What is told where no `content` is sent.',
    }),
    content: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 10_000,
        pattern: '\\S',
        examples: ['送信サービスを再起動すると送れるようになります。'],
      }),
    ),
    is_public: Type.Boolean({
      default: false,
      description: 'Whether those who reported the incidents see it.',
    }),
  },
  { $id: 'ProblemCommunication', additionalProperties: false, required: ['kind'] },
)
export type ProblemCommunication = Static<typeof ProblemCommunication>

export const ProblemCommunicated = Type.Object(
  {
    told_count: Type.Integer({ minimum: 0, description: 'Incidents that got the note now.' }),
    open_count: Type.Integer({ minimum: 0, description: 'Open incidents that are linked.' }),
  },
  { $id: 'ProblemCommunicated' },
)
