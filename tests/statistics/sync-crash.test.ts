import { openDb } from '../../db/open.ts'
import { readObservations } from '../../src/statistics/store.ts'
import { plans } from '../../src/statistics/sync/plans.ts'
import { createDatabase } from '../support/database.ts'
import { readTruths, tableFor } from '../support/estat-plans.ts'
import { startEstatServer } from '../support/estat-server.ts'
import { newFolder, startServer } from '../support/process.ts'
import { expect, test } from '../support/service.ts'
import { dayBefore } from '../support/sync.ts'

const appId = 'f00dfeed'
const headers = { authorization: 'Bearer mock-access-token-dev-12345' }

async function until(condition: () => unknown): Promise<void> {
  const end = Date.now() + 50_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('It never happened.')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('kill -9 while figures are read leaves none of them; the next start publishes all', {
  timeout: 60_000,
}, async () => {
  const truths = await readTruths()
  const tables = Object.entries(truths).map(([id, truth]) =>
    tableFor(id as keyof typeof truths, truth, dayBefore(0)),
  )
  const estat = await startEstatServer({ appIds: [appId], tables })
  const { url: DATABASE_URL, drop } = await createDatabase({ withStatistics: true })
  const settings = {
    DATA_DIR: await newFolder(),
    DATABASE_URL,
    JOB_LEASE: '1s',
    LOG_LEVEL: 'silent',
    ESTAT_APP_ID: appId,
    ESTAT_BASE_URL: estat.url,
  }
  const figures = async () => {
    const { db } = await openDb(DATABASE_URL)
    const rows = await readObservations(db, { indicators: ['A4101'], from: 2022 })
    const runs = await db.selectFrom('sync_runs').select(['source_id', 'outcome']).execute()
    await db.destroy()
    return { rows: rows.filter(({ area }) => area.endsWith('000')), runs }
  }

  // Figures come in pieces, so slowly that nobody has them all when it ends.
  const isData = ({ name }: { name: string }) => name === 'getStatsData'
  estat.plan((asked) => (isData(asked) ? { kind: 'slow', pauseMs: 400 } : undefined))
  const first = await startServer(settings)
  const started = await fetch(`${first.url}/api/v1/statistics/sync`, { method: 'POST', headers })
  expect(started.status).toBe(202)
  await until(() => estat.requests.some(isData))
  first.child.kill('SIGKILL')
  await first.ended
  expect(await figures()).toEqual({ rows: [], runs: [] })

  estat.plan([])
  const second = await startServer(settings)
  await until(async () => (await figures()).runs.length === plans.length)
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)
  const { rows, runs } = await figures()
  expect(rows).toHaveLength(48)
  expect(runs.filter(({ outcome }) => outcome === 'published')).toEqual([
    { source_id: 'estat-ssds-prefectures', outcome: 'published' },
  ])
  await estat.close()
  await drop()
})
