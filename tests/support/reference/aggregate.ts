import type { AggregateConfig, FigureConfig } from '../../../schemas/analysis/aggregate.ts'
import type { Row } from '../analysis-tables.ts'
import { arithmetic, groupsOf, measure, type Plain } from './table.ts'

type Group = { key: (string | null)[]; rows: Row[] }

/** One row a group and figure, by the words of docs/analysis-steps.md. */
export function aggregateOf(table: Plain, config: AggregateConfig): Plain {
  const { group_by_axis: axes, aggregation_config: figures } = config
  const subjects = figures.flatMap(({ subject }) => (typeof subject === 'string' ? [subject] : []))
  const rows =
    subjects.length === 0 ? table.rows : table.rows.filter(({ s }) => subjects.includes(s ?? ''))
  const found = groupsOf(table, rows, axes)
  if (axes.length === 0 && found.size === 0) found.set('[]', [])
  const groups = [...found].map(([key, list]): Group => ({ key: JSON.parse(key), rows: list }))
  return {
    axes: [...axes],
    rows: groups.flatMap((group) =>
      figures.map(({ name }) => ({
        axes: group.key,
        s: name,
        v: figureOf(name, group, groups, config),
      })),
    ),
  }
}

function sumOf({ rows }: Group, subject: string): number | null {
  return measure(
    'sum',
    rows.filter(({ s }) => s === subject),
  )
}

function figureOf(
  name: string,
  group: Group,
  groups: readonly Group[],
  config: AggregateConfig,
): number | null {
  const figure = config.aggregation_config.find((each) => each.name === name) as FigureConfig
  if (Array.isArray(figure.subject)) {
    const [x, y] = figure.subject.map((each) =>
      typeof each === 'number' ? each : figureOf(each, group, groups, config),
    ) as [number | null, number | null]
    return arithmetic(figure.method, x, y)
  }
  const subject = String(figure.subject)
  if (figure.method === 'share') {
    const places = (figure.within ?? []).map((axis) => config.group_by_axis.indexOf(axis))
    const same = groups.filter(({ key }) => places.every((at) => key[at] === group.key[at]))
    const whole = measure(
      'sum',
      same.flatMap(({ rows }) => rows.filter(({ s }) => s === subject)),
    )
    return arithmetic('/', sumOf(group, subject), whole)
  }
  if ('along' in figure) return comparedOf(figure, subject, group, groups, config)
  return measure(
    figure.method,
    group.rows.filter(({ s }) => s === subject),
  )
}

/** Of years and months written as `2024` and `2024-01`. */
function comparedOf(
  figure: Extract<FigureConfig, { along: string }>,
  subject: string,
  group: Group,
  groups: readonly Group[],
  { group_by_axis }: AggregateConfig,
): number | null {
  const at = group_by_axis.indexOf(figure.along)
  const before = beforeOf(group.key[at] as string | null, figure.offset ?? 'previous')
  const other = groups.find(({ key }) =>
    key.every((text, place) => text === (place === at ? before : group.key[place])),
  )
  const x = sumOf(group, subject)
  const y = before !== null && other ? sumOf(other, subject) : null
  if (figure.method === 'difference') return arithmetic('-', x, y)
  const ratio = arithmetic('/', x, y)
  return figure.method === 'growth' ? arithmetic('/', arithmetic('-', x, y), y) : ratio
}

function beforeOf(text: string | null, offset: 'previous' | 'year'): string | null {
  const [year = '', month] = text?.split('-') ?? []
  if (text === null) return null
  if (month === undefined) return String(Number(year) - 1)
  if (offset === 'year') return `${Number(year) - 1}-${month}`
  return month === '01'
    ? `${Number(year) - 1}-12`
    : `${year}-${String(Number(month) - 1).padStart(2, '0')}`
}
