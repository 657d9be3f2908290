import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { cursorPageOf, cursorQuery } from '../pages.ts'

export const AuditEvent = Type.Object(
  {
    id: Id,
    actor_id: nullable(Type.String({ format: 'uuid', description: 'Null for nobody signed in.' })),
    action: Type.String({ examples: ['user.updated'] }),
    subject_id: nullable(Type.String({ description: 'What it was done to.' })),
    changes: Type.Record(Type.String(), Type.Unknown(), {
      description: 'Field by field, `{from, to}`; secrets are masked.',
      examples: [{ display_name: { from: '山田 太郎', to: '山田 花子' } }],
    }),
    ip: nullable(Type.String({ examples: ['203.0.113.7'] })),
    user_agent: nullable(Type.String()),
    request_id: Type.String(),
    created_at: Timestamp,
    seq: nullable(
      Type.Integer({ description: 'Its place in the chain; null for a second or so.' }),
    ),
    hash: nullable(Type.String({ description: 'HMAC-SHA-256 over it and the row before it.' })),
  },
  { $id: 'AuditEvent' },
)
export type AuditEvent = Static<typeof AuditEvent>

const filters = {
  actor_id: Type.Optional(Type.String({ format: 'uuid', description: 'Only what this user did.' })),
  subject_id: Type.Optional(
    Type.String({ maxLength: 100, description: 'Only what was done to this object.' }),
  ),
  action: Type.Optional(
    Type.String({ maxLength: 100, description: 'Only this action, such as `user.updated`.' }),
  ),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Not before this time.' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Before this time.' })),
}

export const AuditQuery = Type.Object({ ...cursorQuery().properties, ...filters })
export type AuditQuery = Static<typeof AuditQuery>

export const AuditPage = cursorPageOf('events', ref(AuditEvent), { $id: 'AuditPage' })

const format = oneOf('csv', 'ndjson')

export const AuditExportQuery = Type.Object({
  ...filters,
  format: Type.Unsafe<Static<typeof format>>({
    ...format,
    default: 'csv',
    description: 'CSV for spreadsheets, or one JSON object a line.',
  }),
})
export type AuditExportQuery = Static<typeof AuditExportQuery>

export const AuditVerdict = Type.Object(
  {
    valid: Type.Boolean({ examples: [true] }),
    checked: Type.Integer({ description: 'How many rows were looked at.', examples: [1204] }),
    length: Type.Integer({ description: 'How many rows the signed head says.', examples: [1204] }),
    first_broken: Type.Optional(
      Type.Integer({ description: '`seq` of the first row that is changed or missing.' }),
    ),
  },
  { $id: 'AuditVerdict' },
)
export type AuditVerdict = Static<typeof AuditVerdict>
