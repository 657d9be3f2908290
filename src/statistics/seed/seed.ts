import { insertMany } from '../../../db/bulk.ts'
import { hold } from '../../../db/hold.ts'
import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import { now } from '../../values.ts'
import { countFacts } from '../facts.ts'
import { addDefaultKpis } from '../kpi/defaults.ts'
import { periodOf } from '../periods.ts'
import { type Incoming, publish, publishDerived } from '../publish.ts'
import { observationColumns } from '../store.ts'
import { loadCatalogueRows } from './catalogue.ts'
import { editionOfSeed, readLines, type SeedBlock } from './files.ts'

/** How many figures go to the database at once. */
const batch = 20_000

/**
 * Loads the bundled statistics, once: a database that has them already is left as it is. Those of a
 * newer release are published over older ones, which stay readable. Answers how many figures it
 * loaded. One transaction: either all of them are there, or none.
 */
export async function loadStatistics(db: Db): Promise<number> {
  const seed = editionOfSeed()
  if (await isLoaded(db, seed)) return 0
  return transact(db, async (trx) => {
    await hold(trx, 'statistics')
    if (await isLoaded(trx, seed)) return 0
    const before = await trx.selectFrom('statistics_state').select('id').executeTakeFirst()
    await loadCatalogueRows(trx)
    const count = before ? await renewFigures(trx) : await loadFigures(trx)
    if (!before) {
      await addDefaultKpis(trx)
      await addEditions(trx)
    }
    await trx
      .insertInto('statistics_state')
      .values({ id: 1, version: 1, seed, changed_at: now() })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((eb) => ({
          seed,
          version: eb('statistics_state.version', '+', 1),
          changed_at: now(),
        })),
      )
      .execute()
    await publishDerived(trx)
    await countFacts(trx)
    return count
  })
}

async function isLoaded(db: Db, seed: string): Promise<boolean> {
  const state = await db.selectFrom('statistics_state').select('seed').executeTakeFirst()
  return state?.seed === seed
}

/** The figures of a newer release, edition by edition; answers how many of them were news. */
async function renewFigures(trx: Trx): Promise<number> {
  const editions = new Map<string, Incoming[]>()
  for await (const block of readLines<SeedBlock>('figures')) {
    const edition = editions.get(block.v) ?? []
    editions.set(block.v, edition)
    for (const n of block.p.keys()) edition.push(figureOf(block, n))
  }
  let count = 0
  for (const vintage of [...editions.keys()].sort()) {
    const { added, changed } = await publish(trx, vintage, editions.get(vintage) ?? [])
    count += added + changed
  }
  return count
}

async function loadFigures(trx: Trx): Promise<number> {
  const periods = new Set<string>()
  let rows: (Incoming & { vintage: string; superseded: string | null })[] = []
  let count = 0
  const flush = async () => {
    await insertMany(trx, 'observations', observationColumns, rows)
    count += rows.length
    rows = []
  }
  for await (const block of readLines<SeedBlock>('figures')) {
    for (const [n, period] of block.p.entries()) {
      periods.add(period)
      const superseded = block.e?.[n] || null
      rows.push({ ...figureOf(block, n), vintage: block.v, superseded })
    }
    if (rows.length >= batch) await flush()
  }
  await flush()
  const known = [...periods].map((code) => periodOf(code) ?? { code })
  await insertMany(trx, 'periods', ['code', 'type', 'label', 'year', 'starts_on', 'ends_on'], known)
  return count
}

function figureOf({ i, a, s, st, p, x }: SeedBlock, n: number): Incoming {
  const figure = x[n] as number | string
  const isMark = typeof figure === 'string'
  return {
    indicator: i,
    area: a,
    period: p[n] as string,
    value: isMark ? null : figure,
    mark: isMark ? figure : null,
    status: isMark ? 'missing' : st,
    source_id: s,
  }
}

/** Of what came with the service, the moment of loading is when it was read. */
async function addEditions(trx: Trx): Promise<void> {
  const retrieved_at = now()
  const editions = await trx
    .selectFrom('observations')
    .select(['source_id', 'vintage'])
    .distinct()
    .execute()
  await trx
    .insertInto('stat_editions')
    .values(editions.map((edition) => ({ ...edition, retrieved_at })))
    .execute()
}
