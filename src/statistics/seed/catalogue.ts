import { type Insertable, sql } from 'kysely'
import type { Tables, Trx } from '../../../db/tables.ts'
import { derivations, formulaOf } from '../derived.ts'
import { readAll, type SeedArea } from './files.ts'

/** Puts areas, indicators, sources and legends in, or in the place of those there were. */
export async function loadCatalogueRows(trx: Trx): Promise<void> {
  const areas = await readAll<SeedArea>('areas')
  await putMany(
    trx,
    'areas',
    ['code'],
    areas.map((area) => ({
      code: area.code,
      level: area.level,
      parent_code: area.parent,
      name_ja: area.ja,
      name_en: area.en ?? null,
      region_ja: area.region ?? null,
      latitude: area.lat ?? null,
      longitude: area.lon ?? null,
      valid_until: area.until ?? null,
      successor_code: area.next ?? null,
    })),
  )
  const observed = await readAll<Omit<Insertable<Tables['indicators']>, 'position'>>('indicators')
  const indicators = [
    ...observed.map((row) => ({
      ...row,
      family: row.family ?? null,
      formula: null,
      direction: null,
    })),
    ...derivations.map((derivation) => {
      const { code, name_ja, name_en, unit, kind, category, decimals, direction } = derivation
      const named = { code, name_ja, name_en, unit, kind, category, decimals, direction }
      const formula = formulaOf(derivation)
      return { ...named, aggregation: 'none' as const, family: null, formula }
    }),
  ]
  await putMany(
    trx,
    'indicators',
    ['code'],
    indicators.map((row, position) => ({ ...row, position })),
  )
  const sources = await readAll<Insertable<Tables['stat_sources']>>('sources')
  await putMany(trx, 'stat_sources', ['id'], [...sources, derivedSource])
  await putMany(
    trx,
    'mark_legends',
    ['source_id', 'mark'],
    [
      { source_id: 'ssds-a', mark: '***', meaning: '調査・集計していないもの' },
      { source_id: 'ssds-a', mark: '-', meaning: '数値が得られないもの' },
      { source_id: 'census', mark: '***', meaning: '調査・集計していないもの' },
    ],
  )
}

/** What is worked out here must be shown as such. */
const derivedSource = {
  id: 'derived',
  name_ja: '要による算出',
  name_en: 'Worked out by Kaname',
  credit: '各出典の値を加工して作成',
  url: '/docs',
}

type Catalogued = 'areas' | 'indicators' | 'stat_sources' | 'mark_legends'

const batch = 500

async function putMany<Table extends Catalogued>(
  trx: Trx,
  table: Table,
  key: (keyof Tables[Table] & string)[],
  rows: Insertable<Tables[Table]>[],
): Promise<void> {
  const others = Object.keys(rows[0] ?? {}).filter((column) => !key.includes(column as never))
  for (let start = 0; start < rows.length; start += batch) {
    await trx
      .insertInto(table)
      .values(rows.slice(start, start + batch) as never)
      .onConflict((conflict) => conflict.columns(key as never).doUpdateSet(taken(others) as never))
      .execute()
  }
}

/** Every column as the row says that could not go in. */
function taken(columns: readonly string[]) {
  return Object.fromEntries(columns.map((column) => [column, sql.ref(`excluded.${column}`)]))
}
