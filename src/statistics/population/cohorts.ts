import type { AreaRow } from '../../../db/tables/statistics.ts'
import type { Db } from '../../../db/tables.ts'
import type { ForecastMeasure, ForecastQuestion } from '../../../schemas/statistics/forecast.ts'
import { failure, invalid } from '../../failure.ts'
import type { Catalogue } from '../catalogue.ts'
import type { AgeTable } from '../forecasting/ages.ts'
import { projectCohorts } from '../forecasting/cohorts.ts'
import { yearCode } from '../periods.ts'
import { answered } from '../refusals.ts'
import { readObservations } from '../store.ts'
import { closeAt, lowestOpenAge } from './ages.ts'
import { type PyramidTable, pyramidYearsOf, readAges } from './pyramid.ts'

export type CohortForecast = {
  /** The year of the ages that it goes on from. */
  base: number
  points: { year: number; values: Record<ForecastMeasure, number | null> }[]
}

const step = 5
const sexTotals = { male: 'A110101', female: 'A110102' } as const

/**
 * Five-year ages carried on from the newest two tables, with unknown ages allocated by sex in
 * proportion. Failures: `figures_not_found`, `too_few_ages` and the like.
 */
export async function forecastCohorts(
  db: Db,
  catalogue: Catalogue,
  area: AreaRow,
  { horizon }: ForecastQuestion,
): Promise<CohortForecast> {
  if (horizon % step !== 0) throw invalid({ field: 'horizon', rule: 'multiple', of: step })
  const years = await pyramidYearsOf(db, area.code)
  const base = years.at(-1) ?? 0
  if (!years.includes(base - step)) {
    throw failure('figures_not_found', { years: years.length > 0 ? years.map(String) : '-' })
  }
  const tables = [
    await readAges(db, catalogue, area.code, base - step),
    await readAges(db, catalogue, area.code, base),
  ]
  const open = lowestOpenAge(tables.map(({ classes }) => classes))
  const [earlier, later] = await Promise.all(
    tables.map((table) => allocated(db, area.code, table, open)),
  )
  const projection = answered(
    projectCohorts({
      earlier: earlier as AgeTable,
      later: later as AgeTable,
      steps: horizon / step,
    }),
  )
  return {
    base,
    points: projection.points.map((point) => {
      const between = (from: number, to: number) =>
        [...point.male.slice(from, to), ...point.female.slice(from, to)].reduce((a, b) => a + b, 0)
      return {
        year: base + point.step * step,
        values: {
          total: point.total,
          male: point.totalMale,
          female: point.totalFemale,
          '0-14': between(0, 3),
          '15-64': between(3, 13),
          '65+': between(13, point.male.length),
          share: point.shareAged65,
        },
      }
    }),
  }
}

/** Ages of either sex, scaled so that they add up to the total, which unknown ages are part of. */
async function allocated(
  db: Db,
  area: string,
  { year, classes }: PyramidTable,
  open: number,
): Promise<AgeTable> {
  const totals = await readObservations(db, {
    indicators: Object.values(sexTotals),
    areas: [area],
    periods: [yearCode(year)],
  })
  const table = closeAt(classes, open)
  const of = (sex: 'male' | 'female') => {
    const counts = table.map((each) => each[sex])
    const sum = counts.reduce((all, count) => all + count, 0)
    const total = totals.find(({ indicator }) => indicator === sexTotals[sex])?.value ?? sum
    return counts.map((count) => (sum === 0 ? 0 : (count * total) / sum))
  }
  return { male: of('male'), female: of('female') }
}
