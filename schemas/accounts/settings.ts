import { type Static, Type } from '@sinclair/typebox'
import { nullable, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'

const settings = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Any JSON object of up to 64 KB.',
  examples: [{ theme: 'dark', favorite_areas: ['13000'] }],
})
const version = Type.Integer({ minimum: 0, examples: [3] })

export const Settings = Type.Object(
  { settings, version, updated_at: nullable(Timestamp) },
  { $id: 'Settings' },
)
export type Settings = Static<typeof Settings>

export const NewSettings = Type.Object(
  { settings },
  { $id: 'NewSettings', additionalProperties: false },
)
export type NewSettings = Static<typeof NewSettings>

export const SettingsVersion = Type.Object(
  { version, settings, created_at: Timestamp },
  { $id: 'SettingsVersion' },
)
export type SettingsVersion = Static<typeof SettingsVersion>

export const SettingsHistoryQuery = pageQuery({ limit: 20, max: 100 })
export const SettingsHistory = pageOf('versions', ref(SettingsVersion), { $id: 'SettingsHistory' })

export const SettingsVersionParams = Type.Object({
  version: Type.Integer({
    minimum: 1,
    maximum: 2 ** 31 - 1,
    description: 'The version to save again.',
  }),
})
