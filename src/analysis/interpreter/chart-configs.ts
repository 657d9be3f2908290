import type { ChartConfig, GraphType } from '../../../schemas/analysis/charts.ts'
import { add, type Draft, timeOf } from './draft.ts'
import { stepName } from './naming.ts'
import { ask, type Scan } from './scan.ts'

const value = '値'
type Drawn = { axes: string[]; subjects: string[]; scan: Scan }

/** Charts of what the calls before give. */
export function chartsOf(draft: Draft, groups: string[]): void {
  const { scan, state } = draft
  for (const { kind } of scan.wishes.charts) {
    if (kind === 'any') {
      ask(scan, { about: 'chart' })
      return
    }
    const named = scan.wishes.figures.flatMap(({ subject }) => subject ?? [])
    const subjects =
      groups.length === 0 && kind === 'scatter' && named.length > 0 ? named : state.subjects
    const axes = groups.length > 0 ? groups : state.axes
    const chart = chartOf(kind, { axes, subjects, scan })
    if (!chart) return
    add(
      draft,
      'summary',
      { chart_config: chart },
      stepName([axes.join('・'), titles[kind][scan.japanese ? 0 : 1]], scan.japanese),
    )
  }
}

const titles: Record<GraphType, [string, string]> = {
  bar: ['棒グラフ', 'bar chart'],
  'horizontal bar': ['横棒グラフ', 'horizontal bar chart'],
  line: ['折れ線グラフ', 'line chart'],
  'stacked bar': ['積み上げ棒グラフ', 'stacked bar chart'],
  'line&bar': ['棒と折れ線のグラフ', 'bar and line chart'],
  waterfall: ['滝グラフ', 'waterfall chart'],
  scatter: ['散布図', 'scatter plot'],
  pie: ['円グラフ', 'pie chart'],
}

/** A chart of some axes and 科目, or a question where it cannot be told what goes where. */
export function chartOf(kind: GraphType, drawn: Drawn): ChartConfig | undefined {
  const { scan, axes, subjects } = drawn
  if (kind === 'scatter') return scatter(drawn)
  const { x: wantedX, legend: wantedLegend } = scan.wishes.chartAxes
  const time = timeOf(scan)
  const rest = axes.filter((name) => name !== wantedLegend)
  const x = wantedX ?? (time !== undefined && rest.includes(time) ? time : rest[0])
  const others = axes.filter((name) => name !== x)
  if (x === undefined) return asked(scan, 'axis', axes)
  if (others.length > 1) return asked(scan, 'chartAxes', axes)
  const [other] = others
  const many = subjects.length > 1
  if (kind === 'line&bar') return combined(drawn, x, other)
  if (other !== undefined && many) return asked(scan, 'chartSubject', subjects)
  const legend = other ?? (many ? '科目' : undefined)
  if (kind === 'pie') {
    if (legend !== undefined)
      return asked(scan, many ? 'chartSubject' : 'chartAxes', many ? subjects : axes)
    return { graph_type: kind, value_axis: value, legend_axis: x }
  }
  if (kind === 'stacked bar') {
    if (legend === undefined)
      return asked(
        scan,
        'stack',
        scan.table.axes.map(({ name }) => name),
      )
    return { graph_type: kind, x_axis: x, y_axis: value, stack_axis: legend }
  }
  const legendPart = legend !== undefined && { legend_axis: legend }
  if (kind === 'horizontal bar')
    return { graph_type: kind, x_axis: value, y_axis: x, ...legendPart }
  if (kind === 'waterfall') {
    const isChange = scan.wishes.figures.some(({ method }) => method === 'difference')
    const measure_type = x === time && !isChange ? 'absolute' : 'relative'
    return { graph_type: kind, x_axis: x, y_axis: value, measure_type, ...legendPart }
  }
  return { graph_type: kind, x_axis: x, y_axis: value, ...legendPart }
}

function scatter({ scan, subjects }: Drawn): ChartConfig | undefined {
  const [x_subject, y_subject, third] = subjects
  if (x_subject === undefined || y_subject === undefined || third !== undefined) {
    return asked(scan, 'twoSubjects', scan.table.subjects)
  }
  return { graph_type: 'scatter', x_subject, y_subject }
}

function combined(
  { scan, subjects }: Drawn,
  x_axis: string,
  other?: string,
): ChartConfig | undefined {
  const [left, right, third] = subjects
  if (left === undefined || right === undefined || third !== undefined) {
    return asked(scan, 'twoSubjects', scan.table.subjects)
  }
  const sides = scan.list
    .filter(({ code, means }) => code === 'S' || (code === 'G' && /^(?:bar|line)$/u.test(means)))
    .map(({ code, means }) => (code === 'S' ? 'S' : means))
  const isLineFirst = /^(?:S line S bar|line S bar S)$/u.test(sides.join(' '))
  return {
    ...{
      graph_type: 'line&bar',
      x_axis,
      y_left_subject: left,
      y_left_type: isLineFirst ? 'line' : 'bar',
    },
    ...{ y_right_subject: right, y_right_type: isLineFirst ? 'bar' : 'line' },
    ...(other !== undefined && { legend_axis: other }),
  } as ChartConfig
}

function asked(scan: Scan, about: string, options: string[]): undefined {
  ask(scan, { about, options })
  return undefined
}
