/**
 * What questions to the service desk cost with 100,000 incidents of two years, on SQLite and, with
 * TEST_POSTGRES_URL, on PostgreSQL: the median of a request through the whole service, the processor time
 * of this process in it, and the longest time for which nothing else could run.
 *
 *   npm run bench:itsm [-- --incidents 100000 --rounds 9]
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { engineOf } from '../../db/open.ts'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { openSession } from '../../src/accounts/sessions.ts'
import type { App } from '../../src/fastify.ts'
import { newId, now } from '../../src/values.ts'
import type { People } from '../support/itsm-load.ts'
import { fillDesk } from './desk.ts'
import { openService } from './service.ts'

const { values } = parseArgs({
  options: {
    incidents: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '9' },
  },
})
const [count, rounds] = [Number(values.incidents), Number(values.rounds)]

type Question = { url: string; post?: (round: number) => object }
type Result = { ms: number; cpuMs: number; blockMs: number } | { status: number }

for (const url of ['sqlite', process.env.TEST_POSTGRES_URL]) {
  if (!url) continue
  const { app, close } = await openService(url)
  const engine = engineOf(app.db) === 'postgres' ? 'PostgreSQL' : 'SQLite'
  const began = performance.now()
  const people = await fill(app.db)
  await settle(app.db)
  console.log(
    `${engine}: ${count} incidents in ${((performance.now() - began) / 1000).toFixed(0)} s`,
  )
  const { ask } = await signIn(app)
  console.log(`| ${engine} | median ms | CPU ms | longest block ms |\n|---|--:|--:|--:|`)
  for (const [name, question] of Object.entries(await questions(app.db, ask, people))) {
    const result = await measure(ask, question)
    const cells =
      'ms' in result
        ? [result.ms, result.cpuMs, result.blockMs].map((ms) => ms.toFixed(1))
        : [`answers ${result.status}`, '', '']
    console.log(`| ${name} | ${cells.join(' | ')} |`)
  }
  await close()
}
process.exit(0)

type Ask = (url: string, body?: object) => Promise<{ statusCode: number; body: string }>

async function questions(db: Db, ask: Ask, { teams }: People): Promise<Record<string, Question>> {
  const latest = await db
    .selectFrom('incidents')
    .select('id')
    .orderBy('id', 'desc')
    .limit(100)
    .execute()
  const ids = latest.map(({ id }) => id)
  const open = await db
    .selectFrom('incidents')
    .select('id')
    .where('status', 'in', ['new', 'assigned', 'in_progress'])
    .orderBy('id')
    .limit(100)
    .execute()
  const widest = await db
    .selectFrom('changes')
    .select('id')
    .orderBy('number', 'desc')
    .executeTakeFirstOrThrow()
  const list = (query: string): Question => ({ url: `/incidents?limit=50&${query}` })
  const year = `from=${now().slice(0, 4)}-01-01&to=${Number(now().slice(0, 4)) + 1}-01-01`
  const last = `from=${dayBefore(365)}&to=${dayBefore(-1)}`
  return {
    'list, first page': list(''),
    'list, open and critical': list(
      'status=new&status=assigned&status=in_progress&priority=critical',
    ),
    'list, of a team': list(`team_id=${teams[0]}`),
    'list, of a category': list(`category=${encodeURIComponent('メール')}`),
    'list, by a tag': list('tag=tag-7'),
    'list, overdue': list('sla_status=violated'),
    'list, unassigned': list('assignee_id=none'),
    'list, by priority': list('sort=-priority'),
    'list, 50,000 deep by cursor': list(`cursor=${await deepCursor(ask)}`),
    'search, found everywhere': list(`search=${encodeURIComponent('プリンター')}`),
    'search, found rarely': list(`search=${encodeURIComponent('消防のVPNに接続')}`),
    'search, never found': list(`search=${encodeURIComponent('そんな題名はない')}`),
    'one incident': { url: `/incidents/${ids[50]}` },
    'one incident, SLA': { url: `/incidents/${ids[50]}/sla` },
    'one incident, timeline': { url: `/incidents/${ids[50]}/timeline` },
    'bulk update of 100': {
      url: '/incidents/bulk-update',
      post: (round) => ({
        incident_ids: open.map(({ id }) => id),
        updates: { category: `区分 ${round}` },
      }),
    },
    'known errors, search': { url: `/known-errors/search?q=${encodeURIComponent('印刷できない')}` },
    'known errors of an incident': { url: `/incidents/${ids[50]}/known-errors` },
    'metrics, 30 days by day': { url: '/itsm/metrics?period=day' },
    'metrics, a year': { url: `/itsm/metrics?${last}` },
    'metrics, a year by month and team': {
      url: `/itsm/metrics?${last}&period=month&group_by=team`,
    },
    'metrics, a year by day': { url: `/itsm/metrics?${last}&period=day` },
    'metrics, this year by week, one team': {
      url: `/itsm/metrics?${year}&period=week&team_id=${teams[0]}`,
    },
    'metrics, two years by month': {
      url: `/itsm/metrics?from=${dayBefore(730)}&to=${dayBefore(-1)}&period=month`,
    },
    'metrics, SLA of a year by team': { url: `/itsm/metrics/sla?${last}&group_by=team` },
    'metrics, volume of a year': { url: `/itsm/metrics/volume?${last}` },
    'metrics, backlog now by team': { url: '/itsm/metrics/backlog?group_by=team' },
    'metrics, backlog a year ago': { url: `/itsm/metrics/backlog?at=${dayBefore(365)}` },
    'problems proposed of 10,000 incidents': { url: '/problems/candidates?days=365' },
    'calendar of a quarter': {
      url: `/changes/calendar?start=${dayBefore(45)}T00:00:00Z&end=${dayBefore(-45)}T00:00:00Z`,
    },
    'conflicts of a change of many CIs': { url: `/changes/${widest.id}/conflicts` },
    'rates of changes': { url: `/changes/rates?${last}&by=month` },
  }
}

function dayBefore(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
}

/** Where half of the list has been passed. */
async function deepCursor(ask: Ask): Promise<string> {
  let cursor = ''
  for (let passed = 0; passed < count / 2; passed += 100) {
    const { statusCode, body } = await ask(`/incidents?limit=100${cursor && `&cursor=${cursor}`}`)
    if (statusCode !== 200) return 'none'
    cursor = encodeURIComponent(JSON.parse(body).next_cursor)
  }
  return cursor
}

async function measure(ask: Ask, { url, post }: Question): Promise<Result> {
  const first = await ask(url, post?.(0))
  if (first.statusCode >= 400) return { status: first.statusCode }
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const times: number[] = []
  const before = process.cpuUsage()
  for (let round = 1; round <= rounds; round += 1) {
    await sleep(5)
    const begun = performance.now()
    await ask(url, post?.(round))
    times.push(performance.now() - begun)
  }
  await sleep(5)
  const { user, system } = process.cpuUsage(before)
  delay.disable()
  times.sort((a, b) => a - b)
  return {
    ms: times[Math.floor(rounds / 2)] as number,
    cpuMs: (user + system) / 1000 / rounds,
    blockMs: delay.max / 1e6,
  }
}

async function fill(db: Db): Promise<People> {
  return transact(db, async (trx) => {
    if (engineOf(db) === 'postgres') await sql`set local statement_timeout = 0`.execute(trx)
    return fillDesk(trx, count)
  })
}

async function settle(db: Db): Promise<void> {
  await (engineOf(db) === 'postgres' ? sql`vacuum analyze` : sql`pragma optimize`).execute(db)
}

async function signIn(app: App): Promise<{ ask: Ask }> {
  const { user, session_id } = await transact(app.db, async (trx) => {
    const user = await createUser(trx, {
      email: `${newId()}@example.org`,
      roles: ['ChangeManager'],
    })
    const origin = { request_id: newId(), ip: null, user_agent: null }
    return { user, ...(await openSession(trx, app, user.id, origin, now())) }
  })
  const claims = { sub: user.id, sid: session_id, jti: newId(), type: 'access' as const }
  const authorization = `Bearer ${app.jwt.sign(claims)}`
  const ask: Ask = (path, body) =>
    app.inject({
      method: body ? 'POST' : 'GET',
      url: `/api/v1${path}`,
      headers: { authorization },
      ...(body && { payload: body }),
    })
  return { ask }
}
