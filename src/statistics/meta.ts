import type { AreaLevel } from '../../db/tables/statistics.ts'
import type { Meta } from '../../schemas/statistics/meta.ts'
import type { Catalogue, Source } from './catalogue.ts'
import { type Derivation, derivations, inputsOf } from './derived.ts'
import { type NoteCode, noteOf } from './notes.ts'

/** To be shown where figures came through the API of e-Stat, in its own words. */
const estatNotice =
  'このサービスは、政府統計総合窓口(e-Stat)のAPI機能を使用していますが、サービスの内容は国によって保証されたものではありません。'

type Figure = {
  indicator?: string
  area_code?: string
  year?: number
  value?: number | null
  unit?: string
  source?: string | null
  vintage?: string | null
}

type About = {
  rows: readonly Figure[]
  /** How many areas were asked for. */
  of: number
  /** Sources that the rows were worked out of, besides their own. */
  sources?: Iterable<string>
  processed?: boolean
  unit?: string | null
  method?: Meta['method']
  notes?: readonly (NoteCode | false)[]
}

/** What has to be said about figures: whose they are, how many, how new, and what was done to them. */
export function metaOf(catalogue: Catalogue, about: About): Meta {
  const { rows, of, sources: others = [], processed = false, method = null, notes = [] } = about
  const ids = new Set<string>(others)
  for (const { source } of rows) if (source) ids.add(source)
  const isDerived = ids.delete('derived')
  if (isDerived) for (const id of originsOf(catalogue, rows)) ids.add(id)
  const sources = [...ids].sort().flatMap((id) => catalogue.sources.get(id) ?? [])
  const units = new Set(rows.map(({ unit }) => unit ?? ''))
  const isProcessed = processed || isDerived || sources.some(({ id }) => id.endsWith('-sum'))
  return {
    unit: about.unit !== undefined ? about.unit : units.size === 1 ? ([...units][0] ?? null) : null,
    source: sources.map(({ id, name_ja, name_en, url }) => ({ id, name_ja, name_en, url })),
    credit: creditOf(sources, isProcessed),
    notice: sources.some(({ id }) => id.startsWith('estat')) ? estatNotice : null,
    processed: isProcessed,
    years: [...new Set(rows.flatMap(({ year }) => year ?? []))].sort((a, b) => a - b),
    method,
    coverage: {
      areas: new Set(
        rows.flatMap(({ area_code, value }) =>
          area_code !== undefined && value !== null && value !== undefined ? area_code : [],
        ),
      ).size,
      of,
    },
    dataset_version: catalogue.version,
    retrieved_at: latestOf(catalogue, rows),
    stale: sources.some(({ stale_since }) => stale_since !== null),
    notes: notes.flatMap((code) => (code ? noteOf(code) : [])),
  }
}

/** Whose figures the derived ones among the rows were worked out of: of their year, or the last before. */
function originsOf(catalogue: Catalogue, rows: readonly Figure[]): string[] {
  const derived = new Map<string, { derivation: Derivation; level: AreaLevel; year: number }>()
  for (const { indicator, area_code = '', year = 0, source } of rows) {
    const derivation = derivations.find(({ code }) => code === indicator)
    const level = catalogue.areas.get(area_code)?.level
    if (source !== 'derived' || !derivation || !level) continue
    derived.set(`${indicator} ${level} ${year}`, { derivation, level, year })
  }
  return [...derived.values()].flatMap(({ derivation, level, year }) => {
    const levels = derivation.fromMunicipalities ? [level, 'municipality'] : [level]
    return inputsOf(derivation).flatMap((input) => {
      const facts = (catalogue.facts.get(input) ?? []).filter((fact) => levels.includes(fact.level))
      const covering = facts.filter((fact) => fact.first_year <= year && year <= fact.last_year)
      const last = Math.max(...facts.map((fact) => (fact.last_year < year ? fact.last_year : 0)))
      const used = covering.length > 0 ? covering : facts.filter((fact) => fact.last_year === last)
      return used.map(({ source_id }) => source_id)
    })
  })
}

/** `出典：…を加工して作成` once for each sentence. */
function creditOf(sources: readonly Source[], isProcessed: boolean): string {
  const sentences = [...new Set(sources.map(({ credit }) => credit))]
  return sentences.map((credit) => (isProcessed ? `${credit}を加工して作成` : credit)).join('、')
}

function latestOf(catalogue: Catalogue, rows: readonly Figure[]): string | null {
  const editions = new Set(rows.map(({ source, vintage }) => `${source} ${vintage}`))
  const times = [...editions].flatMap((edition) => catalogue.editions.get(edition) ?? [])
  return times.sort().at(-1) ?? null
}
