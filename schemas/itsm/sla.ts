import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { Named, Priority } from './common.ts'
import { SlaName } from './sla-calendars.ts'

const minutes = (example: number) =>
  Type.Integer({
    minimum: 1,
    maximum: 43_200,
    description: 'Minutes of working time.',
    examples: [example],
  })

const Target = Type.Object(
  { response_minutes: minutes(15), resolution_minutes: minutes(120) },
  { additionalProperties: false },
)

export const slaChanges = {
  on_priority_change: Type.Unsafe<'new_target' | 'restart'>({
    ...oneOf('new_target', 'restart'),
    description:
      '`new_target`: the new target counts, time gone is kept; a target that was missed before stays missed. `restart`: it begins anew.',
  }),
  on_reopen: Type.Unsafe<'continue' | 'restart'>({
    ...oneOf('continue', 'restart'),
    description: 'Whether the clock of the resolution goes on after a reopening, or begins anew.',
  }),
  first_response: Type.Unsafe<'either' | 'public_note' | 'status_change'>({
    ...oneOf('either', 'public_note', 'status_change'),
    description: 'What counts as the first response, by somebody other than the reporter.',
  }),
}

const definition = {
  targets: Type.Object(
    { critical: Target, high: Target, medium: Target, low: Target },
    { additionalProperties: false },
  ),
  thresholds: Type.Object(
    {
      percent: nullable(Type.Integer({ minimum: 1, maximum: 99, examples: [75] })),
      minutes_before: nullable(Type.Integer({ minimum: 1, maximum: 10_080, examples: [30] })),
    },
    {
      additionalProperties: false,
      description:
        'When a running target is at risk: past so much of its working time, or so many minutes by the clock before it is due. Null for never. The minutes are left out of targets that are no longer than they are.',
    },
  ),
  conditions: Type.Object(
    {
      categories: Type.Array(SlaName, { maxItems: 100, examples: [['network']] }),
      team_ids: Type.Array(Id, { maxItems: 100 }),
      priorities: Type.Array(Priority, {
        maxItems: 4,
        uniqueItems: true,
        examples: [['critical']],
      }),
      tags: Type.Array(SlaName, { maxItems: 100, examples: [['vip']] }),
    },
    {
      additionalProperties: false,
      description:
        'What an incident must have for this policy to be chosen: of each list that is not empty, one.',
    },
  ),
  raise_priority_on: nullable(
    Type.Unsafe<'alert' | 'breach'>({
      ...oneOf('alert', 'breach'),
      description: 'When the priority goes up by one, once a target. Null for never.',
    }),
  ),
  notify: Type.Array(oneOf('assignee', 'team_lead', 'manager'), {
    uniqueItems: true,
    maxItems: 3,
    description: 'Who is told of alerts and breaches.',
    examples: [['assignee', 'team_lead', 'manager']],
  }),
  rules: Type.Object(slaChanges, { additionalProperties: false }),
}
const PolicyDefinition = Type.Object(definition)
/** What of a policy is kept by version, together with its calendar. */
export type PolicyDefinition = Static<typeof PolicyDefinition>

const own = {
  name: SlaName,
  calendar_id: Id,
  position: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    description: 'Of several policies whose conditions an incident meets, the first counts.',
    examples: [10],
  }),
  is_default: Type.Boolean({
    description:
      'The one for all that no other policy is for. Making one the default takes it from the other.',
    examples: [false],
  }),
  active: Type.Boolean({ description: 'Whether it is chosen for incidents.', examples: [true] }),
}

export const SlaPolicy = Type.Object(
  {
    id: Id,
    ...own,
    ...definition,
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'SlaPolicy' },
)
export type SlaPolicy = Static<typeof SlaPolicy>

const editable = Type.Object({
  ...own,
  targets: definition.targets,
  thresholds: Type.Partial(definition.thresholds, { additionalProperties: false }),
  conditions: Type.Partial(definition.conditions, { additionalProperties: false }),
  raise_priority_on: definition.raise_priority_on,
  notify: definition.notify,
  rules: Type.Partial(definition.rules, { additionalProperties: false }),
})

export const NewSlaPolicy = Type.Object(
  {
    ...Type.Pick(editable, ['name', 'calendar_id', 'targets']).properties,
    ...Type.Partial(Type.Omit(editable, ['name', 'calendar_id', 'targets'])).properties,
  },
  { $id: 'NewSlaPolicy', additionalProperties: false },
)
export type NewSlaPolicy = Static<typeof NewSlaPolicy>

export const SlaPolicyChange = Type.Partial(editable, {
  $id: 'SlaPolicyChange',
  additionalProperties: false,
  minProperties: 1,
})
export type SlaPolicyChange = Static<typeof SlaPolicyChange>

export const SlaPolicyQuery = pageQuery({ limit: 50, max: 100 })
export const SlaPolicyPage = pageOf('policies', ref(SlaPolicy), { $id: 'SlaPolicyPage' })

export const SlaPolicyVersion = Type.Object(
  {
    version: Type.Integer({ minimum: 1, examples: [1] }),
    valid_from: Timestamp,
    calendar_id: Id,
    ...definition,
  },
  { $id: 'SlaPolicyVersion' },
)
export const SlaPolicyVersionPage = pageOf('versions', ref(SlaPolicyVersion), {
  $id: 'SlaPolicyVersionPage',
})

export const slaStates = ['running', 'paused', 'met', 'breached', 'cancelled'] as const
export const slaKinds = ['running', 'paused', 'closed', 'stopped'] as const
export type SlaState = (typeof slaStates)[number]
export type SlaKind = (typeof slaKinds)[number]

const Seconds = Type.Integer({ minimum: 0, examples: [600] })

export const SlaTarget = Type.Object(
  {
    state: Type.Unsafe<SlaState>({
      ...oneOf(...slaStates),
      description: 'What was missed stays `breached`, also when it is reached later.',
    }),
    explanation: Type.String({
      examples: ['目標 15 分のうち 10 分が経過しました。期限は 2025-08-04 09:05 です。'],
    }),
    target_s: Seconds,
    elapsed_s: Type.Integer({
      minimum: 0,
      description: 'Working seconds that ran.',
      examples: [600],
    }),
    paused_s: Type.Integer({ minimum: 0, description: 'Working seconds in which it was paused.' }),
    remaining_s: Type.Integer({ description: 'Below nothing where it is past.', examples: [300] }),
    percent: Type.Number({ minimum: 0, examples: [66.6] }),
    started_at: Timestamp,
    due_at: nullable(Type.String({ ...Timestamp, description: 'Null while it is paused.' })),
    met_at: nullable(
      Type.String({ ...Timestamp, description: 'When it was reached, be it late.' }),
    ),
    breached_at: nullable(Timestamp),
    policy_version: Type.Integer({ minimum: 1, description: 'The version it is judged by.' }),
    calendar_version: Type.Integer({ minimum: 1 }),
    intervals: Type.Array(
      Type.Object({
        from: Timestamp,
        to: Timestamp,
        kind: Type.Unsafe<SlaKind>({
          ...oneOf(...slaKinds),
          description:
            '`paused`: pending, in working time. `closed`: outside working time. `stopped`: from a resolution to the reopening.',
        }),
        seconds: Seconds,
      }),
      { description: 'All the time from its start; what runs adds up to `elapsed_s`.' },
    ),
  },
  { $id: 'SlaTarget' },
)

export const IncidentSla = Type.Object(
  {
    incident_id: Id,
    phase: Type.Unsafe<'none' | SlaState>(oneOf('none', ...slaStates)),
    computed_at: Timestamp,
    policy: Type.Union([
      Type.Object({ ...Named.properties, version: Type.Integer({ minimum: 1 }) }),
      Type.Null(),
    ]),
    calendar: Type.Union([
      Type.Object({
        ...Named.properties,
        zone: Type.String({ examples: ['Asia/Tokyo'] }),
        version: Type.Integer({ minimum: 1 }),
      }),
      Type.Null(),
    ]),
    response: Type.Union([ref(SlaTarget), Type.Null()]),
    resolution: Type.Union([ref(SlaTarget), Type.Null()]),
    notices: Type.Array(
      Type.Object({
        target: Type.Unsafe<'response' | 'resolution'>(oneOf('response', 'resolution')),
        level: Type.Unsafe<'percent' | 'minutes' | 'breach'>(oneOf('percent', 'minutes', 'breach')),
        due_at: Timestamp,
        noticed_at: Timestamp,
        late: Type.Boolean({ description: 'Given more than two minutes after its time.' }),
      }),
    ),
  },
  { $id: 'IncidentSla' },
)
export type IncidentSla = Static<typeof IncidentSla>
