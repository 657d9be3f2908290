import { describe, expect, test } from 'vitest'
import { type BuiltModel, buildModel } from '../../../src/driver-tree/formulas/build.ts'
import { findCycle, topDown } from '../../../src/driver-tree/formulas/graph.ts'
import { formulaOf, labelText } from '../../../src/driver-tree/formulas/text.ts'
import { failureOf } from './faults.ts'

/** Each node as one line: key, type, operator and operands. */
function lines({ nodes }: BuiltModel): string[] {
  return nodes.map(({ key, node_type, operator, children, value, is_intermediate }) =>
    [
      `${key}: ${node_type}`,
      ...(operator ? [`${operator}(${children.join('; ')})`] : []),
      ...(value === null ? [] : [value]),
      ...(is_intermediate ? ['part'] : []),
    ].join(' '),
  )
}

/** The formulas that a model is written as. */
function written({ nodes }: BuiltModel): string[] {
  const byKey = new Map(nodes.map((node) => [node.key, node]))
  return nodes.flatMap(
    (node) => formulaOf(node, (key) => byKey.get(key) as (typeof nodes)[0]) ?? [],
  )
}

describe('a model', () => {
  test('is one tree of five nodes for the example of the specification', () => {
    const model = buildModel(['売上 = 単価 * 数量', '利益 = 売上 - コスト'])
    expect(lines(model)).toEqual([
      '売上: 計算 *(単価; 数量)',
      '単価: 入力',
      '数量: 入力',
      '利益: 計算 -(売上; コスト)',
      'コスト: 入力',
    ])
    expect(model.roots).toEqual(['利益'])
  })

  test('has one node for an operator with many operands, and parts where operators mix', () => {
    expect(lines(buildModel(['A = a + b + (c + d)', 'B = a - b - c', 'C = a * b / c']))).toEqual([
      'A: 計算 +(a; b; c + d)',
      'a: 入力',
      'b: 入力',
      'c: 入力',
      'd: 入力',
      'c + d: 計算 +(c; d) part',
      'B: 計算 -(a; b; c)',
      'C: 計算 /(a * b; c)',
      'a * b: 計算 *(a; b) part',
    ])
  })

  test('names parts with no more parentheses than they need', () => {
    const { nodes } = buildModel([
      'A = SUM((a + b) * c - (d - e), a - (b * c), -(a + b), --a, (a / b) / (c / d), IF((a < b) = c, a * -b, 2 * -3))',
    ])
    const parts = nodes.filter((node) => node.is_intermediate).map(({ key }) => key)
    expect(parts).toEqual(
      expect.arrayContaining([
        '(a + b) * c - (d - e)',
        'a - b * c',
        '-(a + b)',
        '--a',
        'a / b / (c / d)',
        'IF((a < b) = c, a * -b, 2 * -3)',
      ]),
    )
  })

  test('has equal parts and equal numbers once', () => {
    const model = buildModel(['A = (a + b) * 5%', 'B = (a+b) / 0.05', 'C = c * c'])
    expect(lines(model)).toEqual([
      'A: 計算 *(a + b; 0.05)',
      'a: 入力',
      'b: 入力',
      '0.05: 定数 0.05',
      'a + b: 計算 +(a; b) part',
      'B: 計算 /(a + b; 0.05)',
      'C: 計算 *(c; c)',
      'c: 入力',
    ])
  })

  test('takes numbers, other names and minus as definitions', () => {
    expect(lines(buildModel(['A = 5', 'B = A', 'C = -B', 'D = -0']))).toEqual([
      'A: 定数 5',
      'B: 計算 +(A)',
      'C: 計算 -(B)',
      'D: 定数 0',
    ])
  })

  test('has as roots what nothing else is made of, in the order of the list', () => {
    expect(buildModel(['B = b', 'A = a + B', 'C = c', 'D = 5']).roots).toEqual(['A', 'C', 'D'])
    expect(buildModel([])).toEqual({ nodes: [], roots: [] })
  })

  test('bears repetition, in whatever spelling', () => {
    const once = buildModel(['A = a + b', 'B = 5%'])
    expect(buildModel(['A = a + b', 'B = 5%', 'Ａ＝（b ＋ a）', 'B = 0.05'])).toEqual(once)
  })

  test('refuses what contradicts, and says where both stand', () => {
    const thrown = failureOf('A = a + b', 'B = b', 'Ａ = a - b')
    expect(thrown).toMatchObject({ failure: 'formula_contradiction', statusCode: 409 })
    expect(thrown.message).toContain('A')
    expect(thrown.extra.errors).toEqual([
      { field: 'formulas.0', rule: 'formula_contradicting', label: 'A', formula: 'A = a + b' },
      { field: 'formulas.2', rule: 'formula_contradicting', label: 'A', formula: 'Ａ = a - b' },
    ])
    expect(failureOf('A = a - b', 'A = b - a').statusCode).toBe(409)
    expect(failureOf('A = 5', 'A = a').statusCode).toBe(409)
    expect(failureOf('[a * b] = c', 'A = a * b + c').statusCode).toBe(409)
    expect(failureOf('A = a * 5', '[5] = c').statusCode).toBe(409)
  })

  test('refuses a cycle and names the way around', () => {
    const thrown = failureOf('売上 = 利益 + x', 'y = 売上', '利益 = (売上 - c) * d')
    expect(thrown).toMatchObject({ failure: 'formula_cycle', statusCode: 422 })
    expect(thrown.extra.path).toEqual(['売上', '利益', '売上 - c', '売上'])
    expect(thrown.message).toContain('売上 → 利益 → 売上 - c → 売上')
    expect(thrown.extra.errors.map(({ field }) => field)).toEqual(['formulas.0', 'formulas.2'])
    expect(failureOf('A = A').extra.path).toEqual(['A', 'A'])
    expect(failureOf('A = PREV(A) + b').failure).toBe('formula_cycle_through_prev')
    const ring = Array.from({ length: 9999 }, (_, index) => `n${index} = n${(index + 1) % 9999}`)
    expect(failureOf(...ring)).toMatchObject({ failure: 'formula_cycle' })
    expect(failureOf(...ring).message.length).toBeLessThan(300)
  })

  test('may be deep, wide and have long parts', () => {
    const chain = buildModel(
      Array.from({ length: 9999 }, (_, index) => `n${index} = n${index + 1}`),
    )
    expect(chain.roots).toEqual(['n0'])
    const terms = Array.from({ length: 1200 }, (_, index) => `n${index} ${'+-'[index % 2]} `)
    const mixed = buildModel([`A = ${terms.join('')}z`])
    expect(mixed.nodes).toHaveLength(2401)
    for (const { label } of mixed.nodes) expect(label.length).toBeLessThanOrEqual(255)
    expect(buildModel(written(mixed))).toMatchObject({ roots: ['A'] })
  })

  test('is safe from names of JavaScript', () => {
    const model = buildModel(['__proto__ = constructor * toString', 'x = __proto__ + 1'])
    expect(model.roots).toEqual(['x'])
    expect(model.nodes).toHaveLength(5)
  })
})

describe('formulas of nodes', () => {
  test('have brackets where labels need them', () => {
    const texts = ['売上', '売上(税込)', 'a]b-', '2025', '1e', 'ー', 'R&D', '㈱A', 'a != b', 'a^2']
    expect(texts.map(labelText)).toEqual([
      '売上',
      '[売上(税込)]',
      '[a]]b-]',
      '[2025]',
      '1e',
      '[ー]',
      'R&D',
      '[㈱A]',
      '[a != b]',
      '[a^2]',
    ])
  })

  test('make the same model again, whatever it was', () => {
    const next = randomOf(20_261_121)
    for (let round = 0; round < 300; round += 1) {
      const formulas = Array.from({ length: 4 }, (_, index) => {
        const left = labelText(`${labels[next(labels.length)]}${index}`)
        return `${left} = ${expression(next, 4)}`
      })
      const model = buildModel(formulas)
      expect(sorted(buildModel(written(model))), formulas.join('\n')).toEqual(sorted(model))
      for (const part of model.nodes.filter((node) => node.is_intermediate)) {
        if (part.label.includes('... #')) continue
        const again = buildModel([`x = (${part.label})`]).nodes[0]
        expect(again, part.label).toMatchObject({
          operator: part.operator,
          children: part.children,
        })
      }
    }
  })
})

const labels = ['売上', 'a-b', '1人 当たり', '売上(税込)', 'x]', 'ー', '率%', '2025年']

function sorted({ nodes, roots }: BuiltModel) {
  const plain = nodes.map(({ label: _, ...node }) => node)
  return { nodes: plain.sort((a, b) => (a.key < b.key ? -1 : 1)), roots: roots.toSorted() }
}

function expression(next: (below: number) => number, depth: number): string {
  const inner = () => expression(next, depth - 1)
  const kind = depth === 0 ? next(2) : next(9)
  if (kind === 0) return labelText(labels[next(labels.length)] as string)
  if (kind === 1) return ['0.5', '5%', '1e-3', '12', '１．５'][next(5)] as string
  if (kind === 2) return `-(${inner()})`
  if (kind === 3) return `(${inner()})`
  if (kind === 4)
    return `IF(${inner()} ${['<', '≧', '<>', '='][next(4)]} 1, ${inner()}, ${inner()})`
  if (kind === 5) return `${['SUM', 'avg', 'ＭＡＸ'][next(3)]}(${inner()}、${inner()})`
  return `(${inner()}) ${['+', '-', '*', '/', '×', '－'][next(6)]} ${inner()}`
}

/** Numbers that are the same in each run. */
function randomOf(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('a graph', () => {
  const edges: Record<string, string[]> = { a: ['b', 'c'], b: ['d'], c: ['d', 'd'], d: [] }

  test('is in an order from the top, and has no cycle unless there is one', () => {
    const childrenOf = (id: string) => edges[id] ?? []
    expect(topDown(['d', 'c', 'b', 'a'], childrenOf)).toEqual(['a', 'b', 'c', 'd'])
    expect(findCycle(Object.keys(edges), childrenOf)).toBeNull()
    const ring = (id: string) => (id === 'd' ? ['b'] : childrenOf(id))
    expect(findCycle(Object.keys(edges), ring)).toEqual(['b', 'd', 'b'])
  })
})
