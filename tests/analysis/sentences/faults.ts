import { Ajv2020 } from 'ajv/dist/2020.js'
import { AggregateConfig } from '../../../schemas/analysis/aggregate.ts'
import type { StepType } from '../../../schemas/analysis/common.ts'
import { FilterConfig } from '../../../schemas/analysis/filter.ts'
import { SummaryConfig } from '../../../schemas/analysis/summary.ts'
import { TransformConfig } from '../../../schemas/analysis/transform.ts'
import { overviews } from './data.ts'
import type { Overview, PlannedSentence } from './types.ts'

const ajv = new Ajv2020({ strict: false, allErrors: true })
const validate = {
  filter: ajv.compile<FilterConfig>(FilterConfig),
  aggregate: ajv.compile<AggregateConfig>(AggregateConfig),
  transform: ajv.compile<TransformConfig>(TransformConfig),
  summary: ajv.compile<SummaryConfig>(SummaryConfig),
}

type Table = { subjects: string[]; axes: Record<string, string[]> }
type Names = Record<string, unknown>

/** What is wrong with a plan: configs, links, and names that are not there. */
export function faultsOf({ gives, data }: PlannedSentence): string[] {
  const { tables, steps } = overviews[data] as Overview
  const known = new Map<string, Table>(tables.map((each) => [each.input, tableOf(each)]))
  let next = steps.length
  return gives.flatMap((call) => {
    const step = call.call === 'add' ? undefined : steps.find((each) => each.step === call.step)
    if (call.call === 'delete') return step ? [] : [`${call.step} is not there`]
    const type = call.call === 'add' ? call.type : step?.type
    const input = call.call === 'add' ? call.input : step?.input
    const table = input && known.get(input)
    if (!type || !table) return [`${JSON.stringify(call)} has no table`]
    if (!validate[type](call.config)) return [`${type}: ${ajv.errorsText(validate[type].errors)}`]
    const { faults, result } = checks[type](call.config as never, table)
    if (call.call === 'add') {
      if (result) known.set(`step_${next}`, result)
      next += 1
    }
    return faults
  })
}

function tableOf({ subjects, axes }: Overview['tables'][number]): Table {
  return { subjects, axes: Object.fromEntries(axes.map(({ name, values }) => [name, values])) }
}

const missing = (wanted: unknown[], there: string[], what: string) =>
  wanted.filter((each) => !there.includes(each as string)).map((each) => `no ${what} ${each}`)

type Check = { faults: string[]; result?: Table }
const checks: Record<StepType, (config: never, table: Table) => Check> = {
  filter: checkFilter,
  aggregate: checkAggregate,
  transform: checkTransform,
  summary: checkSummary,
}

function checkFilter(config: FilterConfig, table: Table): Check {
  const columns: Record<string, string[]> = { ...table.axes, 科目: table.subjects }
  const named = [
    ...Object.entries(config.category_filter ?? {}),
    ...Object.entries(config.category_exclude ?? {}),
    ...(config.axis_range ?? []).map(
      ({ column, min, max }) => [column, [min, max].filter((each) => each != null)] as const,
    ),
  ]
  const wanted = config.category_filter?.科目
  const faults = [
    ...named.flatMap(([column, values]) => missing([...values], columns[column] ?? [], column)),
    ...missing(
      (config.sort ?? []).map(({ column }) => column),
      [...Object.keys(columns), '値'],
      'column',
    ),
    ...(wanted && table.subjects.length === 1 ? ['names the only 科目'] : []),
    ...(config.numeric_filter && !wanted && table.subjects.length > 1 ? ['names no 科目'] : []),
  ]
  const axes = Object.fromEntries(
    Object.entries(table.axes).map(([name, values]) => {
      const kept = config.category_filter?.[name]
      const gone = config.category_exclude?.[name] ?? []
      return [name, values.filter((each) => (kept?.includes(each) ?? true) && !gone.includes(each))]
    }),
  )
  return { faults, result: { axes, subjects: (wanted as string[] | undefined) ?? table.subjects } }
}

function checkAggregate(config: AggregateConfig, table: Table): Check {
  const { group_by_axis: groups, aggregation_config: figures } = config
  const names = figures.map(({ name }) => name)
  const faults = figures.flatMap((figure) => [
    ...(Array.isArray(figure.subject)
      ? missing(figure.subject, names, 'figure')
      : missing([figure.subject], table.subjects, '科目')),
    ...('within' in figure ? missing(figure.within ?? [], groups, 'group') : []),
    ...('along' in figure ? missing([figure.along], groups, 'group') : []),
  ])
  const axes = Object.fromEntries(groups.map((name) => [name, table.axes[name] ?? []]))
  return {
    faults: [...faults, ...missing(groups, Object.keys(table.axes), 'axis')],
    result: { axes, subjects: names },
  }
}

function checkTransform({ operations }: TransformConfig, table: Table): Check {
  const axes = { ...table.axes }
  const subjects = [...table.subjects]
  const faults = operations.flatMap(({ operation_type, target_name, calculation }) => {
    const there = operation_type.endsWith('axis') ? Object.keys(axes) : [...subjects]
    const found = there.includes(target_name) === operation_type.startsWith('modify')
    const operands = 'operands' in calculation ? calculation.operands : []
    const named = operands.filter((each) => typeof each === 'string')
    if (calculation.type === 'mapping') {
      const { mapping_dict: mapping } = calculation
      const before = axes[target_name] ?? []
      axes[target_name] = [...new Set(before.map((each) => mapping[each] ?? each))]
      return [...missing(named, there, 'axis'), ...missing(Object.keys(mapping), before, 'value')]
    }
    if (operation_type === 'add_subject') subjects.push(target_name)
    return [
      ...(found ? [] : [`${target_name} cannot be a target`]),
      ...missing(named, there, '科目'),
    ]
  })
  return { faults, result: { axes, subjects } }
}

function checkSummary(config: SummaryConfig, table: Table): Check {
  const list = config.formulas ?? []
  const names = list.map(({ formula_text }) => formula_text)
  const faults = list.flatMap(({ target_subject: subject }) =>
    Array.isArray(subject)
      ? missing(subject, names, 'formula')
      : missing([subject], table.subjects, '科目'),
  )
  const chart = chartOf(config)
  if (!chart) return { faults }
  const columns = Object.entries(chart).filter(([key]) => /_(axis|subject)$/.test(key))
  const subjects = columns.filter(([key]) => key.endsWith('_subject')).map(([, name]) => name)
  const axes = columns.filter(([key]) => key.endsWith('_axis')).map(([, name]) => name)
  const unused = Object.keys(table.axes).filter(
    (name) => subjects.length === 0 && !axes.includes(name),
  )
  return {
    faults: [
      ...faults,
      ...missing(subjects, table.subjects, '科目'),
      ...missing(axes, [...Object.keys(table.axes), '科目', '値'], 'column'),
      ...unused.map((name) => `${name} is not drawn`),
    ],
  }
}

/** The chart of a configuration, if it draws one. */
export function chartOf(config: object): Names | undefined {
  return 'chart_config' in config ? (config.chart_config as Names) : undefined
}
