import { describe, expect, test } from 'vitest'
import type { FaultTree } from '../../../schemas/itsm/rca.ts'
import { faultsIn } from '../../../src/itsm/problems/rca-checks.ts'

const node = (id: string, ...children: string[]): FaultTree['nodes'][number] => ({
  id,
  text: id,
  gate: children.length > 0 ? 'or' : null,
  children,
})
const faults = (tree: FaultTree) =>
  faultsIn('fault_tree', tree).map(({ field, rule }) => [field, rule])

describe('a fault tree', () => {
  test('holds together, also where a node is the child of two', () => {
    const nodes = [node('top', 'a', 'b'), node('a', 'c'), node('b', 'c'), node('c')]
    expect(faults({ top: 'top', nodes })).toEqual([])
  })

  test.for([
    ['a top that there is not', 'else', [node('top')], [['top', 'node_unknown']]],
    [
      'an id twice',
      'top',
      [node('top', 'a'), node('a'), node('a')],
      [['nodes.2.id', 'node_repeated']],
    ],
    [
      'a child that there is not',
      'top',
      [node('top', 'a')],
      [['nodes.0.children.0', 'node_unknown']],
    ],
    [
      'a gate over nothing',
      'top',
      [{ ...node('top'), gate: 'and' as const }],
      [['nodes.0.children', 'gate_without_children']],
    ],
    [
      'children under no gate',
      'top',
      [{ ...node('top', 'a'), gate: null }, node('a')],
      [['nodes.0.gate', 'children_without_gate']],
    ],
    [
      'a cycle below the top',
      'top',
      [node('top', 'a'), node('a', 'b'), node('b', 'a')],
      [
        ['nodes.1.id', 'node_in_cycle'],
        ['nodes.2.id', 'node_in_cycle'],
      ],
    ],
    ['a node below itself', 'top', [node('top', 'top')], [['nodes.0.id', 'node_in_cycle']]],
    [
      'a leaf that nothing leads to',
      'top',
      [node('top'), node('lost')],
      [['nodes.1.id', 'node_unreachable']],
    ],
  ] as const)('is refused with %s', ([, top, nodes, expected]) => {
    expect(faults({ top, nodes: [...nodes] } as FaultTree)).toEqual(expected)
  })

  test('goes down 20 levels and not 21', () => {
    const chain = (depth: number) => ({
      top: 'n1',
      nodes: Array.from({ length: depth }, (_, n) =>
        n + 1 < depth ? node(`n${n + 1}`, `n${n + 2}`) : node(`n${n + 1}`),
      ),
    })
    expect(faults(chain(20))).toEqual([])
    expect(faults(chain(21))).toEqual([['nodes.20.id', 'tree_too_deep']])
  })
})

test('a primary cause stands in the diagram, as a cause or below one', () => {
  const categories = { process: [{ cause: '手順がない', sub_causes: ['引き継ぎ漏れ'] }] }
  const check = (...primary_causes: string[]) =>
    faultsIn('fishbone', { effect: '止まる', categories, primary_causes })
  expect(check('手順がない', '引き継ぎ漏れ')).toEqual([])
  expect(check('手順がない', '老朽化')).toEqual([
    { field: 'primary_causes.1', rule: 'cause_not_in_diagram' },
  ])
})

test('events of a timeline come in order, also across zones', () => {
  const check = (...times: string[]) =>
    faultsIn('timeline', { events: times.map((at) => ({ at, what: 'x' })) })
  expect(check('2026-01-02T09:00:00+09:00', '2026-01-02T00:00:00Z')).toEqual([])
  expect(check('2026-01-02T00:00:01Z', '2026-01-02T09:00:00+09:00')).toEqual([
    { field: 'events.1.at', rule: 'out_of_order' },
  ])
})
