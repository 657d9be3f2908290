/**
 * How often the intervals of population forecasts would have held: from each year of 2010 to 2019,
 * with the method chosen on what was known by then, for 47 prefectures, against what came.
 *
 *   npm run bench:forecast
 */
import { migrate } from '../../db/migrate.ts'
import { openDb } from '../../db/open.ts'
import { loadCatalogue } from '../../src/statistics/catalogue.ts'
import { backtestSeries } from '../../src/statistics/forecasting/backtest.ts'
import { chooseMethod } from '../../src/statistics/forecasting/choice.ts'
import { forecastSeries } from '../../src/statistics/forecasting/forecast.ts'
import { pool } from '../../src/statistics/forecasting/pooling.ts'
import { partsOf } from '../../src/statistics/population/measures.ts'
import { pointsOf } from '../../src/statistics/population/points.ts'
import { loadStatistics } from '../../src/statistics/seed/seed.ts'
import { readSeries } from '../../src/statistics/series.ts'

const measures = ['total', '0-14', '15-64', '65+', 'share'] as const
const horizons = [1, 2, 3, 4, 5, 6, 7]
const years = { first: 1996, last: 2020 }

const { db } = await openDb('sqlite::memory:')
await migrate(db)
await loadStatistics(db)
const catalogue = await loadCatalogue(db)
const codes = catalogue.codesOf('prefecture')

process.stdout.write(`|  | ${horizons.map((h) => `${h} y`).join(' | ')} |\n`)
process.stdout.write(`|---|${horizons.map(() => '---').join('|')}|\n`)
for (const measure of measures) {
  const series = await valuesOf(measure)
  const kind = measure === 'share' ? 'share' : 'count'
  const held = new Map(horizons.map((h) => [h, { n: 0, in80: 0, in95: 0 }]))
  for (let cut = 2010; cut < years.last; cut += 1) {
    const known = cut - years.first + 1
    const horizon = Math.min(years.last - cut, horizons.length, Math.floor(known / 2))
    const options = { kind, season: 1, horizon } as const
    const past = series.map((values) => values.slice(0, known))
    const choice = chooseMethod(
      pool(past.map((values) => backtestSeries(values, options))),
      horizon,
    )
    for (const [area, values] of past.entries()) {
      const request = { target: values, pool: [], method: 'auto', choice, ...options } as const
      const forecast = forecastSeries(request)
      if ('refused' in forecast) throw new Error(forecast.refused)
      for (const point of forecast.points) {
        const came = series[area]?.[known + point.step - 1] as number
        const count = held.get(point.step)
        if (!count) continue
        count.n += 1
        if (came >= point.lower80 && came <= point.upper80) count.in80 += 1
        if (came >= point.lower95 && came <= point.upper95) count.in95 += 1
      }
    }
  }
  const cell = ({ n, in80, in95 }: { n: number; in80: number; in95: number }) =>
    `${Math.round((100 * in80) / n)} / ${Math.round((100 * in95) / n)}`
  process.stdout.write(`| ${measure} | ${[...held.values()].map(cell).join(' | ')} |\n`)
}
await db.destroy()

/** Yearly values of all prefectures, without a gap. */
async function valuesOf(measure: (typeof measures)[number]): Promise<number[][]> {
  const query = { frequency: 'annual', per: 'absolute' } as const
  const series = await readSeries(db, catalogue, {
    indicators: partsOf(measure, query),
    areas: codes,
  })
  return codes.map((code) => {
    const area = catalogue.areas.get(code)
    if (!area) throw new Error(code)
    return pointsOf(series, area, measure, query).map(({ value }) => value as number)
  })
}
