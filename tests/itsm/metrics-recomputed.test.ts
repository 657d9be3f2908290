import type { Insertable } from 'kysely'
import type { Tables } from '../../db/tables.ts'
import { incidentOf, insertIncidents, insertMoves, insertTeam } from '../support/itsm-metrics.ts'
import { test as base, type Client, describe, expect } from '../support/service.ts'

type Incident = Insertable<Tables['incidents']>
type Rows = { desk: Client; rows: Incident[]; closings: Map<string, [number, number][]> }

const metrics = '/api/v1/itsm/metrics'
const [from, to] = ['2025-03-10', '2025-07-20']
const hour = 3_600_000

/** A linear congruential generator: the same rows in every run. */
function seeded(seed: number) {
  let state = seed
  return (many: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * many)
  }
}

const test = base.extend<{ filled: Rows }>({
  filled: [
    async ({ db, signIn }, use) => {
      const desk = await signIn('ServiceDeskAgent')
      const teams = [await insertTeam(db, '基盤'), await insertTeam(db, '窓口'), null]
      const people = [desk.id, (await signIn('ServiceDeskAgent')).id, null]
      const random = seeded(20_250_821)
      const rows: Incident[] = []
      const closings: Rows['closings'] = new Map()
      const text = (at: number) => new Date(at).toISOString()
      for (let n = 0; n < 400; n += 1) {
        const opened = Date.parse('2025-02-20T00:00:00Z') + random(150 * 24 * 3600) * 1000
        const responded = opened + random(20_000) * 500
        const resolved = responded + random(40 * 24 * 3600) * 1000
        const kind = random(10)
        const priority = (['low', 'medium', 'high', 'critical'] as const)[random(4)] ?? 'low'
        const outcome = () => ([0, 1, 1, null] as const)[random(4)] ?? null
        const common = {
          opened_at: text(opened),
          priority,
          team_id: teams[random(3)] ?? null,
          assignee_id: people[random(3)] ?? null,
          category: ['ネットワーク', 'メール', null][random(3)] ?? null,
          major: random(20) === 0 ? 1 : 0,
          responded_at: random(5) > 0 ? text(responded) : null,
          reassignment_count: random(3),
        } as const
        const row = incidentOf(desk.id, common)
        const response = common.responded_at ? random(5000) : null
        Object.assign(row, { response_s: response, response_met: outcome() })
        const ends = { resolved_at: text(resolved), resolution_s: random(90_000) }
        const done = { status: 'resolved', ...ends, resolution_met: outcome() }
        const spans: [number, number][] = [[opened, Number.POSITIVE_INFINITY]]
        if (kind < 6) {
          Object.assign(row, done)
          spans[0] = [opened, resolved]
        } else if (kind === 6) {
          // Resolved, reopened and resolved again.
          const [first, again] = [responded + hour, responded + 20 * hour]
          Object.assign(row, done, { reopen_count: 1, resolved_at: text(again + 90 * hour) })
          spans.splice(0, 1, [opened, first], [again, again + 90 * hour])
        } else if (kind === 7) {
          Object.assign(row, { status: 'cancelled', updated_at: text(resolved) })
          spans[0] = [opened, responded + 2 * hour]
        }
        rows.push(row)
        closings.set(String(row.id), spans)
      }
      await insertIncidents(db, rows)
      for (const { id, status, reopen_count } of rows) {
        const spans = closings.get(String(id)) ?? []
        if (status === 'cancelled') {
          await insertMoves(db, String(id), [['cancelled', text(spans[0]?.[1] as number)]])
        } else if (reopen_count) {
          const [[, first], [again, last]] = spans as [[number, number], [number, number]]
          await insertMoves(db, String(id), [
            ['resolved', text(first)],
            ['in_progress', text(again)],
            ['resolved', text(last)],
          ])
        }
      }
      await use({ desk, rows, closings })
    },
    { scope: 'file' },
  ],
})

/** The order statistic by hand: the values, sorted, and the line between the two nearest. */
function spread(values: number[]) {
  if (values.length === 0) return { count: 0, mean_s: null, median_s: null, p90_s: null }
  const sorted = [...values].sort((a, b) => a - b)
  const at = (p: number) => {
    const h = (sorted.length - 1) * p
    const low = sorted[Math.trunc(h)] as number
    const high = sorted[Math.min(Math.trunc(h) + 1, sorted.length - 1)] as number
    return expect.closeTo(low + (h - Math.trunc(h)) * (high - low), 2)
  }
  let sum = 0
  for (const value of values) sum += value
  const mean_s = expect.closeTo(sum / values.length, 2)
  return { count: values.length, mean_s, median_s: at(0.5), p90_s: at(0.9) }
}

const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole)
const secondsOf = (a: unknown, b: unknown) => (Date.parse(String(b)) - Date.parse(String(a))) / 1000

function target(outcomes: unknown[]) {
  const met = outcomes.filter((each) => each === 1).length
  const breached = outcomes.filter((each) => each === 0).length
  return { met, breached, rate: ratio(met, met + breached) }
}

/** Every measure over some rows, in plain loops, from what the export has of them. */
function recomputed({ closings }: Rows, rows: Incident[], first: string, end: string) {
  const isIn = (time: unknown) => typeof time === 'string' && first <= time && time < end
  const opened = rows.filter(({ opened_at }) => isIn(opened_at))
  const responded = rows.filter(({ responded_at }) => isIn(responded_at))
  const resolved = rows.filter(
    ({ resolved_at, status }) => isIn(resolved_at) && status !== 'cancelled',
  )
  const known = (values: unknown[]) => values.filter((each) => typeof each === 'number') as number[]
  const direct = resolved.filter((row) => row.reopen_count === 0 && row.reassignment_count === 0)
  const reopened = resolved.filter(({ reopen_count }) => (reopen_count ?? 0) > 0)
  const both = resolved
    .filter((row) => row.response_met !== null && row.resolution_met !== null)
    .map((row) => (row.response_met === 1 && row.resolution_met === 1 ? 1 : 0))
  const major = opened.filter((row) => row.major === 1).length
  let backlog = 0
  for (const { id } of rows) {
    for (const [begin, stop] of closings.get(String(id)) ?? []) {
      if (begin < Date.parse(end) && Date.parse(end) <= stop) backlog += 1
    }
  }
  return {
    opened: opened.length,
    major,
    major_share: ratio(major, opened.length),
    responded: responded.length,
    resolved: resolved.length,
    mtta: {
      clock: spread(responded.map((row) => secondsOf(row.opened_at, row.responded_at))),
      business: spread(known(responded.map((row) => row.response_s))),
    },
    mttr: {
      clock: spread(resolved.map((row) => secondsOf(row.opened_at, row.resolved_at))),
      business: spread(known(resolved.map((row) => row.resolution_s))),
    },
    first_contact: direct.length,
    fcr: ratio(direct.length, resolved.length),
    sla: {
      response: target(resolved.map((row) => row.response_met)),
      resolution: target(resolved.map((row) => row.resolution_met)),
      both: target(both),
    },
    reopened: reopened.length,
    reopen_rate: ratio(reopened.length, resolved.length),
    backlog,
  }
}

const columns = {
  team: 'team_id',
  priority: 'priority',
  category: 'category',
  assignee: 'assignee_id',
} as const

const starts = ['2025-03-10', '2025-04-01', '2025-05-01', '2025-06-01', '2025-07-01', '2025-07-20']
const inJapan = (day: string) => new Date(`${day}T00:00:00+09:00`).toISOString()

describe('every measure is what plain loops over the rows make of it', () => {
  test('in all, and by month', async ({ filled }) => {
    const { desk, rows } = filled
    const url = `${metrics}?from=${from}&to=${to}&period=month`
    const answer = (await desk.get(url)).json()
    expect(answer.totals).toEqual(recomputed(filled, rows, inJapan(from), inJapan(to)))
    expect(answer.rows).toHaveLength(5)
    expect(answer.totals.resolved).toBeGreaterThan(100)
    for (const [n, row] of answer.rows.entries()) {
      const [first, end] = [starts[n], starts[n + 1]].map((day) => inJapan(String(day)))
      expect(row).toEqual({
        period: `2025-0${n + 3}`,
        from: first,
        to: end,
        group: null,
        ...recomputed(filled, rows, String(first), String(end)),
      })
    }
  })

  test.for(['team', 'priority', 'category', 'assignee'] as const)(
    'by %s and month',
    async (grouping, { filled }) => {
      const { desk, rows } = filled
      const url = `${metrics}?from=${from}&to=${to}&period=month&group_by=${grouping}`
      const answer = (await desk.get(url)).json()
      const ids = new Set(rows.map((row) => row[columns[grouping]] ?? null))
      expect(answer.rows).toHaveLength(5 * ids.size)
      for (const row of answer.rows) {
        const own = rows.filter((each) => (each[columns[grouping]] ?? null) === row.group.id)
        expect(row).toMatchObject(recomputed(filled, own, row.from, row.to))
      }
      const sum = (name: 'opened' | 'resolved') =>
        answer.rows.reduce((all: number, row: Record<string, number>) => all + (row[name] ?? 0), 0)
      expect(sum('opened')).toBe(answer.totals.opened)
      expect(sum('resolved')).toBe(answer.totals.resolved)
    },
  )

  test('with filters, by week of another zone', async ({ filled }) => {
    const { desk, rows } = filled
    const query = 'period=week&time_zone=America/New_York&priority=high&priority=critical'
    const url = `${metrics}?from=${from}&to=${to}&${query}`
    const answer = (await desk.get(url)).json()
    const own = rows.filter(({ priority }) => priority === 'high' || priority === 'critical')
    expect(answer.from).toBe('2025-03-10T04:00:00.000Z')
    expect(answer.rows[0]).toMatchObject({ period: '2025-W11', to: '2025-03-17T04:00:00.000Z' })
    for (const row of answer.rows)
      expect(row).toMatchObject(recomputed(filled, own, row.from, row.to))
  })

  test('of the SLA', async ({ filled }) => {
    const { desk, rows } = filled
    const url = `${metrics}/sla?from=${from}&to=${to}&period=quarter&group_by=team`
    const answer = (await desk.get(url)).json()
    expect(answer.totals).toEqual(recomputed(filled, rows, inJapan(from), inJapan(to)).sla)
    for (const { group, response, resolution, both, ...row } of answer.rows) {
      const own = rows.filter((each) => (each.team_id ?? null) === group.id)
      const { sla } = recomputed(filled, own, row.from, row.to)
      expect({ response, resolution, both }).toEqual(sla)
    }
  })

  test('of the backlog at a time that has been', async ({ filled }) => {
    const { desk, rows, closings } = filled
    const at = Date.parse(inJapan('2025-05-01'))
    const url = `${metrics}/backlog?at=2025-05-01&group_by=category`
    const answer = (await desk.get(url)).json()
    const isOpen = ({ id }: Incident) =>
      (closings.get(String(id)) ?? []).some(([begin, end]) => begin < at && at <= end)
    const bounds = [0, 1, 3, 7, 14, 30, Number.POSITIVE_INFINITY]
    for (const { group, open, ageing, median_age_s, oldest_opened_at } of answer.rows) {
      const own = rows.filter((row) => (row.category ?? null) === group.id && isOpen(row))
      const ages = own.map((row) => (at - Date.parse(String(row.opened_at))) / 1000)
      expect(open).toBe(own.length)
      expect(median_age_s).toEqual(spread(ages).median_s)
      expect(oldest_opened_at).toBe(own.map((row) => String(row.opened_at)).sort()[0])
      expect(ageing.map(({ count }: { count: number }) => count)).toEqual(
        bounds.slice(1).map((bound, n) => {
          const days = ages.map((age) => age / 86_400)
          return days.filter((age) => (bounds[n] as number) <= age && age < bound).length
        }),
      )
    }
    expect(answer.totals.open).toBe(rows.filter(isOpen).length)
  })

  test('of the volume by day and hour', async ({ filled }) => {
    const { desk, rows } = filled
    const answer = (await desk.get(`${metrics}/volume?from=${from}&to=${to}`)).json()
    const count = (time: 'opened_at' | 'resolved_at', matches: (local: string) => boolean) =>
      rows.filter((row) => {
        if (!row[time] || (time === 'resolved_at' && row.status === 'cancelled')) return false
        const local = new Date(Date.parse(String(row[time])) + 9 * hour).toISOString()
        return local >= from && local < to && matches(local)
      }).length
    expect(answer.by_day).toHaveLength(132)
    for (const { day, opened, resolved } of answer.by_day) {
      expect(opened, day).toBe(count('opened_at', (local) => local.startsWith(day)))
      expect(resolved, day).toBe(count('resolved_at', (local) => local.startsWith(day)))
    }
    expect(answer.by_hour).toHaveLength(168)
    for (const { weekday, hour: at, opened } of answer.by_hour) {
      const matches = (local: string) =>
        (new Date(local).getUTCDay() || 7) === weekday && Number(local.slice(11, 13)) === at
      expect(opened).toBe(count('opened_at', matches))
    }
  })
})
