import { Gauge } from 'prom-client'
import type { App } from '../fastify.ts'
import { isOpen } from '../jobs.ts'

type State = {
  queued: number
  running: number
  failed: number
  oldestSeconds: number
  syncs: { source_id: string; ended_at: string }[]
}

const freshMs = 10_000
const patienceMs = 500

/**
 * Figures that stand in the database, read when somebody scrapes: at most every ten seconds, with
 * half a second's patience, and not at all while the database does not answer.
 */
export function installStateGauges({ db, redis, meters, lifecycle }: App): void {
  const registers = [meters.registry]
  let known: Promise<State | undefined> = Promise.resolve(undefined)
  let readAt = Number.NEGATIVE_INFINITY
  const read = () => {
    if (performance.now() - readAt >= freshMs) {
      readAt = performance.now()
      known = within(patienceMs, readState(db))
    }
    return known
  }

  new Gauge({
    name: 'service_ready',
    help: '1 where the service takes requests, 0 while it starts, migrates or leaves',
    registers,
    collect() {
      this.set(lifecycle.phase() === 'ready' ? 1 : 0)
    },
  })
  new Gauge({
    name: 'database_up',
    help: '1 where the database answered in half a second',
    registers,
    async collect() {
      this.set((await read()) ? 1 : 0)
    },
  })
  if (redis) {
    new Gauge({
      name: 'redis_up',
      help: '1 where Redis answered in half a second; not there without REDIS_URL',
      registers,
      async collect() {
        const answer = await within(
          patienceMs,
          redis.ping().then(() => true),
        )
        this.set(answer ? 1 : 0)
      },
    })
  }
  new Gauge({
    name: 'jobs',
    help: 'Jobs of all instances, by state: queued and due, running, or given up and not yet forgotten',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset()
      const state = await read()
      if (!state) return
      for (const name of ['queued', 'running', 'failed'] as const)
        this.set({ state: name }, state[name])
    },
  })
  new Gauge({
    name: 'jobs_oldest_due_seconds',
    help: 'For how long the job that waits longest has been due; 0 where none waits',
    registers,
    async collect() {
      const state = await read()
      this.set(state ? state.oldestSeconds : Number.NaN)
    },
  })
  new Gauge({
    name: 'sync_age_seconds',
    help: 'Since the last sync of a source of statistics that went well',
    labelNames: ['source'],
    registers,
    async collect() {
      this.reset()
      for (const { source_id, ended_at } of (await read())?.syncs ?? []) {
        this.set({ source: source_id }, (Date.now() - Date.parse(ended_at)) / 1000)
      }
    },
  })
}

async function readState(db: App['db']): Promise<State> {
  const at = new Date().toISOString()
  const [due, running, failed, syncs] = await Promise.all([
    db
      .selectFrom('jobs')
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('run_at').as('oldest')])
      .where(isOpen)
      .where('locked_until', 'is', null)
      .where('run_at', '<=', at)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('jobs')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where(isOpen)
      .where('locked_until', 'is not', null)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('jobs')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('failed_at', 'is not', null)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('sync_runs')
      .select(({ fn }) => ['source_id', fn.max('ended_at').as('ended_at')])
      .where('kind', '=', 'estat')
      .where('outcome', 'in', ['published', 'unchanged'])
      .groupBy('source_id')
      .execute(),
  ])
  return {
    queued: Number(due.count),
    running: Number(running.count),
    failed: Number(failed.count),
    oldestSeconds: due.oldest ? Math.max(0, (Date.parse(at) - Date.parse(due.oldest)) / 1000) : 0,
    syncs: syncs.map(({ source_id, ended_at }) => ({ source_id, ended_at: String(ended_at) })),
  }
}

/** Nothing where it takes longer, or fails. */
async function within<Answer>(ms: number, asked: Promise<Answer>): Promise<Answer | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined)
  })
  return Promise.race([asked.catch(() => undefined), late]).finally(() => clearTimeout(timer))
}
