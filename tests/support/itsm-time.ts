import { vi } from 'vitest'
import type { User } from '../../schemas/accounts/users.ts'
import type { App } from '../../src/fastify.ts'
import { type Client, clientOf } from './service.ts'

/** Sets what the service takes for now, in the time of Japan: `2025-08-01 17:50`. Timers go on. */
export function setTime(time: string): string {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.parse(`${time.replace(' ', 'T')}+09:00`))
  return new Date().toISOString()
}

/** The same person with a token of the time that it is now. */
export function again(app: App, { session_id, ...user }: Client): Client {
  return clientOf(app, user as unknown as User, session_id)
}
