import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Db } from '../../db/tables.ts'
import type { Mail } from '../../src/mail.ts'
import { createEstat } from '../../src/statistics/estat/client.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { dayInJapan } from '../../src/statistics/runs/runs.ts'
import { startSync } from '../../src/statistics/sync/start.ts'
import { later, now } from '../../src/values.ts'
import { type PlanId, readTruths, type Truth, tableFor } from './estat-plans.ts'
import { startEstatServer } from './estat-server.ts'
import { letTimePass } from './jobs.ts'
import { type Service, startService } from './service.ts'

// Letters that change when they are encoded, so that every spelling differs.
export const appId = 'a0b1c2d3+e4/f5_secret'

/** Someone's webhook, on a real socket, that refuses the first call. */
async function startWebhook() {
  const bodies: string[] = []
  let calls = 0
  const server = createServer(async (request, response) => {
    const body = await text(request)
    calls += 1
    if (calls > 1) bodies.push(body)
    response.writeHead(calls > 1 ? 204 : 500).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/hook`, bodies, close: () => server.close() }
}

const began = now()

/** The day in Japan `days` before the one on which the tests began. */
export function dayBefore(days: number): string {
  return dayInJapan(later(began, -days * 86_400))
}

/** The evening of that day, when its sync is due. */
export const evening = new Date(`${dayBefore(0)}T20:00:00+09:00`)

let truths: ReturnType<typeof readTruths> | undefined

/** A service with an e-Stat of its own, in the state that the bundled figures leave it in. */
export async function startSynced({ updated = dayBefore(0), timeoutMs = 10_000 } = {}) {
  truths ??= readTruths()
  const estat = await startEstatServer({ appIds: [appId], escapes: false })
  const webhook = await startWebhook()
  const mails: Mail[] = []
  const lines: string[] = []
  const logTo = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const clientOf = () =>
    createEstat({
      appId,
      baseUrl: estat.url,
      pageSize: 150,
      timeoutMs,
      limits: { maxBytes: 4 * 2 ** 20 },
      backoff: { sleep: async () => {}, random: seededRandom(1) },
    })
  const service = await startService({
    env: { ESTAT_APP_ID: appId, ESTAT_BASE_URL: estat.url, WEBHOOK_URL: webhook.url },
    changes: { estat: clientOf(), mail: async (mail) => void mails.push(mail) },
    logTo,
    withStatistics: true,
  })
  const serve = (changed: Record<PlanId, { truth: Truth; updated: string }>) =>
    estat.serve(
      Object.entries(changed).map(([id, { truth, updated }]) =>
        tableFor(id as PlanId, truth, updated),
      ),
    )
  const tables = Object.fromEntries(
    Object.entries(await truths).map(([id, truth]) => [id, { truth, updated }]),
  ) as Record<PlanId, { truth: Truth; updated: string }>
  serve(tables)
  return {
    ...service,
    estat,
    webhook,
    mails,
    lines,
    tables,
    serve,
    close: async () => {
      await service.close()
      await estat.close()
      webhook.close()
    },
  }
}

export type Synced = Awaited<ReturnType<typeof startSynced>>

/** Runs whatever is to be done, as late as it may be. */
export async function finish({ deps, queue }: Pick<Service, 'deps' | 'queue'>): Promise<void> {
  while ((await letTimePass(deps.db)) > 0) await queue.runDue()
}

/** The sync of one scheduled day, with all its tries. */
export async function syncOn(service: Synced, day: string): Promise<void> {
  const { db, config } = service.deps
  await startSync(db, config, new Date(`${day}T12:00:00+09:00`))
  await finish(service)
}

/** Every row of every table, for who looks for what should be nowhere. */
export async function dumpOf(db: Db): Promise<string> {
  const tables = await db.introspection.getTables()
  const dumps: string[] = []
  for (const { name, schema } of tables) {
    if (/^(observations|areas|periods|indicators|indicator_facts)$/.test(name)) continue
    const rows = await db
      .selectFrom((schema ? `${schema}.${name}` : name) as 'jobs')
      .selectAll()
      .execute()
    dumps.push(name, JSON.stringify(rows))
  }
  return dumps.join('\n')
}
