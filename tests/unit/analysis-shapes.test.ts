import { describe, expect, test } from 'vitest'
import { checkConfig } from '../../src/analysis/steps/checks.ts'

/** The fields and rules that a configuration is refused with. */
function faultsOf(type: Parameters<typeof checkConfig>[0], config: unknown): string[] {
  try {
    checkConfig(type, config)
  } catch (error) {
    return Object(error).extra.errors.map(
      (each: { field: string; rule: string }) => `${each.field} ${each.rule}`,
    )
  }
  return []
}

const figure = (figures: unknown) => ({ group_by_axis: [], aggregation_config: figures })

describe('a configuration', () => {
  test('is taken as it is, with nothing added', () => {
    for (const [type, config] of [
      ['filter', {}],
      ['filter', { numeric_filter: {}, table_filter: {} }],
      ['filter', { category_filter: { 科目: ['売上', null] } }],
      ['filter', { numeric_filter: { filter_type: 'range', min_value: null, max_value: 1e6 } }],
      ['aggregate', figure([{ name: 'a', method: 'sum', subject: '売上' }])],
      ['aggregate', figure([{ name: 'a', method: '/', subject: ['b', 2] }])],
      ['aggregate', figure([{ name: 'a', method: 'growth', subject: 'b', along: '年度' }])],
      ['transform', { operations: [] }],
      ['summary', { chart_config: { graph_type: 'pie', value_axis: '値', legend_axis: '部門' } }],
    ] as const) {
      expect(checkConfig(type, config)).toBe(config)
    }
    expect(checkConfig('filter', undefined)).toEqual({})
    expect(checkConfig('transform', undefined)).toEqual({ operations: [] })
    expect(checkConfig('summary', undefined)).toEqual({})
  })

  test('is refused at the very field that is wrong', () => {
    const constant = { type: 'constant', constant_value: true }
    for (const [type, config, ...faults] of [
      ['filter', null, 'config type'],
      ['filter', { other: 1 }, 'config.other additionalProperties'],
      ['filter', { category_filter: { 'a\nb': 1 } }, 'config.category_filter.a\nb type'],
      ['filter', { category_filter: { 年度: [2023] } }, 'config.category_filter.年度.0 type'],
      ['filter', { numeric_filter: { k_value: 1 } }, 'config.numeric_filter.filter_type required'],
      [
        'filter',
        { numeric_filter: { filter_type: 'top' } },
        'config.numeric_filter.filter_type enum',
      ],
      [
        'filter',
        { numeric_filter: { filter_type: 'topk' } },
        'config.numeric_filter.k_value required',
      ],
      [
        'filter',
        { numeric_filter: { filter_type: 'topk', k_value: 0.5 } },
        'config.numeric_filter.k_value type',
      ],
      [
        'filter',
        { numeric_filter: { filter_type: 'topk', k_value: 0 } },
        'config.numeric_filter.k_value minimum',
      ],
      [
        'filter',
        { numeric_filter: { filter_type: 'range', min_value: Number('1e999') } },
        'config.numeric_filter.min_value type',
      ],
      [
        'filter',
        { table_filter: { table_df: 'step_0', key_columns: ['a', 'a'] } },
        'config.table_filter.key_columns uniqueItems',
      ],
      ['aggregate', undefined, 'config required'],
      ['aggregate', {}, 'config.group_by_axis required', 'config.aggregation_config required'],
      ['aggregate', figure([]), 'config.aggregation_config minItems'],
      [
        'aggregate',
        figure([
          { name: 'a', method: 'sum', subject: '売上' },
          { name: 'b', method: '/', subject: 'a' },
        ]),
        'config.aggregation_config.1.subject type',
      ],
      [
        'aggregate',
        figure([{ name: 'a', method: '/', subject: ['a', true] }]),
        'config.aggregation_config.0.subject.1 type',
      ],
      [
        'aggregate',
        figure([{ name: 'a', method: 'mode', subject: 'a' }]),
        'config.aggregation_config.0.method enum',
      ],
      [
        'aggregate',
        figure([{ name: '', method: 'sum', subject: 'a' }]),
        'config.aggregation_config.0.name minLength',
      ],
      [
        'transform',
        { operations: [{ operation_type: 'add_axis', target_name: 'a', calculation: constant }] },
        'config.operations.0.calculation.constant_value type',
      ],
      [
        'transform',
        {
          operations: [
            { operation_type: 'add_axis', target_name: 'a', calculation: { type: 'x' } },
          ],
        },
        'config.operations.0.calculation.type enum',
      ],
      [
        'summary',
        { formulas: [{ type: 'sum', target_subject: ['a', 'b'], formula_text: 'x' }] },
        'config.formulas.0.target_subject type',
      ],
      [
        'summary',
        { chart_config: { graph_type: 'bar', x_axis: 'a' } },
        'config.chart_config.y_axis required',
      ],
      ['summary', { chart_config: { graph_type: 'donut' } }, 'config.chart_config.graph_type enum'],
      ['summary', JSON.parse('{"__proto__": {}}'), 'config.__proto__ additionalProperties'],
    ] as [Parameters<typeof checkConfig>[0], unknown, ...string[]][]) {
      expect(faultsOf(type, config), JSON.stringify(config)).toEqual(faults)
    }
  })

  test('may not be larger than its limit', () => {
    const values = Array.from({ length: 9000 }, (_, index) => `値 ${index} ${'x'.repeat(30)}`)
    expect(faultsOf('filter', { category_filter: { 年度: values } })).toEqual([
      'config step_config_too_large',
    ])
    const short = values.map((text) => text.slice(0, 8))
    expect(faultsOf('filter', { category_filter: { 年度: short } })).toEqual([])
  })
})
