import type {
  Area,
  AreaQuery,
  Indicator,
  IndicatorQuery,
} from '../../schemas/statistics/catalogue.ts'
import type { Answer } from './answer.ts'
import type { Catalogue } from './catalogue.ts'

type Page<Name extends string, Row> = Record<Name, Row[]> & {
  total: number
  skip: number
  limit: number
}

/** What figures there are: by code, with names, unit, formula, and where and when there are some. */
export function listIndicators(
  catalogue: Catalogue,
  { q, category, family, level, ...page }: IndicatorQuery,
): Answer<Page<'indicators', Indicator>> {
  const found = [...catalogue.indicators.values()]
    .filter((each) => category === undefined || each.category === category)
    .filter((each) => family === undefined || each.family === family)
    .filter(({ code, name_ja, name_en }) => q === undefined || has(q, [code, name_ja, name_en]))
    .map(({ position, ...indicator }) => ({
      ...indicator,
      available: (catalogue.facts.get(indicator.code) ?? []).map(
        ({ source_id, indicator, ...fact }) => ({ ...fact, source: source_id }),
      ),
    }))
    .filter(({ available }) => !level || available.some((each) => each.level === level))
  return { body: pageOf('indicators', found, page) }
}

/** The areas as they are, or were on a day: what has merged since is there, what came of it is not. */
export function listAreas(
  catalogue: Catalogue,
  { level, parent, q, on, ...page }: AreaQuery,
): Answer<Page<'areas', Area>> {
  const within = parent === undefined ? undefined : catalogue.resolveArea(parent).code
  const before = new Map<string, { code: string; until: string }[]>()
  for (const { code, valid_until, successor_code } of catalogue.areas.values()) {
    if (!valid_until || !successor_code) continue
    const known = before.get(successor_code) ?? []
    before.set(successor_code, [...known, { code, until: valid_until }])
  }
  const found = [...catalogue.areas.values()]
    .filter((area) => !level || area.level === level)
    .filter((area) => within === undefined || area.parent_code === within)
    .filter(({ code, name_ja, name_en }) => q === undefined || has(q, [code, name_ja, name_en]))
    .filter(({ code, valid_until }) => {
      if (on === undefined) return !valid_until
      const isGone = valid_until !== null && valid_until <= on
      const isToCome = before.get(code)?.some(({ until }) => until > on) ?? false
      return !isGone && !isToCome
    })
    .map((area) => ({
      ...area,
      predecessor_codes: (before.get(area.code) ?? []).map(({ code }) => code),
    }))
  return { body: pageOf('areas', found, page) }
}

function pageOf<Name extends string, Row>(
  name: Name,
  rows: readonly Row[],
  { skip, limit }: { skip: number; limit: number },
) {
  const part = rows.slice(skip, skip + limit)
  return { [name]: part, total: rows.length, skip, limit } as Page<Name, Row>
}

function has(part: string, texts: readonly (string | null)[]): boolean {
  const wanted = part.normalize('NFKC').toLowerCase()
  return texts.some((text) => text?.normalize('NFKC').toLowerCase().includes(wanted))
}
