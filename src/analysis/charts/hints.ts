import { chartConfigs } from '../../../schemas/analysis/charts.ts'
import type { FieldFault } from '../../failure.ts'
import { fieldOf } from './columns.ts'

const legendKeys = ['legend_axis', 'stack_axis'] as const

/**
 * The faults of the configuration of a step, where one key of its chart that is not known and has
 * `legend` in its name says which key of that kind of chart colours go by.
 */
export function withLegendHints(faults: readonly FieldFault[], config: unknown): FieldFault[] {
  const kind: unknown = Object(Object(config).chart_config).graph_type
  return faults.map((fault) => {
    const [, key] = fault.field.split(`${fieldOf()}.`)
    if (fault.rule !== 'additionalProperties' || !/legend|凡例/i.test(key ?? '')) return fault
    const known = chartConfigs[kind as keyof typeof chartConfigs]?.properties
    const meant = legendKeys.find((each) => known && Object.hasOwn(known, each))
    return { ...fault, rule: meant ? 'chart_legend_hint' : 'chart_no_legend', meant }
  })
}
