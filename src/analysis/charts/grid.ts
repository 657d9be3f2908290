import { subjectColumn } from '../../../schemas/analysis/common.ts'
import { invalid } from '../../failure.ts'
import { orderPeriods } from '../../period-order.ts'
import type { StepWarning } from '../steps/model.ts'
import { type Column, cellText, fieldOf, type Ground, textOf } from './columns.ts'
import type { Series } from './model.ts'

/** What a chart may show. */
export const chartLimits = { points: 5000, series: 200, categories: 2000, places: 20_000 }

/** The keys of the configuration that say what is drawn. */
type Asked = {
  category: readonly [key: string, column: Column]
  legend: readonly [key: string, column: Column] | null
  /** The key that stands for numbers. */
  value: string
  /** Draws these 科目 only, each by itself. */
  subjects?: readonly string[]
}

type Place = { category: string | null; legend: string | null; subject: string | null }

export type Cell = Place & { value: number | null }

export type Grid = {
  categories: (string | null)[]
  /** One a 科目 that is drawn by itself and value of the legend. */
  series: (Pick<Series, 'name' | 'values'> & { subject: string | null })[]
  cells: Cell[]
  warnings: StepWarning[]
  /** What a cell is called: by the names of its columns. */
  placeOf: (place: Place) => Record<string, string | null>
}

/**
 * Numbers by category and legend: both in the order of first appearance, periods in that of time. What
 * has no row is null. Fails with `invalid` for several rows of one place, none at all, and too many.
 */
export async function readGrid(ground: Ground, asked: Asked): Promise<Grid> {
  const cells = await readCells(ground, asked)
  const { category, legend, subjects } = asked
  const placeOf = (place: Place) => ({
    [category[1].name]: place.category,
    ...(legend && { [legend[1].name]: place.legend }),
    ...(subjects && { [subjectColumn]: place.subject }),
  })
  const values = valuesOf(cells, asked, placeOf)
  const categories = orderOf(category[1], new Set(cells.map((cell) => cell.category)))
  const names = legend ? orderOf(legend[1], new Set(cells.map((cell) => cell.legend))) : [null]
  const places = (subjects ?? [null]).flatMap((subject) => names.map((name) => ({ name, subject })))
  requireSize(asked, categories.length, places.length)
  const series = places.map(({ name, subject }) => ({
    name,
    subject,
    values: categories.map((each) => {
      return values.get(keyOf({ category: each, legend: name, subject })) ?? null
    }),
  }))
  return { categories, series, cells, warnings: gapsIn(cells, asked.value, placeOf), placeOf }
}

async function readCells(ground: Ground, { category, legend, subjects }: Asked): Promise<Cell[]> {
  const { tables, source } = ground
  const columns = [category[1].sql, legend ? legend[1].sql : 'null', subjects ? 's' : 'null', 'v']
  const where = subjects ? `where s in (${subjects.map((_, at) => `$${at + 1}`)})` : ''
  const rows = await tables.rows(
    `select ${columns} from ${source.table} ${where} order by n limit ${chartLimits.points + 1}`,
    subjects ?? [],
  )
  if (rows.length > chartLimits.points) {
    const rule = 'chart_too_many_points'
    throw invalid({ field: fieldOf(category[0]), rule, limit: chartLimits.points })
  }
  return rows.map(([place, name, subject, value]) => ({
    category: textOf(place),
    legend: textOf(name),
    subject: textOf(subject),
    value: numberOf(value),
  }))
}

/** Nothing for what no picture can show. */
export const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

const keyOf = ({ category, legend, subject }: Place): string =>
  JSON.stringify([category, legend, subject])

function valuesOf(cells: readonly Cell[], { category }: Asked, placeOf: Grid['placeOf']) {
  const values = new Map<string, number | null>()
  for (const cell of cells) {
    const key = keyOf(cell)
    if (values.has(key)) {
      const text = cellText(placeOf(cell))
      throw invalid({ field: fieldOf(category[0]), rule: 'chart_duplicate', cell: text })
    }
    values.set(key, cell.value)
  }
  if (!cells.some(({ value }) => value !== null)) {
    throw invalid({ field: fieldOf(), rule: 'chart_empty' })
  }
  return values
}

/** An empty cell comes after all periods. */
function orderOf({ kind }: Column, found: ReadonlySet<string | null>): (string | null)[] {
  if (kind !== '推移') return [...found]
  const periods = orderPeriods([...found].filter((each) => each !== null))
  return found.has(null) ? [...periods, null] : periods
}

function requireSize({ category, legend }: Asked, categories: number, series: number): void {
  const { categories: wide, series: deep, places } = chartLimits
  const [field, other] = [fieldOf(category[0]), fieldOf(legend?.[0])]
  if (categories > wide) throw invalid({ field, rule: 'chart_too_many_categories', limit: wide })
  if (series > deep) throw invalid({ field: other, rule: 'chart_too_many_series', limit: deep })
  if (categories * series > places) {
    throw invalid({ field: other, rule: 'chart_too_sparse', limit: places })
  }
}

/** What is said of rows without a number. */
function gapsIn(cells: readonly Cell[], key: string, placeOf: Grid['placeOf']): StepWarning[] {
  const empty = cells.filter(({ value }) => value === null)
  const [first] = empty
  if (!first) return []
  return [{ rule: 'chart_gap', field: fieldOf(key), cell: placeOf(first), count: empty.length }]
}
