import type { AreaLevel, AreaRow } from '../../../db/tables/statistics.ts'
import type { Db } from '../../../db/tables.ts'
import type { Kpi } from '../../../schemas/statistics/kpis.ts'
import { areaOf } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { comparableTo, type Known, latestOf } from '../comparable.ts'
import { remembered } from '../library.ts'
import { type Observation, readObservations } from '../store.ts'
import {
  figuresOf,
  isOfOnePeriod,
  type Lines,
  linesOf,
  type Subject,
  sourcesOf,
} from '../subjects.ts'

/** A KPI with its newest figure, and those that it can be set against. */
export type Head = {
  kpi: Kpi
  subject: Subject
  area: AreaRow
  points: readonly Observation[]
  latest: Known<Observation> | undefined
  comparable: readonly Known<Observation>[]
  sources: ReadonlySet<string>
}

/** Values of the areas of a level in one period, by `subject level period`. */
export type Peers = ReadonlyMap<string, readonly number[]>

/** What a card is made of, out of figures that are read already. */
export function headOf(kpi: Kpi, subject: Subject, area: AreaRow, lines: Lines): Head {
  const points = figuresOf(lines, subject, area)
  const latest = latestOf(points)
  return {
    kpi,
    subject,
    area,
    points,
    latest,
    comparable: latest ? comparableTo(latest, points) : [],
    sources: latest ? sourcesOf(lines, subject, area, latest.year) : new Set(),
  }
}

/** The figures beside those of the cards, to rank them among; the same for all areas of a level. */
export function readPeers(db: Db, catalogue: Catalogue, heads: readonly Head[]): Promise<Peers> {
  const ranked = heads.filter(({ latest, area }) => latest && area.level !== 'nation')
  const keys = ranked.map(({ subject, area, latest }) =>
    peersKey(subject, area.level, latest?.period ?? ''),
  )
  const key = `peers ${[...new Set(keys)].sort().join()}`
  return remembered(catalogue, key, () => readRanked(db, catalogue, ranked))
}

/** Only what needs other years is read whole. */
async function readRanked(db: Db, catalogue: Catalogue, ranked: readonly Head[]): Promise<Peers> {
  const levels = new Set(ranked.map(({ area }) => area.level))
  const codes = new Map([...levels].map((level) => [level, catalogue.codesOf(level)]))
  const read = async (heads: readonly Head[], periods?: readonly string[]) => {
    const indicators = [...new Set(heads.flatMap(({ subject }) => subject.parts))]
    const areas = [...codes.values()].flat()
    return linesOf(await readObservations(db, { indicators, areas, periods }))
  }
  const [brief, long] = [true, false].map((isBrief) =>
    ranked.filter(({ subject }) => isOfOnePeriod(subject) === isBrief),
  ) as [Head[], Head[]]
  const periods = [...new Set(brief.flatMap(({ latest }) => latest?.period ?? []))]
  const [slice, whole] = [await read(brief, periods), await read(long)]
  return new Map(
    ranked.map(({ subject, area: { level }, latest }): [string, number[]] => {
      const period = latest?.period ?? ''
      const lines = isOfOnePeriod(subject) ? slice : whole
      const values = (codes.get(level) ?? []).flatMap((code) => {
        const figures = figuresOf(lines, subject, areaOf(catalogue, code))
        return figures.find((figure) => figure.period === period)?.value ?? []
      })
      return [peersKey(subject, level, period), values]
    }),
  )
}

export function peersKey({ code }: Subject, level: AreaLevel, period: string): string {
  return `${code} ${level} ${period}`
}
