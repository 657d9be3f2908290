import type { Db } from '../../../db/tables.ts'
import { priorities, problemStatuses } from '../../../schemas/itsm/common.ts'
import { businessImpacts, problemCategories } from '../../../schemas/itsm/problems.ts'
import { later, now } from '../../values.ts'

const closedStatuses = ['resolved', 'closed', 'cancelled']

type Counted = 'status' | 'priority' | 'category' | 'business_impact'

/** How many there are now, by what they are. */
export async function countProblems(db: Db) {
  const by_status = await countBy(db, 'status', problemStatuses)
  const open = problemStatuses.filter((status) => !closedStatuses.includes(status))
  const { known_errors } = await db
    .selectFrom('problems')
    .select((eb) => eb.fn.countAll<number>().as('known_errors'))
    .where('known_error', '=', 1)
    .where('status', 'in', open)
    .executeTakeFirstOrThrow()
  return {
    total: sum(Object.values(by_status)),
    open: sum(open.map((status) => by_status[status])),
    known_errors,
    by_status,
    by_priority: await countBy(db, 'priority', priorities),
    by_category: await countBy(db, 'category', problemCategories),
    by_business_impact: await countBy(db, 'business_impact', businessImpacts),
  }
}

/** Months in Japan, the present one last. */
export async function problemTrends(db: Db, count: number, at = now()) {
  const names = monthsUntil(at, count)
  const since = later(at, -(count + 1) * 31 * 86_400)
  const rows = await db
    .selectFrom('problems')
    .select(['created_at', 'resolved_at', 'closed_at'])
    .where((eb) =>
      eb.or([
        eb('created_at', '>=', since),
        eb('resolved_at', '>=', since),
        eb('closed_at', '>=', since),
      ]),
    )
    .execute()
  const months = new Map(
    names.map((month) => [month, { month, opened: 0, resolved: 0, closed: 0 }]),
  )
  const fields = { opened: 'created_at', resolved: 'resolved_at', closed: 'closed_at' } as const
  for (const row of rows) {
    for (const name of ['opened', 'resolved', 'closed'] as const) {
      const time = row[fields[name]]
      const month = time === null ? undefined : months.get(monthInJapan(time))
      if (month) month[name] += 1
    }
  }
  return { months: [...months.values()] }
}

/** Every figure is computed from the times of the problems themselves, and null where there are none. */
export async function problemKpis(db: Db, days: number, at = now()) {
  const since = later(at, -days * 86_400)
  const rows = await db
    .selectFrom('problems')
    .select(['id', 'created_at', 'root_cause_at', 'root_cause_status', 'resolved_at'])
    .select(['first_closed_at'])
    .where((eb) =>
      eb.or([
        eb('created_at', '>=', since),
        eb('root_cause_at', '>=', since),
        eb('resolved_at', '>=', since),
        eb('first_closed_at', '>=', since),
      ]),
    )
    .execute()
  const isWithin = (time: string | null): time is string => time !== null && time >= since
  const found = rows.filter(({ root_cause_at }) => isWithin(root_cause_at))
  const resolved = rows.filter(({ resolved_at }) => isWithin(resolved_at))
  const closed = rows.filter(({ first_closed_at }) => isWithin(first_closed_at))
  const toCause = found.map((row) => hoursBetween(row.created_at, row.root_cause_at as string))
  const toEnd = resolved.map((row) => hoursBetween(row.created_at, row.resolved_at as string))
  const explained = resolved.filter(({ root_cause_status }) => root_cause_status === 'found')
  const again = await recurrences(db, since)
  const recurred = closed.filter(({ id }) => again.has(id)).length
  return {
    days,
    opened: rows.filter(({ created_at }) => isWithin(created_at)).length,
    resolved: resolved.length,
    root_causes_found: found.length,
    mean_hours_to_root_cause: mean(toCause),
    median_hours_to_root_cause: median(toCause),
    mean_hours_to_resolution: mean(toEnd),
    median_hours_to_resolution: median(toEnd),
    root_cause_found_share: ratio(explained.length, resolved.length),
    closed: closed.length,
    recurred,
    recurrence_rate: ratio(recurred, closed.length),
  }
}

/** Problems first closed since then that an incident came to which was opened and linked later. */
async function recurrences(db: Db, since: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('problems')
    .innerJoin('incident_links as links', 'links.target_id', 'problems.id')
    .innerJoin('incidents', 'incidents.id', 'links.incident_id')
    .where('links.kind', '=', 'problem')
    .where('problems.first_closed_at', '>=', since)
    .whereRef('links.created_at', '>', 'problems.first_closed_at')
    .whereRef('incidents.opened_at', '>', 'problems.first_closed_at')
    .select('problems.id')
    .distinct()
    .execute()
  return new Set(rows.map(({ id }) => id))
}

async function countBy<const Names extends readonly string[]>(
  db: Db,
  field: Counted,
  names: Names,
): Promise<Record<Names[number], number>> {
  const rows = await db
    .selectFrom('problems')
    .select((eb) => [eb.ref(field).as('name'), eb.fn.countAll<number>().as('count')])
    .groupBy(field)
    .execute()
  const counts = new Map(rows.map(({ name, count }) => [name as string, count]))
  return Object.fromEntries(names.map((name) => [name, counts.get(name) ?? 0])) as Record<
    Names[number],
    number
  >
}

const japan = 9 * 3600

function monthInJapan(time: string): string {
  return later(time, japan).slice(0, 7)
}

function monthsUntil(at: string, count: number): string[] {
  const [year, month] = monthInJapan(at).split('-').map(Number) as [number, number]
  return Array.from({ length: count }, (_, n) =>
    new Date(Date.UTC(year, month - count + n, 1)).toISOString().slice(0, 7),
  )
}

function hoursBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 3_600_000
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0)
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : rounded(sum(values) / values.length)
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((one, two) => one - two)
  const [low, high] = [Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2)]
  return rounded(((sorted[low] as number) + (sorted[high] as number)) / 2)
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(part / whole)
}

/** To a hundredth of a percent, or of an hour in seconds: more says nothing. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
