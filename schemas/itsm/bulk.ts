import { type Static, Type } from '@sinclair/typebox'
import { Id, ref } from '../common.ts'
import { IncidentUpdates } from './incidents.ts'

export const IncidentBulkUpdate = Type.Object(
  {
    incident_ids: Type.Array(Id, { minItems: 1, maxItems: 100, uniqueItems: true }),
    updates: ref(IncidentUpdates),
    comment: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 20_000,
        pattern: '\\S',
        description: 'Becomes an internal work note on each.',
        examples: ['回線障害のためまとめて保留'],
      }),
    ),
  },
  { $id: 'IncidentBulkUpdate', additionalProperties: false },
)
export type IncidentBulkUpdate = Static<typeof IncidentBulkUpdate>

const BulkResult = Type.Object({
  id: Id,
  ok: Type.Boolean(),
  status: Type.Optional(
    Type.Integer({ description: 'Where it failed: what it would answer alone.', examples: [409] }),
  ),
  code: Type.Optional(Type.String({ examples: ['incident_frozen'] })),
  detail: Type.Optional(Type.String({ description: 'What to do.' })),
  errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
})
export type BulkResult = Static<typeof BulkResult>

export const IncidentBulkResult = Type.Object(
  {
    updated_count: Type.Integer({ minimum: 0 }),
    failed_count: Type.Integer({ minimum: 0 }),
    results: Type.Array(BulkResult, { description: 'In the order of `incident_ids`.' }),
  },
  { $id: 'IncidentBulkResult' },
)
export type IncidentBulkResult = Static<typeof IncidentBulkResult>
