/**
 * How long one sync takes, from the first call to the end of the transaction, with a local e-Stat:
 * rows a second and seconds, on SQLite or another database.
 *
 *   npx tsx tests/bench/statistics-sync.ts [--rows 100000] [--database postgres://…]
 */
import { parseArgs } from 'node:util'
import { migrate } from '../../db/migrate.ts'
import { openDb } from '../../db/open.ts'
import { transact } from '../../db/transact.ts'
import { createEstat } from '../../src/statistics/estat/client.ts'
import { loadStatistics } from '../../src/statistics/seed/seed.ts'
import { planOf } from '../../src/statistics/sync/plans.ts'
import { syncSource } from '../../src/statistics/sync/sync.ts'
import { newId, now } from '../../src/values.ts'
import { tableFor } from '../support/estat-plans.ts'
import { startEstatServer } from '../support/estat-server.ts'
import { newFolder } from '../support/process.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    database: { type: 'string', default: '' },
  },
})

const appId = 'bench'
const id = 'estat-ssds-municipalities'
const { db } = await openDb(values.database || `sqlite:${await newFolder()}/bench.db`)
await migrate(db)
await loadStatistics(db)

/** Each with its share of the whole, so that men and women add up. */
const items = { A1101: 2, A110101: 1, A110102: 1, A4101: 1, A4200: 1, A5101: 1, A5102: 1 }
const areas = await db
  .selectFrom('areas')
  .select('code')
  .where('level', '=', 'municipality')
  .where('valid_until', 'is', null)
  .execute()
const truth = new Map<string, number>()
for (let year = 2010; truth.size < Number(values.rows); year -= 5) {
  for (const [item, share] of Object.entries(items)) {
    for (const [n, { code }] of areas.entries()) {
      truth.set(`${item} ${code} ${year}`, share * (1000 + n * 7 + (2020 - year)))
    }
  }
}
const estat = await startEstatServer({
  appIds: [appId],
  tables: [tableFor(id, truth, '2026-01-05')],
})
await transact(db, async (trx) => {
  const source = planOf(id)?.source
  if (source) await trx.insertInto('stat_sources').values(source).execute()
  await trx
    .insertInto('sync_states')
    .values({
      source_id: id,
      state: 'ok',
      since: now(),
      enabled_on: '2026-01-05',
      succeeded_on: null,
      claimed_by: null,
      claimed_until: null,
    })
    .execute()
})

const client = createEstat({ appId, baseUrl: estat.url })
const task = { source_id: id, run_id: newId(), scheduled_for: '2026-01-05', attempt: 1 }
const started = performance.now()
await syncSource({ db, estat: client }, task, new AbortController().signal)
const seconds = (performance.now() - started) / 1000
const run = await db.selectFrom('sync_runs').selectAll().executeTakeFirstOrThrow()
process.stdout.write(
  `${run.outcome}: ${run.rows_read} read, ${run.rows_added} added, ${run.rows_changed} changed ` +
    `in ${seconds.toFixed(2)} s, ${Math.round(run.rows_read / seconds)} rows/s, ` +
    `${Math.round(process.memoryUsage().rss / 2 ** 20)} MB\n`,
)
if (run.error_code) process.stdout.write(`${run.error_code}: ${run.error_message}\n`)
await db.destroy()
await estat.close()
