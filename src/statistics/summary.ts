import type { AreaRow, IndicatorRow } from '../../db/tables/statistics.ts'
import type { Db } from '../../db/tables.ts'
import type { Summary, SummaryQuery, SummaryRow } from '../../schemas/statistics/summary.ts'
import { failure } from '../failure.ts'
import type { Answer } from './answer.ts'
import { areaOf, listIn } from './areas.ts'
import type { Catalogue } from './catalogue.ts'
import { yearsIn } from './facts.ts'
import { type Description, describeValues } from './indices/description.ts'
import type { Outlier } from './indices/outliers.ts'
import { metaOf } from './meta.ts'
import { answered } from './refusals.ts'
import { inYears, nearestOf, readSeries, type Series } from './series.ts'

const population = 'A1101'

/**
 * What the figures of all areas of a level look like. Failures: `indicator_not_found`,
 * `area_not_found`, `area_ambiguous`, `no_areas_within`, `figures_not_found`.
 */
export async function getSummary(
  db: Db,
  catalogue: Catalogue,
  query: SummaryQuery,
): Promise<Answer<Summary>> {
  const { level, parent } = query
  const within = parent === undefined ? undefined : catalogue.resolveArea(parent).code
  const areas = catalogue.codesOf(level, within).map((code) => areaOf(catalogue, code))
  if (areas.length === 0) throw failure('no_areas_within', { level, parent: parent ?? '' })
  const indicators = [...new Set(listIn(query.indicator).map(catalogue.resolveIndicator))]
  const weight = query.weight === undefined ? undefined : catalogue.resolveIndicator(query.weight)
  const series = await readSeries(db, catalogue, {
    indicators: [...indicators.map(({ code }) => code), weight?.code ?? population],
    areas: areas.map(({ code }) => code),
    asOf: query.as_of,
  })
  const described = indicators.flatMap((indicator) => {
    const of = (code: string) => series.get(`${indicator.code} ${code}`) ?? []
    const year = query.year ?? newestOf(areas.map(({ code }) => of(code)))
    const points = areas.map(({ code }) => inYears(of(code), { from: year, to: year })[0])
    if (year === undefined || points.every((point) => !point)) return []
    const weighs = weight?.code ?? (isRelative(indicator) ? population : undefined)
    const weights = areas.map(({ code }) =>
      weighs ? nearestOf(series.get(`${weighs} ${code}`) ?? [], year) : undefined,
    )
    const values = points.map((point) => point?.value)
    const description = answered(describeValues(values, weighs ? weights : undefined))
    return [{ row: rowOf(indicator, areas, level, year, description, weighs), points }]
  })
  if (described.length === 0) {
    const codes = indicators.map(({ code }) => code)
    throw failure('figures_not_found', { years: yearsIn(catalogue, codes) })
  }
  const rows = described.map(({ row }) => row)
  const figures = described.flatMap(({ points }) =>
    points.flatMap((point) =>
      point ? { ...point, area_code: point.area, source: point.source_id } : [],
    ),
  )
  const units = new Set(rows.map(({ unit }) => unit))
  const meta = metaOf(catalogue, {
    rows: figures,
    of: areas.length,
    processed: true,
    unit: units.size === 1 ? (rows[0]?.unit ?? null) : null,
  })
  return {
    body: { meta, rows },
    lines: () => rows.map(({ outliers_tukey, outliers_modified_z, ...row }) => row),
  }
}

function isRelative({ kind }: IndicatorRow): boolean {
  return kind === 'rate' || kind === 'share'
}

function newestOf(series: readonly Series[]): number | undefined {
  const years = series.flatMap((points) =>
    points.filter(({ value }) => value !== null).map(({ year }) => year),
  )
  return years.length === 0 ? undefined : years.reduce((a, b) => Math.max(a, b))
}

function rowOf(
  { code, name_ja, unit, aggregation }: IndicatorRow,
  areas: readonly AreaRow[],
  level: SummaryRow['level'],
  year: number,
  found: Description,
  weight: string | undefined,
): SummaryRow {
  const nameAt = (at: number | undefined) => areas[at ?? 0]?.name_ja ?? ''
  const named = ({ at, value }: Outlier) => ({
    area_code: areas[at]?.code ?? '',
    area_name: nameAt(at),
    value,
  })
  return {
    indicator: code,
    name_ja,
    unit,
    level,
    year,
    n: found.n,
    missing: areas.length - found.n,
    sum: aggregation === 'sum' ? found.sum : null,
    mean: found.mean,
    weighted_mean: found.weightedMean?.value ?? null,
    weight: weight ?? null,
    lower_quartile: found.lowerQuartile,
    median: found.median,
    upper_quartile: found.upperQuartile,
    population_sd: found.populationDeviation,
    sample_sd: found.sampleDeviation,
    coefficient_of_variation: found.coefficientOfVariation,
    skewness: found.skewness,
    kurtosis: found.kurtosis,
    min: found.min.value,
    min_area: nameAt(found.min.at[0]),
    max: found.max.value,
    max_area: nameAt(found.max.at[0]),
    outliers_tukey: (found.tukey?.outside ?? []).map(named),
    outliers_modified_z: (found.modifiedZ?.outside ?? []).map(named),
  }
}
