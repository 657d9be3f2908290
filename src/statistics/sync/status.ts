import type { Db } from '../../../db/tables.ts'
import type { Sync, SyncQuery } from '../../../schemas/statistics/sync.ts'
import type { Deps } from '../../fastify.ts'
import { isOpen, type JobPayloads } from '../../jobs.ts'
import { nextSlot } from '../../schedule.ts'
import { now } from '../../values.ts'
import { listRuns, toPublicRun } from '../runs/list.ts'
import { dayInJapan } from '../runs/runs.ts'
import { daysWithin, zone } from './days.ts'
import { plans } from './plans.ts'

/** How many days the rate of success looks back. */
const calendarDays = 30

/** How the sync does, source by source, its rate of success, and its runs and imports. */
export async function getSync(
  { db, estat, config }: Pick<Deps, 'db' | 'estat' | 'config'>,
  { source, ...query }: SyncQuery,
  at = new Date(),
): Promise<Sync> {
  const { cron } = config.estat
  const { runs, next_cursor } = await listRuns(db, { ...query, source_id: source })
  return {
    is_enabled: estat !== undefined,
    reason: estat ? null : 'ESTAT_APP_ID is not set',
    schedule: { cron, zone, next_run_at: (estat && nextSlot(cron, zone, at)) ?? null },
    success: await successOf(db, cron, at),
    sources: await sourcesOf(db),
    runs: runs.map(toPublicRun),
    next_cursor,
  }
}

async function successOf(db: Db, cron: string, at: Date): Promise<Sync['success']> {
  const states = await db
    .selectFrom('sync_states')
    .select(['source_id', 'enabled_on'])
    .where(
      'source_id',
      'in',
      plans.map(({ source }) => source.id),
    )
    .execute()
  const scheduled = daysWithin(cron, at, calendarDays)
  const oldest = scheduled.at(-1)
  const runs = oldest
    ? await db
        .selectFrom('sync_runs')
        .select(['source_id', 'scheduled_for'])
        .distinct()
        .where('kind', '=', 'estat')
        .where('scheduled_for', '>=', oldest)
        .where('outcome', 'in', ['published', 'unchanged'])
        .execute()
    : []
  const good = new Set(runs.map(({ source_id, scheduled_for }) => `${source_id} ${scheduled_for}`))
  const today = dayInJapan(at.toISOString())
  const days = scheduled.flatMap((day) => {
    const expected = states.filter(({ enabled_on }) => enabled_on <= day)
    if (expected.length === 0) return []
    const isGood = expected.every(({ source_id }) => good.has(`${source_id} ${day}`))
    return day === today && !isGood ? [] : [{ day, isGood }]
  })
  const failed = days.filter(({ isGood }) => !isGood)
  const succeeded = days.length - failed.length
  return {
    calendar_days: calendarDays,
    scheduled_days: days.length,
    succeeded_days: succeeded,
    rate: days.length > 0 ? Math.round((succeeded / days.length) * 10_000) / 10_000 : null,
    failed_days: failed.map(({ day }) => day),
  }
}

async function sourcesOf(db: Db): Promise<Sync['sources']> {
  const states = await db
    .selectFrom('sync_states')
    .leftJoin('stat_sources', 'stat_sources.id', 'sync_states.source_id')
    .select(['source_id', 'state', 'since', 'succeeded_on', 'claimed_until', 'stale_since'])
    .execute()
  const editions = await db
    .selectFrom('sync_runs')
    .select(['source_id', (eb) => eb.fn.max('published').as('published')])
    .where('kind', '=', 'estat')
    .where('outcome', 'in', ['published', 'unchanged'])
    .groupBy('source_id')
    .execute()
  const next = await nextAttempts(db)
  const at = now()
  return plans.map(({ source: { id, name_ja, name_en } }) => {
    const state = states.find(({ source_id }) => source_id === id)
    return {
      id,
      name_ja,
      name_en,
      state: state?.state ?? 'waiting',
      since: state?.since ?? null,
      succeeded_on: state?.succeeded_on ?? null,
      published: editions.find(({ source_id }) => source_id === id)?.published ?? null,
      stale_since: state?.stale_since ?? null,
      is_running: (state?.claimed_until ?? '') > at,
      next_attempt_at: next.get(id) ?? null,
    }
  })
}

/** When failed runs are tried again, by source. */
async function nextAttempts(db: Db): Promise<Map<string, string>> {
  const jobs = await db
    .selectFrom('jobs')
    .select(['payload', 'run_at'])
    .where('kind', '=', 'sync_source')
    .where(isOpen)
    .where('run_at', '>', now())
    .orderBy('run_at', 'desc')
    .execute()
  return new Map(
    jobs.map(({ payload, run_at }) => {
      const { source_id }: JobPayloads['sync_source'] = JSON.parse(payload)
      return [source_id, run_at]
    }),
  )
}
