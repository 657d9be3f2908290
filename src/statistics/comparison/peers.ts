import type { AreaLevel, AreaRow, IndicatorRow } from '../../../db/tables/statistics.ts'
import type { Db } from '../../../db/tables.ts'
import type { ComparisonQuery } from '../../../schemas/statistics/comparison.ts'
import { areaOf } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { correlationMatrix } from '../indices/correlation.ts'
import { groupAreas } from '../indices/groups.ts'
import { type Standing, standings } from '../indices/peers.ts'
import { remembered } from '../library.ts'
import { readSeries } from '../series.ts'

/** What is compared, and the year in which. */
type Compared = { indicator: IndicatorRow; year: number | undefined }

/** All areas of a level in the year that each indicator is compared in; `key` tells them from others. */
export type Peers = {
  key: string
  level: AreaLevel
  codes: string[]
  values: Map<string, (number | null)[]>
}

/**
 * Figures of all areas of a level, each indicator in the year that it is compared in: whichever areas are
 * compared, they are the same, and read once.
 */
export function readPeers(
  db: Db,
  catalogue: Catalogue,
  level: AreaLevel,
  lines: readonly Compared[],
  { as_of }: ComparisonQuery,
): Promise<Peers> {
  const years = new Map(lines.map(({ indicator, year }) => [indicator.code, year]))
  const key = JSON.stringify(['comparison', level, as_of ?? null, ...years])
  return remembered(catalogue, key, async () => ({
    key,
    ...(await figuresOf(db, catalogue, level, years, as_of)),
  }))
}

async function figuresOf(
  db: Db,
  catalogue: Catalogue,
  level: AreaLevel,
  years: ReadonlyMap<string, number | undefined>,
  asOf: ComparisonQuery['as_of'],
): Promise<Omit<Peers, 'key'>> {
  const codes = catalogue.codesOf(level)
  const asked = [...years.values()].filter((year) => year !== undefined)
  const found = await readSeries(db, catalogue, {
    indicators: [...years.keys()],
    areas: codes,
    from: Math.min(...asked),
    to: Math.max(...asked),
    asOf,
  })
  const values = new Map(
    [...years].map(([indicator, year]) => [
      indicator,
      codes.map(
        (code) =>
          found.get(`${indicator} ${code}`)?.find((point) => point.year === year)?.value ?? null,
      ),
    ]),
  )
  return { level, codes, values }
}

/** Where an area stands among them; null where it has no figure. */
export function standingOf(
  { codes, values }: Peers,
  { code }: AreaRow,
  { code: indicator, direction }: IndicatorRow,
): Standing | null {
  const at = codes.indexOf(code)
  return standings(values.get(indicator) ?? [], direction ?? 'up')[at] ?? null
}

/** Of all pairs of indicators, over all areas of the level. */
export function correlationOf({ level, values }: Peers, method: 'pearson' | 'spearman') {
  const columns = [...values].map(([indicator, column]) => ({ indicator, values: column }))
  return { ...correlationMatrix(columns, method), level }
}

/** More take so long that everybody else would wait. */
const maxGrouped = 200

/** Groups of similar areas, or null where too few have all of the indicators, or there are too many. */
export function groupsOf(catalogue: Catalogue, peers: Peers, groups?: number) {
  const key = `${peers.key} ${groups ?? ''}`
  return remembered(catalogue, key, async () => workOutGroups(catalogue, peers, groups))
}

function workOutGroups(catalogue: Catalogue, { level, codes, values }: Peers, groups?: number) {
  const columns = [...values].map(([indicator, column]) => ({ indicator, values: column }))
  if (codes.length > maxGrouped) return null
  const found = groupAreas(columns, { groups: groups ?? null })
  if ('refused' in found) return null
  const named = (n: number) => areaOf(catalogue, codes[n] as string)
  return {
    level,
    silhouette: found.silhouette,
    explained: found.explained,
    groups: found.groupsFound.map(({ group, members, centre, silhouette }) => ({
      group,
      areas: members
        .map(named)
        .map(({ code, name_ja }) => ({ area_code: code, area_name: name_ja })),
      centre,
      silhouette,
    })),
    left: found.left.map((n) => codes[n] as string),
  }
}
