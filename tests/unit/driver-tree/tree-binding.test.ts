import { describe, expect, test } from 'vitest'
import { withoutOperand } from '../../../src/driver-tree/nodes/delete.ts'
import { bindValues } from '../../../src/driver-tree/trees/binding.ts'
import { type MergedNode, mergeModel } from '../../../src/driver-tree/trees/merge.ts'

const node = (label: string, more: Partial<MergedNode> = {}): MergedNode => ({
  id: label,
  label,
  key: label,
  node_type: '入力',
  operator: null,
  is_intermediate: false,
  value: null,
  children: [],
  change: null,
  ...more,
})
const data = { period: '年度', axes: [], keys: [['2024']], values: [1] }
const sheet = (...labels: string[]) => ({
  sheet_id: 's',
  sheet_name: 'Sheet1',
  file_id: 'f',
  file_name: 'a.xlsx',
  project_file_id: null,
  values: new Map(labels.map((label) => [label, { label, data }])),
})

describe('a sheet', () => {
  test('gives each 入力 what has its name, and says what is left over', () => {
    const nodes = [node('単価'), node('数量'), node('売上', { node_type: '計算', operator: '*' })]
    const { bound, unmatched, unused } = bindValues(nodes, sheet('単価', '売上', '店舗数'))
    expect(bound).toMatchObject([
      { node: { id: '単価' }, data, source: { file_name: 'a.xlsx', column: '単価' } },
    ])
    expect(unmatched).toEqual(['数量'])
    expect(unused).toEqual(['売上', '店舗数'])
  })

  test('gives no more numbers than a tree should hold', () => {
    const many = { ...data, values: new Array(2_000_001).fill(1) }
    const large = { ...sheet(), values: new Map([['単価', { label: '単価', data: many }]]) }
    expect(() => bindValues([node('単価')], large)).toThrow()
  })
})

describe('a model', () => {
  test('removes parts of parts that nothing is calculated from', () => {
    const stored = [
      node('税', { node_type: '計算', operator: '+', children: ['a * b * 2'] }),
      node('a * b * 2', {
        node_type: '計算',
        operator: '*',
        children: ['a', '2'],
        is_intermediate: true,
      }),
      node('a'),
      node('2', { node_type: '定数', value: 2 }),
      node('3', { node_type: '定数', value: 3 }),
    ]
    const built = { value: null, is_intermediate: false, label: '税', key: '税' }
    const merged = mergeModel(new Map(stored.map((each) => [each.key, each])), null, {
      nodes: [{ ...built, node_type: '計算', operator: '+', children: ['a'] }],
      roots: ['税'],
    })
    expect(merged.removed.map(({ key }) => key)).toEqual(['a * b * 2', '2'])
    expect([...merged.nodes.keys()]).toEqual(['税', 'a', '3'])
    expect(merged.root).toBe('税')
  })
})

describe('what is left of a calculation', () => {
  test.each([
    ['+', ['a', 'b', 'c'], 'b', '+ a c'],
    ['*', ['a', 'b'], 'a', '* b'],
    ['SUM', ['a'], 'a', undefined],
    ['-', ['a', 'b', 'c'], 'c', '- a b'],
    ['-', ['a', 'b'], 'b', '+ a'],
    ['-', ['a', 'b', 'c'], 'a', undefined],
    ['/', ['a', 'b'], 'a', undefined],
    ['IF', ['a', 'b', 'c'], 'c', undefined],
    ['ROUND', ['a', 'b'], 'b', undefined],
    ['*', ['a', 'a', 'b'], 'a', '* b'],
  ] as const)('%s of %j without %s', (operator, children, gone, left) => {
    const found = withoutOperand(operator, children, gone)
    expect(found && [found.operator, ...found.children].join(' ')).toBe(left)
  })
})
