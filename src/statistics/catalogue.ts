import type { Selectable } from 'kysely'
import type { AreaLevel, AreaRow, IndicatorRow } from '../../db/tables/statistics.ts'
import type { Db, Tables } from '../../db/tables.ts'
import { build } from '../about.ts'
import { failure } from '../failure.ts'
import { groupBy } from '../values.ts'

export type Source = Selectable<Tables['stat_sources']>
export type Fact = Selectable<Tables['indicator_facts']>

/** What there is, in memory: some two thousand areas and as few indicators. */
export type Catalogue = {
  version: number
  /**
   * Names what an answer was made of: the figures and the program. A database that was put back has
   * versions again that were there before, but not at the same time.
   */
  edition: string
  areas: ReadonlyMap<string, AreaRow>
  indicators: ReadonlyMap<string, IndicatorRow>
  sources: ReadonlyMap<string, Source>
  /** What a mark means, by `source mark`. */
  legends: ReadonlyMap<string, string>
  /** When it was read, by `source vintage`. */
  editions: ReadonlyMap<string, string>
  /** What there is of an indicator, by its code. */
  facts: ReadonlyMap<string, readonly Fact[]>
  /** What areas were called before they were renamed, by the code that they have now. */
  formerCodes: ReadonlyMap<string, string>
  /** Codes of today's areas of a level, in order. */
  codesOf: (level: AreaLevel, parent?: string) => string[]
  /** The area that a code or a name stands for; fails with the nearest names, or with candidates. */
  resolveArea: (text: string) => AreaRow
  resolveIndicator: (text: string) => IndicatorRow
}

export async function loadCatalogue(db: Db): Promise<Catalogue> {
  const state = await readEdition(db)
  const areas = await db.selectFrom('areas').selectAll().orderBy('code').execute()
  const indicators = await db.selectFrom('indicators').selectAll().orderBy('position').execute()
  const sources = await db.selectFrom('stat_sources').selectAll().orderBy('id').execute()
  const legends = await db.selectFrom('mark_legends').selectAll().execute()
  const editions = await db.selectFrom('stat_editions').selectAll().execute()
  const facts = await db.selectFrom('indicator_facts').selectAll().orderBy('source_id').execute()
  const byCode = new Map(areas.map((area) => [area.code, area]))
  const byIndicator = new Map(indicators.map((indicator) => [indicator.code, indicator]))
  const byName = namesOf(areas, byCode)
  return {
    ...state,
    areas: byCode,
    indicators: byIndicator,
    sources: new Map(sources.map((source) => [source.id, source])),
    legends: new Map(
      legends.map(({ source_id, mark, meaning }) => [`${source_id} ${mark}`, meaning]),
    ),
    editions: new Map(
      editions.map(({ source_id, vintage, retrieved_at }) => [
        `${source_id} ${vintage}`,
        retrieved_at,
      ]),
    ),
    facts: groupBy(facts, ({ indicator }) => indicator),
    formerCodes: formerCodesOf(areas),
    codesOf: (level, parent) =>
      areas
        .filter((area) => area.level === level && !area.valid_until)
        .filter((area) => parent === undefined || area.parent_code === parent)
        .map(({ code }) => code),
    resolveArea: (text) => resolveArea(text, byCode, byName),
    resolveIndicator: (text) => {
      const found =
        byIndicator.get(text) ??
        // In a query a bare `+` is a space.
        byIndicator.get(`${text}+`) ??
        indicators.find(({ name_ja }) => name_ja === text)
      if (found) return found
      const nearest = nearestOf(text, [...byIndicator.keys()])
      throw failure('indicator_not_found', { name: text, nearest })
    },
  }
}

/** The version of the figures, and what it is called in tags and keys. */
export async function readEdition(db: Db): Promise<Pick<Catalogue, 'version' | 'edition'>> {
  const { version = 0, changed_at = '' } =
    (await db
      .selectFrom('statistics_state')
      .select(['version', 'changed_at'])
      .executeTakeFirst()) ?? {}
  return { version, edition: `${build} ${version} ${changed_at}` }
}

/** Several that became one were merged: their figures are not those of one area before. */
function formerCodesOf(areas: readonly AreaRow[]): Map<string, string> {
  const before = groupBy(
    areas.filter(({ successor_code }) => successor_code !== null),
    ({ successor_code }) => successor_code as string,
  )
  return new Map(
    [...before].flatMap(([code, [former, ...others]]) =>
      former && others.length === 0 ? [[code, former.code] as const] : [],
    ),
  )
}

/** `東京都`, `東京`, `Tokyo`, `府中市`, `東京都府中市`, each in one spelling. */
function namesOf(areas: readonly AreaRow[], byCode: ReadonlyMap<string, AreaRow>) {
  const names = new Map<string, AreaRow[]>()
  const add = (name: string | null | undefined, area: AreaRow) => {
    if (!name) return
    const key = normal(name)
    const known = names.get(key) ?? []
    if (!known.includes(area)) names.set(key, [...known, area])
  }
  for (const area of areas) {
    add(area.name_ja, area)
    add(area.name_en, area)
    if (area.level === 'prefecture') add(area.name_ja.replace(/(?<=..)[都府県]$/, ''), area)
    const parent = byCode.get(area.parent_code ?? '')
    if (parent && area.level !== 'prefecture') add(`${parent.name_ja}${area.name_ja}`, area)
  }
  add('日本', byCode.get('00000') as AreaRow)
  return names
}

function resolveArea(
  text: string,
  byCode: ReadonlyMap<string, AreaRow>,
  byName: ReadonlyMap<string, AreaRow[]>,
): AreaRow {
  const code = /^\d{2}$/.test(text) ? `${text}000` : text
  const known = byCode.get(code)
  if (known) return known
  const candidates = byName.get(normal(text)) ?? []
  const current = candidates.filter(({ valid_until }) => !valid_until)
  const [only, ...others] = current.length > 0 ? current : candidates
  if (only && others.length === 0) return only
  if (!only)
    throw failure('area_not_found', { name: text, nearest: nearestOf(text, [...byName.keys()]) })
  throw failure(
    'area_ambiguous',
    { name: text },
    {
      candidates: candidates.map((area) => ({
        code: area.code,
        name: `${byCode.get(area.parent_code ?? '')?.name_ja ?? ''}${area.name_ja}`,
      })),
    },
  )
}

function normal(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, '')
}

const maxNearest = 5

/** The names that take the fewest changes to become `text`, for somebody who mistyped one. */
function nearestOf(text: string, names: readonly string[]): string[] {
  const wanted = normal(text).slice(0, 40)
  const nearest = names
    .map((name) => ({ name, distance: distanceOf(wanted, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.ceil(name.length / 2)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, maxNearest)
    .map(({ name }) => name)
  return nearest.length > 0 ? nearest : ['-']
}

/** How many letters to put in, take out or change (Levenshtein 1966). */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
