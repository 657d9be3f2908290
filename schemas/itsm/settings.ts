import { type Static, Type } from '@sinclair/typebox'
import { Timestamp } from '../common.ts'

const reopen_window_days = Type.Integer({
  minimum: 0,
  maximum: 365,
  description: 'For how many days after it was closed an incident can be reopened; 0 for never.',
  examples: [14],
})

export const ItsmSettings = Type.Object(
  {
    reopen_window_days,
    version: Type.Integer({ minimum: 1, examples: [1] }),
    updated_at: Timestamp,
  },
  { $id: 'ItsmSettings' },
)
export type ItsmSettings = Static<typeof ItsmSettings>

export const NewItsmSettings = Type.Object(
  { reopen_window_days },
  { $id: 'NewItsmSettings', additionalProperties: false },
)
export type NewItsmSettings = Static<typeof NewItsmSettings>
