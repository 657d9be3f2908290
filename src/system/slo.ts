import type { Db } from '../../db/tables.ts'
import type {
  ServiceArea,
  ServiceLevels,
  ServiceLevelsQuery,
} from '../../schemas/service-levels.ts'
import { dayOf, minuteOf, startOfDay, upMinutes } from './level-records.ts'
import { counted, quantileOf, type Tally } from './levels.ts'

const objectives = { availability: 0.999, sync_success: 0.95, latency_p95_ms: 200 } as const

const burns = [
  { hours: 1, seconds: 300 },
  { hours: 6, seconds: 300 },
  { hours: 72, seconds: 3600 },
] as const
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

type Sum = { day: string; area: string; tally: Tally }
type Known = { first: number | undefined; isNow: boolean }
type Sync = { day: string; outcome: string }

/** How the service did, from what its instances wrote down: see `ServiceLevels` for what each figure is. */
export async function getServiceLevels(
  db: Db,
  { days, area }: ServiceLevelsQuery,
  at = Date.now(),
): Promise<ServiceLevels> {
  const from = startOfDay(dayOf(at)) - (days - 1) * dayMs
  const [all, first, isNow, syncs, last] = await Promise.all([
    sumsSince(db, 86_400, from),
    firstMinute(db),
    isUpNow(db, at),
    syncsSince(db, from),
    lastSync(db),
  ])
  const sums = requestsIn(all, area)
  const jobs = all.filter((each) => each.area === 'jobs')
  const observed = observedMinutes(first, from, at)
  const up = upIn(all, isNow)
  const availability = availabilityOf(total(sums), up, observed - up)
  return {
    window: {
      days,
      from: new Date(from).toISOString(),
      to: new Date(at).toISOString(),
      observed_from: observed > 0 ? new Date(Math.max(from, first ?? at)).toISOString() : null,
      time_zone: 'Asia/Tokyo',
    },
    objectives,
    availability: { ...availability, is_met: isMet(availability.ratio, objectives.availability) },
    error_budget: budgetOf(availability.ratio, observed, days),
    burn_rates: await burnRates(db, area, { first, isNow }, at),
    latency: latencyOf(total(sums)),
    areas: areasOf(sums),
    sync: syncLevel(syncs, last, at),
    jobs: jobLevel(total(jobs)),
    days: Array.from({ length: days }, (_, n) => {
      const start = from + n * dayMs
      const day = dayOf(start)
      const here = ({ day: other }: { day: string }) => other === day
      const tally = total(sums.filter(here))
      const dayUp = upIn(all.filter(here), isNow && day === dayOf(at))
      const down = observedMinutes(first, start, Math.min(at, start + dayMs)) - dayUp
      const level = availabilityOf(tally, dayUp, down)
      const runs = syncs.filter(here)
      const [ended = 0, given_up = 0] = total(jobs.filter(here))
      return {
        date: day,
        requests: level.requests,
        failures: level.failures,
        down_minutes: level.down_minutes,
        availability: level.ratio,
        p95_ms: latencyOf(tally).p95_ms,
        syncs: runs.length,
        sync_failures: runs.filter(({ outcome }) => !isGood(outcome)).length,
        jobs: ended,
        job_failures: given_up,
      }
    }),
  }
}

async function sumsSince(db: Db, seconds: number, from: number): Promise<Sum[]> {
  const rows = await db
    .selectFrom('service_levels')
    .select(['day', 'area'])
    .select(({ fn }) => counted.map((name) => fn.sum<number>(name).as(name)))
    .where('seconds', '=', seconds)
    .where('starts_at', '>=', new Date(from).toISOString())
    .groupBy(['day', 'area'])
    .execute()
  return rows.map((row) => ({ ...row, tally: counted.map((name) => Number(row[name])) }))
}

async function firstMinute(db: Db): Promise<number | undefined> {
  const { minute } = await db
    .selectFrom('service_minutes')
    .select(({ fn }) => fn.min('minute').as('minute'))
    .executeTakeFirstOrThrow()
  return minute ? Date.parse(minute) : undefined
}

/** Whole minutes only: that which is under way may yet turn out to be up, so it counts as neither. */
async function isUpNow(db: Db, at: number): Promise<boolean> {
  const row = await db
    .selectFrom('service_minutes')
    .select('minute')
    .where('minute', '=', new Date(minuteOf(at)).toISOString())
    .executeTakeFirst()
  return row !== undefined
}

function upIn(sums: Sum[], isNow: boolean): number {
  const noted = total(sums.filter(({ area }) => area === upMinutes))[0] as number
  return isNow ? noted - 1 : noted
}

/** Nobody knows what was before the first minute; it is not held against the service. */
function observedMinutes(first: number | undefined, from: number, to: number): number {
  if (first === undefined) return 0
  return Math.max(0, (minuteOf(to) - Math.max(from, first)) / minuteMs)
}

function total(sums: Sum[]): Tally {
  return counted.map((_, n) => sums.reduce((sum, { tally }) => sum + (tally[n] as number), 0))
}

function availabilityOf([requests = 0, failures = 0]: Tally, up: number, down: number) {
  const request_ratio = requests === 0 ? null : rounded((requests - failures) / requests)
  const minute_ratio = up + down === 0 ? null : rounded(up / (up + down))
  const isKnown = request_ratio !== null || minute_ratio !== null
  const ratio = isKnown ? rounded((request_ratio ?? 1) * (minute_ratio ?? 1)) : null
  return {
    ratio,
    requests,
    failures,
    request_ratio,
    up_minutes: up,
    down_minutes: down,
    minute_ratio,
  }
}

function budgetOf(ratio: number | null, observed: number, days: number) {
  const allowed = (1 - objectives.availability) * days * 1440
  const spent = (1 - (ratio ?? 1)) * observed
  return {
    allowed_minutes: rounded(allowed),
    spent_minutes: rounded(spent),
    left_minutes: rounded(allowed - spent),
    left_ratio: rounded(1 - spent / allowed),
  }
}

/** A window begins with the five minutes, or the hour, that it reaches into. */
function burnRates(db: Db, area: ServiceArea | undefined, { first, isNow }: Known, at: number) {
  return Promise.all(
    burns.map(async ({ hours, seconds }) => {
      const asked = at - hours * hourMs
      const from = asked - (asked % (seconds * 1000))
      const sums = await sumsSince(db, seconds, from)
      const up = upIn(sums, isNow)
      const tally = total(requestsIn(sums, area))
      const level = availabilityOf(tally, up, observedMinutes(first, from, at) - up)
      const { ratio, requests, failures, down_minutes } = level
      const rate = ratio === null ? null : rounded((1 - ratio) / (1 - objectives.availability))
      return { hours, rate, requests, failures, down_minutes }
    }),
  )
}

function requestsIn(sums: Sum[], wanted: ServiceArea | undefined): Sum[] {
  return sums.filter(({ area }) =>
    wanted ? area === wanted : area !== 'jobs' && area !== upMinutes,
  )
}

function latencyOf(tally: Tally) {
  const at = (q: number) => {
    const value = quantileOf(tally, q)
    return value === null ? null : Math.round(value * 10) / 10
  }
  return { requests: tally[0] as number, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) }
}

function areasOf(sums: Sum[]): ServiceLevels['areas'] {
  const names = [...new Set(sums.map(({ area }) => area))].sort()
  return names.map((name) => {
    const tally = total(sums.filter(({ area }) => area === name))
    const { requests, failures, request_ratio } = availabilityOf(tally, 0, 0)
    const area = name as ServiceArea
    return { area, requests, failures, ratio: request_ratio, latency: latencyOf(tally) }
  })
}

const goodOutcomes = ['published', 'unchanged'] as const
const isGood = (outcome: string) => goodOutcomes.some((good) => good === outcome)

async function syncsSince(db: Db, from: number): Promise<Sync[]> {
  const rows = await db
    .selectFrom('sync_runs')
    .select(['ended_at', 'outcome'])
    .where('kind', '=', 'estat')
    .where('ended_at', '>=', new Date(from).toISOString())
    .execute()
  return rows.map(({ ended_at, outcome }) => ({
    day: dayOf(Date.parse(String(ended_at))),
    outcome: String(outcome),
  }))
}

async function lastSync(db: Db): Promise<string | null> {
  const row = await db
    .selectFrom('sync_runs')
    .select(({ fn }) => fn.max('ended_at').as('ended_at'))
    .where('kind', '=', 'estat')
    .where('outcome', 'in', goodOutcomes)
    .executeTakeFirst()
  return row?.ended_at ?? null
}

function syncLevel(syncs: Sync[], last_success_at: string | null, at: number) {
  const of = (wanted: string) => syncs.filter(({ outcome }) => outcome === wanted).length
  const runs = syncs.length
  const succeeded = goodOutcomes.reduce((sum, outcome) => sum + of(outcome), 0)
  const ratio = runs === 0 ? null : rounded(succeeded / runs)
  const age = last_success_at === null ? null : (at - Date.parse(last_success_at)) / hourMs
  return {
    runs,
    succeeded,
    quarantined: of('quarantined'),
    failed: of('failed'),
    ratio,
    is_met: isMet(ratio, objectives.sync_success),
    last_success_at,
    age_hours: age === null ? null : Math.max(0, rounded(age)),
  }
}

function jobLevel([ended = 0, failed = 0]: Tally) {
  const succeeded = ended - failed
  return { ended, succeeded, failed, ratio: ended === 0 ? null : rounded(succeeded / ended) }
}

function isMet(ratio: number | null, objective: number): boolean | null {
  return ratio === null ? null : ratio >= objective
}

/** A millionth is less than one minute in a year. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
