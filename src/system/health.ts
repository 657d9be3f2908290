import { sql } from 'kysely'
import type { Health } from '../../schemas/system.ts'
import { version } from '../about.ts'
import { failure } from '../failure.ts'
import type { App } from '../fastify.ts'
import { now } from '../values.ts'

type Checked = Pick<App, 'db' | 'redis' | 'storage' | 'config'>

const patienceMs = 1000

/**
 * Asks what the service depends on. Without Redis it is slower and counts for each instance alone,
 * and without its storage it gives and takes no files: degraded. Without its database it can do nothing: the problem says which services answer.
 */
export async function getHealth({ db, redis, storage, config }: Checked): Promise<Health> {
  const [database, cache, files] = await Promise.all([
    answers(() => sql`select 1`.execute(db)),
    redis ? answers(() => redis.ping()) : ('disabled' as const),
    answers(() => storage.check()),
  ])
  const services = { database, redis: cache, storage: files }
  const about = { timestamp: now(), version, environment: config.environment, services }
  if (database === 'unhealthy') throw failure('unhealthy', undefined, about)
  const isDegraded = cache === 'unhealthy' || files === 'unhealthy'
  return { status: isDegraded ? 'degraded' : 'healthy', ...about }
}

/** Whether requests should be sent here now: started, migrated, not leaving, with its database. */
export async function requireReady({ db, lifecycle }: Pick<App, 'db' | 'lifecycle'>) {
  const phase = lifecycle.phase()
  if (phase !== 'ready') throw failure('not_ready', { reason: phase }, { retry_after: 1 })
  const database = await answers(() => sql`select 1`.execute(db))
  if (database === 'unhealthy')
    throw failure('not_ready', { reason: 'database' }, { retry_after: 1 })
  return { status: 'ready' as const }
}

/** A service that does not answer within a second does not answer. */
async function answers(ask: () => Promise<unknown>): Promise<'healthy' | 'unhealthy'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'unhealthy'>((resolve) => {
    timer = setTimeout(resolve, patienceMs, 'unhealthy')
  })
  const answer = ask().then(
    () => 'healthy' as const,
    () => 'unhealthy' as const,
  )
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
