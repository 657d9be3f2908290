import { describe, expect, test } from 'vitest'
import { crossings, orderLayers } from '../../../src/driver-tree/formulas/layers.ts'
import { columnWidth, layOut, rowHeight } from '../../../src/driver-tree/formulas/layout.ts'
import { atOnce } from '../../../src/slices.ts'

type Graph = Record<string, string[]>

const nodesOf = (graph: Graph) => Object.entries(graph).map(([id, children]) => ({ id, children }))

/** Columns and rows rather than pixels. */
function cells(graph: Graph, origin = { x: 0, y: 0 }) {
  const places = [...layOut(nodesOf(graph), origin)]
  return Object.fromEntries(
    places.map(([id, { x, y }]) => [
      id,
      [(x - origin.x) / columnWidth, (y - origin.y) / rowHeight],
    ]),
  )
}

describe('a layout', () => {
  test('begins at the place given and goes right and down', () => {
    const graph = {
      利益: ['売上', 'コスト'],
      売上: ['単価', '数量'],
      コスト: [],
      単価: [],
      数量: [],
    }
    expect(cells(graph, { x: -50, y: 7.5 })).toEqual({
      利益: [0, 0],
      売上: [1, 0],
      コスト: [1, 1],
      単価: [2, 0],
      数量: [2, 1],
    })
    expect(layOut(nodesOf(graph), { x: -50, y: 7.5 }).get('利益')).toEqual({ x: -50, y: 7.5 })
  })

  test('has what several nodes share once, right of the last of them', () => {
    const graph = { a: ['b', 'd', 'd'], b: ['c'], c: ['d'], d: [] }
    expect(cells(graph)).toEqual({ a: [0, 0], b: [1, 0], c: [2, 0], d: [3, 0] })
  })

  test('has other roots and nodes without relations below', () => {
    const graph = { x: [], a: ['b', 'c'], b: [], c: [], e: ['f'], f: [], y: ['nowhere'] }
    const places = cells(graph)
    expect(places.a).toEqual([0, 0])
    expect(places.e?.[1]).toBeGreaterThanOrEqual(1)
    const lowest = Math.max(...['a', 'b', 'c', 'e', 'f'].map((id) => places[id]?.[1] ?? 0))
    expect(places.x).toEqual([0, lowest + 1])
    expect(places.y).toEqual([1, lowest + 1])
  })

  test('never has two nodes in one place, and is the same each time', () => {
    const graph: Graph = {}
    for (let index = 0; index < 300; index += 1) {
      const children = [index * 2 + 1, index * 3 + 2, index + 7].filter((child) => child < 300)
      graph[`n${index}`] = index % 13 === 0 ? [] : children.map((child) => `n${child}`)
    }
    const places = layOut(nodesOf(graph), { x: 0, y: 0 })
    expect(new Set([...places.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(300)
    expect(layOut(nodesOf(graph), { x: 0, y: 0 })).toEqual(places)
    for (const { id, children } of nodesOf(graph)) {
      for (const child of children) {
        expect(places.get(child)?.x).toBeGreaterThan(places.get(id)?.x as number)
      }
    }
  })

  test('has fewer lines cross', () => {
    const childrenOf = new Map([
      ['a', ['z']],
      ['b', ['y']],
      ['c', ['x']],
    ])
    const layers = [
      ['a', 'b', 'c'],
      ['x', 'y', 'z'],
    ]
    expect(crossings(layers, childrenOf)).toBe(3)
    expect(crossings(atOnce(orderLayers(layers, childrenOf)), childrenOf)).toBe(0)
  })

  test('copes with nothing, with a long chain and with ten thousand nodes without relations', () => {
    expect(layOut([], { x: 0, y: 0 })).toEqual(new Map())
    const chain = Array.from({ length: 10_000 }, (_, index) => ({
      id: `n${index}`,
      children: [`n${index + 1}`],
    }))
    expect(layOut(chain, { x: 0, y: 0 }).get('n9999')).toEqual({ x: 9999 * columnWidth, y: 0 })
    const single = chain.map(({ id }) => ({ id, children: [] }))
    expect(layOut(single, { x: 0, y: 0 }).get('n9999')).toEqual({
      x: 99 * columnWidth,
      y: 99 * rowHeight,
    })
  })
})
