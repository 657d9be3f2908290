import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from './common.ts'
import { cursorPageOf, cursorQuery } from './pages.ts'

export const AppInfo = Type.Object(
  {
    message: Type.String({ examples: ['Welcome to Kaname'] }),
    version: Type.String({ examples: ['1.0.0'] }),
    docs: Type.String({ examples: ['/docs'] }),
  },
  { $id: 'AppInfo' },
)
export type AppInfo = Static<typeof AppInfo>

const ServiceStatus = oneOf('healthy', 'unhealthy', 'disabled')

export const Health = Type.Object(
  {
    status: oneOf('healthy', 'degraded'),
    timestamp: Timestamp,
    version: Type.String({ examples: ['1.0.0'] }),
    environment: Type.String({ examples: ['development'] }),
    services: Type.Object({
      database: ServiceStatus,
      redis: ServiceStatus,
      storage: oneOf('healthy', 'unhealthy'),
    }),
  },
  { $id: 'Health' },
)
export type Health = Static<typeof Health>

export const Alive = Type.Object({ status: oneOf('alive') }, { $id: 'Alive' })
export const Ready = Type.Object({ status: oneOf('ready') }, { $id: 'Ready' })

export const JobState = oneOf('queued', 'running', 'succeeded', 'failed')
export type JobState = Static<typeof JobState>

export const Job = Type.Object(
  {
    id: Id,
    kind: Type.String({ examples: ['send_password_mail'] }),
    state: JobState,
    payload: Type.Record(Type.String(), Type.Unknown()),
    attempts: Type.Integer({ minimum: 0, examples: [1] }),
    max_attempts: Type.Integer({ minimum: 1, examples: [10] }),
    run_at: Timestamp,
    started_at: nullable(Timestamp),
    finished_at: nullable(Timestamp),
    failed_at: nullable(Timestamp),
    last_error: nullable(Type.String()),
    created_at: Timestamp,
  },
  { $id: 'Job' },
)
export type Job = Static<typeof Job>

export const JobQuery = Type.Object({
  ...cursorQuery().properties,
  state: Type.Optional(
    Type.Unsafe<JobState>({ ...JobState, description: 'Only jobs in this state.' }),
  ),
  kind: Type.Optional(Type.String({ maxLength: 100, description: 'Only jobs of this kind.' })),
})
export type JobQuery = Static<typeof JobQuery>

export const JobPage = cursorPageOf('jobs', ref(Job), { $id: 'JobPage' })
