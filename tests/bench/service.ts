import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { migrate } from '../../db/migrate.ts'
import { engineOf } from '../../db/open.ts'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { openSession } from '../../src/accounts/sessions.ts'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { createDeps } from '../../src/deps.ts'
import type { App } from '../../src/fastify.ts'
import { newId, now } from '../../src/values.ts'
import { newFolder } from '../support/process.ts'

/** What is asked: a GET, unless there is a body. */
export type Question = { url: string; method?: 'POST' | 'PATCH'; body?: (round: number) => object }

export type Ask = (
  question: Question,
  round?: number,
) => Promise<{ statusCode: number; body: string }>

/** The whole service on a database of its own. */
export async function openService(url: string): Promise<{ app: App; close: () => Promise<void> }> {
  const folder = await newFolder()
  const name = `test_bench_${newId().replaceAll('-', '')}`
  const admin = url === 'sqlite' ? undefined : new pg.Client(url)
  await admin?.connect()
  await admin?.query(`create database ${name} template template0 encoding 'UTF8' locale 'C.UTF-8'`)
  const config = loadConfig({
    DATA_DIR: folder,
    DATABASE_URL: admin ? Object.assign(new URL(url), { pathname: name }).href : '',
    LOG_LEVEL: 'silent',
    RATE_LIMIT_PER_MINUTE: '100000000',
  })
  const { deps, close } = await createDeps(config)
  await migrate(deps.db)
  deps.lifecycle.enter('ready')
  const app = await buildApp(deps)
  await app.ready()
  return {
    app,
    close: async () => {
      await app.close()
      await close()
      await admin?.query(`drop database ${name} with (force)`)
      await admin?.end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Asks as somebody who is signed in. */
export async function askAs(app: App, userId: string): Promise<Ask> {
  const session = await transact(app.db, (trx) =>
    openSession(trx, app, userId, { request_id: newId(), ip: null, user_agent: null }, now()),
  )
  const claims = {
    sub: userId,
    sid: session.session_id,
    jti: newId(),
    type: 'access' as const,
  }
  const authorization = `Bearer ${app.jwt.sign(claims)}`
  return ({ url, body, method = body ? 'POST' : 'GET' }, round = 0) =>
    app.inject({
      method,
      url: `/api/v1${url}`,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body && { payload: JSON.stringify(body(round)) }),
    })
}

export async function settle(db: Db): Promise<void> {
  await (engineOf(db) === 'postgres' ? sql`vacuum analyze` : sql`analyze`).execute(db)
}

/**
 * The median of some rounds, and the longest time for which nothing else could run in any of them: in
 * processor time, so that whatever else the machine does is not counted.
 */
export async function measure(work: (round: number) => Promise<unknown>, rounds: number) {
  await work(0)
  await sleep(20)
  const times: number[] = []
  let blockMs = 0
  let last = process.cpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(last)
    last = process.cpuUsage()
    blockMs = Math.max(blockMs, (user + system) / 1000)
  }, 1)
  for (let round = 1; round <= rounds; round += 1) {
    const begun = performance.now()
    await work(round)
    times.push(performance.now() - begun)
    await sleep(5)
  }
  clearInterval(timer)
  times.sort((a, b) => a - b)
  return { ms: times[Math.floor(rounds / 2)] as number, blockMs }
}
