import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { DestinationStream } from 'pino'
import { test as base } from 'vitest'
import { transact } from '../../db/transact.ts'
import type { Role, User } from '../../schemas/accounts/users.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { openSession } from '../../src/accounts/sessions.ts'
import { buildApp } from '../../src/app.ts'
import { createCompilers } from '../../src/compilers.ts'
import { loadConfig } from '../../src/config.ts'
import { createDeps } from '../../src/deps.ts'
import type { App, Deps } from '../../src/fastify.ts'
import { createHandlers, jobEndings } from '../../src/handlers.ts'
import { createQueue, type Queue } from '../../src/queue.ts'
import { watchJobs } from '../../src/system/job-watch.ts'
import { createLevels } from '../../src/system/levels.ts'
import { createMeters } from '../../src/system/metrics.ts'
import { newId } from '../../src/values.ts'
import { contractOf } from './contract.ts'
import { createDatabase } from './database.ts'
import { builtWorkers } from './workers.ts'

export { describe, expect } from 'vitest'

export type Service = {
  app: App
  deps: Deps
  queue: Queue
  /** What the job queue could not cope with. */
  faults: unknown[]
  /** Another instance on the same database. */
  twin: (changes?: Partial<Deps>) => Promise<App>
  close: () => Promise<void>
}

type Options = {
  env?: Record<string, string>
  changes?: Partial<Deps>
  logTo?: DestinationStream
  withStatistics?: boolean
}

/** A whole service on a database of its own. */
export async function startService({
  env,
  changes,
  logTo,
  withStatistics = false,
}: Options = {}): Promise<Service> {
  const { url, image, drop } = await createDatabase({ withStatistics })
  const dataDir = await mkdtemp(join(tmpdir(), 'kaname-'))
  const config = loadConfig({
    NODE_ENV: 'test',
    DATA_DIR: dataDir,
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: '5',
    JWT_SECRET: 'a secret that is only good for tests 0123456789',
    SECRETS_KEY: Buffer.from('0123456789abcdef0123456789abcdef').toString('base64'),
    LOG_LEVEL: logTo ? 'info' : 'silent',
    RATE_LIMIT_PER_MINUTE: '100000',
    TRUST_PROXY: '10.0.0.0/8',
    ...env,
  })
  const { deps: made, close } = await createDeps(config, image)
  const workers = builtWorkers()
  const deps = { ...made, workers, ...changes }
  deps.lifecycle.enter('ready')
  const instances = [await buildInstance(deps, logTo)]
  const faults: unknown[] = []
  const queue = createQueue(url, {
    db: deps.db,
    handlers: createHandlers(deps, (instances[0] as App).log),
    endings: jobEndings,
    leaseMs: 2000,
    onRun: watchJobs(deps, (instances[0] as App).log),
    onError: (error) => faults.push(error),
  })

  return {
    app: instances[0] as App,
    deps,
    queue,
    faults,
    async twin(changed) {
      const app = await buildInstance(
        { ...deps, meters: createMeters(), levels: createLevels(), ...changed },
        logTo,
      )
      instances.push(app)
      return app
    },
    async close() {
      for (const app of instances) await app.close()
      await workers.close()
      await close()
      await drop()
      await rm(dataDir, { recursive: true })
    },
  }
}

const compilers = createCompilers()

/** Every answer it gives is held against the OpenAPI document. */
async function buildInstance(deps: Deps, logTo?: DestinationStream): Promise<App> {
  const app = await buildApp(deps, { logTo, compilers })
  await app.ready()
  const { document, check } = await contractOf()
  // To write it again takes seconds.
  app.swagger = (() => document) as never
  const inject = app.inject.bind(app)
  app.inject = (async (options: InjectOptions | string) => {
    const { method = 'GET', url } = typeof options === 'string' ? { url: options } : options
    const response = await inject(options)
    check(method, String(url), response)
    return response
  }) as typeof app.inject
  return app
}

type Fixtures = {
  service: Service
  app: App
  db: Deps['db']
  /** Registers a user of their own and answers a client that speaks for them. */
  signIn: (...roles: Role[]) => Promise<Client>
}

/** One service and one database per file; a test that wants to be alone signs in somebody new. */
export const test = base.extend<Fixtures>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const service = await startService()
      await use(service)
      await service.close()
    },
    { scope: 'file' },
  ],
  app: [async ({ service }, use) => use(service.app), { scope: 'file' }],
  db: [async ({ service }, use) => use(service.deps.db), { scope: 'file' }],
  signIn: [async ({ app }, use) => use((...roles) => signInTo(app, ...roles)), { scope: 'file' }],
})

export type Client = Awaited<ReturnType<typeof signInTo>>

/** Somebody new, with a session like one that a password opens. */
export async function signInTo(app: App, ...roles: Role[]) {
  const { user, session_id } = await transact(app.db, async (trx) => {
    const user = await createUser(trx, {
      username: `u-${newId()}`,
      email: `${newId()}@example.org`,
      roles: roles.length > 0 ? roles : ['User'],
    })
    const origin = { request_id: newId(), ip: null, user_agent: null }
    const opened = await openSession(trx, app, user.id, origin, new Date().toISOString())
    return { user, ...opened }
  })
  return clientOf(app, user, session_id)
}

export function clientOf(app: App, user: User, session_id: string) {
  const claims = { sub: user.id, sid: session_id, jti: newId(), type: 'access' as const }
  return { ...user, session_id, ...speaking(app, `Bearer ${app.jwt.sign(claims)}`) }
}

/** A client that sends this Authorization header. */
export function speaking(app: App, authorization: string) {
  const send =
    (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE') =>
    (
      url: string,
      payload?: InjectOptions['payload'],
      headers: Record<string, string> = {},
    ): Promise<LightMyRequestResponse> =>
      app.inject({
        method,
        url,
        headers: { authorization, ...headers },
        ...(payload !== undefined && { payload }),
      })
  return {
    authorization,
    get: (url: string, headers?: Record<string, string>) => send('GET')(url, undefined, headers),
    post: send('POST'),
    put: send('PUT'),
    patch: send('PATCH'),
    delete: send('DELETE'),
  }
}
