import { sql } from 'kysely'
import { insertMany, updateMany } from '../../db/bulk.ts'
import type { ObservationStatus } from '../../db/tables/statistics.ts'
import type { Trx } from '../../db/tables.ts'
import { groupBy, now } from '../values.ts'
import { type Derivation, derivations, derive, inputsOf } from './derived.ts'
import { countFacts } from './facts.ts'
import { type Period, periodOf, yearCode } from './periods.ts'
import { type Observation, observationColumns, readObservations } from './store.ts'

/** A figure on its way in, not yet known to be new. */
export type Incoming = {
  indicator: string
  area: string
  period: string
  value: number | null
  mark: string | null
  status: ObservationStatus
  source_id: string
}

export type Published = { vintage: string; added: number; changed: number }

/**
 * Takes figures over as one vintage. What says the same as the figure that holds is passed over, and
 * so is what is older than it; what says something else takes its place, and the older one stays
 * readable. Few statements, however many there are.
 */
export async function publish(
  trx: Trx,
  published: string,
  figures: readonly Incoming[],
): Promise<Published> {
  const indicators = [...new Set(figures.map(({ indicator }) => indicator))]
  const periods = [...new Set(figures.map(({ period }) => period))]
  const current = new Map(
    (await readObservations(trx, { indicators, periods })).map((row) => [keyOf(row), row]),
  )
  const fresh = figures.filter((figure) => isNews(figure, current.get(keyOf(figure)), published))
  if (fresh.length === 0) return { vintage: published, added: 0, changed: 0 }
  // A source that corrects itself without a new date gets the time of reading as well.
  const isSame = fresh.some((figure) => current.get(keyOf(figure))?.vintage === published)
  const vintage = isSame ? `${published.slice(0, 10)}T${now().slice(11, 19)}` : published

  await addPeriods(trx, periods)
  await addEditions(trx, vintage, [...new Set(fresh.map(({ source_id }) => source_id))])
  const rows = fresh.map((figure) => ({ ...figure, vintage, superseded: null }))
  await insertMany(trx, 'observations', observationColumns, rows)
  const replaced = fresh.flatMap((figure) => current.get(keyOf(figure)) ?? [])
  await updateMany(
    trx,
    'observations',
    ['superseded'],
    replaced.map((row) => ({ ...row, superseded: vintage })),
  )
  await countFacts(trx, indicators)
  await trx
    .updateTable('statistics_state')
    .set({ version: sql<number>`version + 1`, changed_at: now() })
    .execute()
  return { vintage, added: fresh.length - replaced.length, changed: replaced.length }
}

/** Works out again what depends on other figures: on those of `touched`, or on any. */
export async function publishDerived(trx: Trx, touched?: ReadonlySet<string>): Promise<void> {
  const depending = derivations.filter(
    (derivation) => !touched || inputsOf(derivation).some((code) => touched.has(code)),
  )
  if (depending.length === 0) return
  const areas = await trx.selectFrom('areas').select(['code', 'level', 'parent_code']).execute()
  const codes = areas.filter(({ level }) => level !== 'ward').map(({ code }) => code)
  const parents = new Map(areas.map(({ code, parent_code }) => [code, parent_code]))
  const indicators = [...new Set(depending.flatMap(inputsOf))]
  const inputs = groupBy(await readObservations(trx, { indicators }), ({ indicator }) => indicator)
  for (const derivation of depending) {
    const rows = inputsOf(derivation).flatMap((code) => inputs.get(code) ?? [])
    const vintage = rows.reduce((latest, row) => (row.vintage > latest ? row.vintage : latest), '')
    await publish(trx, vintage, figuresOf(derivation, rows, codes, parents))
  }
}

function figuresOf(
  derivation: Derivation,
  rows: readonly Observation[],
  areas: readonly string[],
  parents: ReadonlyMap<string, string | null>,
): Incoming[] {
  const values = new Map<string, number>()
  for (const { indicator, area, year, type, value } of rows) {
    if (value !== null && type === 'year') values.set(`${indicator} ${area} ${year}`, value)
  }
  if (derivation.fromMunicipalities) addUp(values, parents)
  const years = [...new Set(rows.map(({ year }) => year))]
  const lookup = (indicator: string, area: string, year: number) =>
    values.get(`${indicator} ${area} ${year}`)
  return derive(derivation, areas, years, lookup).map(({ area, year, value }) => ({
    indicator: derivation.code,
    area,
    period: yearCode(year),
    value,
    mark: null,
    status: 'final',
    source_id: 'derived',
  }))
}

/** Sums of municipalities for prefectures, and of those for the nation, where they have none. */
function addUp(values: Map<string, number>, parents: ReadonlyMap<string, string | null>): void {
  for (const isPrefecture of [false, true]) {
    const sums = new Map<string, number>()
    for (const [key, value] of values) {
      const [indicator, area = '', year] = key.split(' ')
      const parent = parents.get(area)
      if (!parent || area.endsWith('000') !== isPrefecture) continue
      const sum = `${indicator} ${parent} ${year}`
      sums.set(sum, (sums.get(sum) ?? 0) + value)
    }
    for (const [key, value] of sums) if (!values.has(key)) values.set(key, value)
  }
}

function isNews(figure: Incoming, known: Observation | undefined, published: string): boolean {
  if (!known) return true
  if (known.value === figure.value && known.mark === figure.mark) return false
  return known.vintage.slice(0, published.length) <= published
}

async function addPeriods(trx: Trx, codes: readonly string[]): Promise<void> {
  const known = await trx.selectFrom('periods').select('code').execute()
  const missing = codes.filter((code) => !known.some((row) => row.code === code))
  const rows = missing.map(periodOf).filter((period): period is Period => period !== undefined)
  if (rows.length > 0) await trx.insertInto('periods').values(rows).execute()
}

async function addEditions(trx: Trx, vintage: string, sources: readonly string[]): Promise<void> {
  const retrieved_at = now()
  await trx
    .insertInto('stat_editions')
    .values(sources.map((source_id) => ({ source_id, vintage, retrieved_at })))
    .onConflict((conflict) => conflict.columns(['source_id', 'vintage']).doNothing())
    .execute()
}

function keyOf({ indicator, area, period }: { indicator: string; area: string; period: string }) {
  return `${indicator} ${area} ${period}`
}
