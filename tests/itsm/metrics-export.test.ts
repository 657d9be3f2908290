import { incidentOf, insertIncidents, insertMoves, insertTeam } from '../support/itsm-metrics.ts'
import { type Client, expect, test } from '../support/service.ts'

type Line = Record<string, string>

const start = Date.parse('2025-03-01T00:00:00Z')
const hour = 3_600_000
const text = (at: number) => new Date(at).toISOString()

/** Cells between commas, in quotation marks where they have to be. */
function linesOf(csv: string): Line[] {
  const [head = [], ...rows] = csv
    .replace('\ufeff', '')
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? String(plain) : quoted.replaceAll('""', '"'),
      ),
    )
  return rows.map((cells) => Object.fromEntries(head.map((name, n) => [name, String(cells[n])])))
}

const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole)

function spread(values: number[]) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (p: number) => {
    const h = (sorted.length - 1) * p
    const [low, high] = [sorted[Math.floor(h)] as number, sorted[Math.ceil(h)] as number]
    return sorted.length === 0 ? null : expect.closeTo(low + (h - Math.floor(h)) * (high - low), 2)
  }
  const sum = values.reduce((all, each) => all + each, 0)
  const mean_s = values.length === 0 ? null : expect.closeTo(sum / values.length, 2)
  return { count: values.length, mean_s, median_s: at(0.5), p90_s: at(0.9) }
}

/** The figures of a period by nothing but what the export says. */
function figures(lines: Line[], from: string, to: string) {
  const isIn = (time = '') => time !== '' && from <= time && time < to
  const seconds = (a = '', b = '') => (Date.parse(b) - Date.parse(a)) / 1000
  const known = (column: string, of: Line[]) =>
    of.filter((line) => line[column] !== '').map((line) => Number(line[column]))
  const target = (column: string, of: Line[]) => {
    const count = (outcome: string) => of.filter((line) => line[column] === outcome).length
    const [met, breached] = [count('true'), count('false')]
    return { met, breached, rate: ratio(met, met + breached) }
  }
  const opened = lines.filter(({ opened_at }) => isIn(opened_at))
  const answered = lines.filter(({ responded_at }) => isIn(responded_at))
  const resolved = lines.filter((line) => isIn(line.resolved_at) && line.status !== 'cancelled')
  const direct = resolved.filter((l) => l.reopen_count === '0' && l.reassignment_count === '0')
  const reopened = resolved.filter(({ reopen_count }) => reopen_count !== '0')
  return {
    opened: opened.length,
    major: opened.filter(({ major }) => major === 'true').length,
    responded: answered.length,
    resolved: resolved.length,
    mtta: {
      clock: spread(answered.map((line) => seconds(line.opened_at, line.responded_at))),
      business: spread(known('response_s', answered)),
    },
    mttr: {
      clock: spread(resolved.map((line) => seconds(line.opened_at, line.resolved_at))),
      business: spread(known('resolution_s', resolved)),
    },
    fcr: ratio(direct.length, resolved.length),
    sla: {
      response: target('response_met', resolved),
      resolution: target('resolution_met', resolved),
    },
    reopen_rate: ratio(reopened.length, resolved.length),
    backlog: lines.filter((line) => isOpen(line, to)).length,
  }
}

function isOpen({ open_times = '' }: Line, at: string): boolean {
  return open_times.split(' ').some((span) => {
    const [from = '', to = ''] = span.split('/')
    return from < at && (to === '..' || at <= to)
  })
}

test('every figure follows from the export', async ({ db, signIn }) => {
  const desk: Client = await signIn('ServiceDeskAgent')
  const teams = [await insertTeam(db, '基盤'), await insertTeam(db, '窓口'), null]
  const rows = Array.from({ length: 120 }, (_, n) => {
    const opened = start + n * 17 * hour
    const [answered, first] = [opened + (n % 11) * 600_500, opened + (5 + (n % 37)) * hour]
    const isReopened = n % 7 === 0
    const ended = isReopened ? first + 60 * hour : first
    const isCancelled = n % 10 === 9 && !isReopened
    const isOver = n % 6 !== 5 && !isCancelled
    const row = incidentOf(desk.id, {
      opened_at: text(opened),
      status: isCancelled ? 'cancelled' : isOver ? 'resolved' : 'in_progress',
      team_id: teams[n % 3] ?? null,
      priority: (['low', 'medium', 'high'] as const)[n % 3] ?? 'low',
      major: n % 13 === 0 ? 1 : 0,
      responded_at: n % 5 === 4 ? null : text(answered),
      response_s: n % 5 === 4 ? null : n * 3,
      response_met: ([0, 1, 1, null] as const)[n % 4] ?? null,
      resolved_at: isOver ? text(ended) : null,
      resolution_s: isOver && n % 9 > 0 ? n * 100 : null,
      resolution_met: isOver ? (n % 3 === 0 ? 0 : 1) : null,
      reopen_count: isReopened ? 1 : 0,
      reassignment_count: n % 4 === 0 ? 1 : 0,
      updated_at: text(ended + hour),
    })
    const moves: [string, string][] = isCancelled
      ? [['cancelled', text(first)]]
      : [
          ['resolved', text(first)],
          ['in_progress', text(first + 30 * hour)],
          ...(isOver ? [['resolved', text(ended)] as [string, string]] : []),
        ]
    return { row, moves: isCancelled || isReopened ? moves : [] }
  })
  await insertIncidents(
    db,
    rows.map(({ row }) => row),
  )
  for (const { row, moves } of rows) {
    if (moves.length > 0) await insertMoves(db, String(row.id), moves)
  }
  const lines = linesOf((await desk.get('/api/v1/incidents/export?format=csv')).body)
  expect(lines).toHaveLength(120)

  const metrics = '/api/v1/itsm/metrics'
  const range = 'from=2025-03-10&to=2025-05-20'
  const url = `${metrics}?${range}&period=month&group_by=team`
  const answer = (await desk.get(url)).json()
  expect(answer.totals).toMatchObject(figures(lines, answer.from, answer.to))
  expect(answer.rows).toHaveLength(9)
  for (const row of answer.rows) {
    const own = lines.filter(({ team }) => team === (row.group.name ?? ''))
    expect(row).toMatchObject(figures(own, row.from, row.to))
  }

  const volume = (await desk.get(`${metrics}/volume?${range}`)).json()
  const inJapan = (time = '') => new Date(Date.parse(time) + 9 * hour).toISOString()
  const countOf = (column: string, matches: (local: string) => boolean) =>
    lines.filter((line) => line[column] && matches(inJapan(line[column]))).length
  for (const { day, opened, resolved } of volume.by_day) {
    expect(opened).toBe(countOf('opened_at', (local) => local.startsWith(day)))
    expect(resolved).toBe(countOf('resolved_at', (local) => local.startsWith(day)))
  }
  for (const { weekday, hour: at, opened } of volume.by_hour) {
    const isThen = (local: string) =>
      (new Date(local).getUTCDay() || 7) === weekday && Number(local.slice(11, 13)) === at
    const isInRange = (local: string) => '2025-03-10' <= local && local < '2025-05-20'
    expect(opened).toBe(countOf('opened_at', (local) => isInRange(local) && isThen(local)))
  }

  const backlog = (await desk.get(`${metrics}/backlog?at=2025-04-15`)).json()
  const open = lines.filter((line) => isOpen(line, backlog.at))
  const ages = open.map(({ opened_at = '' }) => Date.parse(backlog.at) - Date.parse(opened_at))
  expect(backlog.totals.open).toBe(open.length)
  for (const { from_days, to_days, count } of backlog.totals.ageing) {
    const isIn = (days: number) => from_days <= days && days < (to_days ?? Number.POSITIVE_INFINITY)
    expect(count).toBe(ages.filter((age) => isIn(age / 24 / hour)).length)
  }
})
