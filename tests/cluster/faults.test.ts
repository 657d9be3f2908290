import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { test as base, describe, expect, vi } from 'vitest'
import { type Cluster, type Instance, startCluster } from '../support/cluster.ts'
import {
  faultEnv,
  mailsOf,
  restartInstance,
  restartPart,
  rollOut,
  setClocks,
  underLoad,
} from '../support/faults.ts'
import { type Books, lineOf } from '../support/ledger.ts'
import { buildNextVersion } from '../support/next-version.ts'
import { attack, attacks, slowhttptest } from '../support/slow-clients.ts'
import { startSmtp } from '../support/smtp.ts'

const plan = { ms: 1500, clients: 6 }
/** The first test waits for the cluster as well. */
const timeout = 300_000
const patience = { timeout: 60_000, interval: 100 }

type Fixtures = { cluster: Cluster; smtp: Awaited<ReturnType<typeof startSmtp>> }

/** One cluster for all tests of this file, and a mail server beside it. */
const test = base.extend<Fixtures>({
  smtp: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const smtp = await startSmtp()
      await use(smtp)
      smtp.close()
    },
    { scope: 'file' },
  ],
  cluster: [
    async ({ smtp }, use) => {
      const cluster = await startCluster({ env: faultEnv(smtp.url) })
      await use(cluster)
      await cluster.stop()
    },
    { scope: 'file' },
  ],
})

/** Nothing that was acknowledged is lost or there twice, and every request got its answer. */
function expectAllThere(name: string, books: Books): void {
  console.log(lineOf(name, books), JSON.stringify(books.statuses))
  expect(books.refusals).toEqual([])
  expect(books).toMatchObject({ failed: 0, lost: 0, doubled: 0, unexpected: 0 })
  expect(books.acknowledged).toBeGreaterThan(0)
  for (const [total, told, counted] of books.totals) expect(told, total).toBe(counted)
}

/** Each submitter is sent a mail; none twice, unless a job may have been cut off behind its mail. */
async function expectMails({ mails }: Fixtures['smtp'], books: Books, atMostTwice = 0) {
  await vi.waitFor(() => expect(mailsOf(mails, books.submitters).missing).toBe(0), patience)
  const { expected, once, more } = mailsOf(mails, books.submitters)
  console.log(`  mails of jobs: ${expected} to send, ${once} sent once, ${more} more than once`)
  expect(more).toBeLessThanOrEqual(atMostTwice)
}

describe('under load', { timeout }, () => {
  test('an instance that is told to stop costs no request', async ({ cluster, smtp }) => {
    const { books, seen } = await underLoad(cluster, plan, () =>
      restartInstance(cluster, 'SIGTERM', plan.ms),
    )
    expect(seen).toBe(0)
    expectAllThere('SIGTERM of an instance', books)
    await expectMails(smtp, books)
  })

  test('an instance that is killed loses nothing', async ({ cluster, smtp }) => {
    const { books } = await underLoad(cluster, plan, () =>
      restartInstance(cluster, 'SIGKILL', plan.ms),
    )
    expectAllThere('SIGKILL of an instance', books)
    await expectMails(smtp, books, 4)
  })

  test.for([
    ['restarted', 'SIGINT'],
    ['killed', 'SIGKILL'],
  ] as const)('PostgreSQL that is %s loses nothing', async ([name, how], { cluster, smtp }) => {
    const { books, seen } = await underLoad(cluster, plan, () =>
      restartPart(cluster, 'postgres', how, plan.ms),
    )
    expectAllThere(`PostgreSQL ${name}, back to health after ${seen.recoveredMs} ms`, books)
    for (const { status, text } of seen.meanwhile) expect([status, text]).toEqual([503, '503'])
    await expectMails(smtp, books, 8)
    for (const instance of cluster.instances) expect(instance.isRunning()).toBe(true)
  })

  test('Redis that is gone is missed by nobody', async ({ cluster, smtp }) => {
    const { books, seen } = await underLoad(cluster, plan, () =>
      restartPart(cluster, 'redis', 'SIGKILL', plan.ms),
    )
    expectAllThere(`Redis killed, back to health after ${seen.recoveredMs} ms`, books)
    for (const { status, text } of seen.meanwhile) expect([status, text]).toEqual([200, 'degraded'])
    await expectMails(smtp, books)
  })

  test('a clock that jumps ahead and back stops and doubles nothing', async ({ cluster, smtp }) => {
    const hours = [2, -2, 0]
    const { books, seen } = await underLoad(cluster, plan, () => setClocks(cluster, hours, plan.ms))
    expect(seen).toEqual(hours)
    expectAllThere('clock of an instance 2 h ahead, 2 h behind, right', books)
    await expectMails(smtp, books)
    const ids = await idsByCursor(cluster.url)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBe((await get(`${cluster.url}/api/v1/items?limit=1`)).meta.total)
    const slots = await query<{ last_slot: Date }>(cluster, 'select last_slot from schedules')
    for (const { last_slot } of slots) expect(last_slot.getTime()).toBeLessThanOrEqual(Date.now())
  })

  test('a new version takes over while the old one serves', async ({ cluster, smtp }) => {
    const [first] = cluster.instances as [Instance]
    const folder = join(cluster.folder, 'next')
    mkdirSync(folder)
    const dist = await buildNextVersion(folder)
    const check = () => checkMigrations(join(dist, 'src/cli.js'), first.env)
    expect(await check()).toEqual({ code: 1, out: 'pending: 9999-colours\n' })
    const { books } = await underLoad(cluster, plan, () => rollOut(cluster, dist))
    expectAllThere('rolling restart with a migration', books)
    expect(await check()).toEqual({ code: 0, out: 'up to date\n' })
    await expectMails(smtp, books, 4)
  })
})

describe.runIf(slowhttptest)('clients that are slow on purpose', { timeout }, () => {
  test.for(Object.keys(attacks) as (keyof typeof attacks)[])(
    'by %s keep nobody waiting',
    async (kind, { cluster }) => {
      const [first] = cluster.instances as [Instance]
      const size = { connections: 200, seconds: 4, path: '/api/v1/items' }
      for (const [name, url] of Object.entries({ nginx: cluster.url, instance: first.url })) {
        const probe = async () => (await fetch(`${url}/health`)).status
        const { said, probes, failed, unwell, p50, p99, max } = await attack(kind, url, size, probe)
        console.log(
          `${kind}, ${size.connections} connections to ${name}: /health ${probes} times, ${failed} failed, ${unwell} unwell, p50 ${p50} p99 ${p99} max ${max} ms`,
        )
        expect(said).not.toMatch(/error|denied/i)
        expect(failed).toBe(0)
        expect(probes).toBeGreaterThan(0)
      }
    },
  )
})

type Answer = {
  timestamp: string
  meta: { total: number }
  data: { id: string }[]
  next_cursor: string | null
}

async function get(url: string): Promise<Answer> {
  const headers = { authorization: 'Bearer mock-access-token-dev-12345' }
  return (await (await fetch(url, { headers })).json()) as Answer
}

async function idsByCursor(url: string): Promise<string[]> {
  const ids: string[] = []
  let cursor = ''
  do {
    const page = await get(`${url}/api/v1/items?limit=100${cursor && `&cursor=${cursor}`}`)
    ids.push(...page.data.map(({ id }) => id))
    cursor = page.next_cursor ?? ''
  } while (cursor)
  return ids
}

async function query<Row extends object>({ postgres }: Cluster, text: string): Promise<Row[]> {
  const client = new pg.Client(postgres.url)
  await client.connect()
  const { rows } = await client.query<Row>(text)
  await client.end()
  return rows
}

async function checkMigrations(cli: string, env: Record<string, string>) {
  const args = [cli, 'migrate', '--check']
  return promisify(execFile)(process.execPath, args, {
    env: { PATH: String(process.env.PATH), ...env },
  }).then(
    ({ stdout }) => ({ code: 0, out: stdout }),
    ({ code, stdout }) => ({ code, out: stdout }),
  )
}
