import type { ChartConfig } from '../../../schemas/analysis/charts.ts'
import type { FormulaConfig } from '../../../schemas/analysis/summary.ts'
import { arithmetic, cellOf, groupsOf, measure, type Plain, refuse } from './table.ts'

/** The figures of formulas by their names, by the words of docs/analysis-transform.md. */
export function formulasOf(
  table: Plain,
  formulas: readonly FormulaConfig[],
): Record<string, number | null> {
  const figureOf = (name: string): number | null => {
    const formula = formulas.find(({ formula_text }) => formula_text === name) as FormulaConfig
    const { type, target_subject: target, unit, portion = 1 } = formula
    if (!Array.isArray(target)) {
      return arithmetic(
        '*',
        measure(
          type,
          table.rows.filter(({ s }) => s === target),
        ),
        portion,
      )
    }
    const [x, y] = target.map((each) => (typeof each === 'number' ? each : figureOf(each)))
    const value = arithmetic(type, x as number | null, y as number | null)
    const isShare = type === '/' && unit === '%'
    const hundred = arithmetic('/', arithmetic('*', x as number | null, 100), y as number | null)
    return arithmetic('*', isShare ? hundred : value, portion)
  }
  return Object.fromEntries(
    formulas.map(({ formula_text }) => [formula_text, figureOf(formula_text)]),
  )
}

type Series = { name: string | null; values: (number | null)[]; x?: number[] }

export type PlainChart = { categories: (string | null)[]; series: Series[] }

/** What a chart shows, by the words of docs/analysis-charts.md. `times` are axes of time. */
export function chartOf(table: Plain, config: ChartConfig, times: readonly string[]): PlainChart {
  const { graph_type: kind } = config
  const subjects = [...new Set(table.rows.map(({ s }) => s))]
  if (config.graph_type === 'scatter') return scatterOf(table, config)
  if (config.graph_type === 'line&bar') return pairOf(table, config, times)
  const [across, legend] = {
    'horizontal bar': () => ['y_axis', 'legend_axis'],
    'stacked bar': () => ['x_axis', 'stack_axis'],
    pie: () => ['legend_axis', ''],
  }[kind as 'pie']?.() ?? ['x_axis', 'legend_axis']
  const values = config as unknown as Record<string, string | undefined>
  const names = [values[across as string] as string, values[legend as string]]
  if (subjects.length > 1 && !names.includes('科目')) throw refuse('chart_several_subjects')
  const places = placesOf(table, table.rows, names[0] as string, times)
  const colours = names[1] ? placesOf(table, table.rows, names[1], times) : [undefined]
  const series = colours.map((colour) => ({
    name: colour === undefined ? nameOf(subjects) : colour,
    values: places.map((place) => {
      const rows = table.rows.filter(
        (row) =>
          cellOf(table, row, names[0] as string) === place &&
          (colour === undefined || cellOf(table, row, names[1] as string) === colour),
      )
      if (rows.length > 1) throw refuse('chart_duplicate')
      return rows[0]?.v ?? null
    }),
  }))
  requireShape(kind, series)
  return { categories: places, series }
}

const nameOf = (subjects: readonly (string | null)[]) =>
  subjects.length === 1 ? (subjects[0] ?? null) : '値'

function requireShape(kind: string, series: readonly Series[]): void {
  const numbers = series.flatMap(({ values }) => values.filter((value) => value !== null))
  if (numbers.length === 0) throw refuse('chart_empty')
  const filled = series[0]?.values.filter((_, at) =>
    series.some(({ values }) => values[at] !== null),
  )
  if (['line', 'waterfall'].includes(kind) && (filled?.length ?? 0) < 2) throw refuse('few places')
  if (kind === 'stacked bar' && series.length < 2) throw refuse('one part')
  const isWhole = kind === 'stacked bar' || kind === 'pie'
  if (isWhole && numbers.some((value) => value < 0)) throw refuse('negative')
  if (kind !== 'pie') return
  if (numbers.length < 2 || numbers.every((value) => value === 0)) throw refuse('no slices')
}

/** As they first come; times in their order, and no time after them. */
function placesOf(
  table: Plain,
  rows: Plain['rows'],
  column: string,
  times: readonly string[],
): (string | null)[] {
  const found = [...new Set(rows.map((row) => cellOf(table, row, column) as string | null))]
  if (!times.includes(column)) return found
  const texts = found.filter((text) => text !== null).sort()
  return found.includes(null) ? [...texts, null] : texts
}

type Of<Name> = Extract<ChartConfig, { graph_type: Name }>

function pairOf(table: Plain, config: Of<'line&bar'>, times: readonly string[]): PlainChart {
  const { x_axis, y_left_subject, y_right_subject, legend_axis } = config
  const sides = [y_left_subject, y_right_subject]
  const rows = table.rows.filter(({ s }) => sides.includes(s ?? ''))
  const categories = placesOf(table, rows, x_axis, times)
  const colours = legend_axis ? placesOf(table, rows, legend_axis, times) : [undefined]
  const series = sides.flatMap((side) =>
    colours.map((colour) => ({
      name: colour === undefined ? side : `${side} (${colour ?? '空白'})`,
      values: categories.map((place) => {
        const here = rows.filter(
          (row) =>
            row.s === side &&
            cellOf(table, row, x_axis) === place &&
            (colour === undefined || cellOf(table, row, legend_axis as string) === colour),
        )
        if (here.length > 1) throw refuse('chart_duplicate')
        return here[0]?.v ?? null
      }),
    })),
  )
  requireShape('line', series)
  return { categories, series: series.filter(({ values }) => values.some((v) => v !== null)) }
}

function scatterOf(table: Plain, config: Of<'scatter'>): PlainChart {
  const { x_subject, y_subject, legend_axis } = config
  const rows = table.rows.filter(({ s }) => s === x_subject || s === y_subject)
  const points = [...groupsOf(table, rows, table.axes).values()].flatMap((list) => {
    const [x, y] = [x_subject, y_subject].map((name) => list.filter(({ s }) => s === name))
    if ((x?.length ?? 0) > 1 || (y?.length ?? 0) > 1) throw refuse('chart_duplicate')
    const [left, right] = [x?.[0]?.v ?? null, y?.[0]?.v ?? null]
    const legend = legend_axis
      ? (cellOf(table, list[0] as never, legend_axis) as string | null)
      : y_subject
    return left === null || right === null ? [] : [{ x: left, y: right, legend }]
  })
  if (points.length < 2) throw refuse('chart_too_few_points')
  const names = [...new Set(points.map(({ legend }) => legend))]
  return {
    categories: [],
    series: names.map((name) => {
      const own = points.filter(({ legend }) => legend === name)
      return { name, values: own.map(({ y }) => y), x: own.map(({ x }) => x) }
    }),
  }
}
