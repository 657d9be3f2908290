import { describe, expect, test } from 'vitest'
import { dissolve, type Polygon, signedArea } from '../../../src/statistics/maps/dissolve.ts'

/** A square of one by one, counter-clockwise from its lower left. */
const square = (x: number, y: number): Polygon => [
  [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y + 1],
    [x, y],
  ],
]

const areaOf = (polygons: Polygon[]) =>
  polygons.flat().reduce((sum, ring) => sum + signedArea(ring), 0)

describe('dissolve', () => {
  test('takes the border between two squares away', () => {
    const [polygon, ...others] = dissolve([square(0, 0), square(1, 0)])
    expect(others).toEqual([])
    expect(polygon).toHaveLength(1)
    expect(polygon?.[0]?.[0]).toEqual(polygon?.[0]?.at(-1))
    const points = new Set(polygon?.[0]?.map(String))
    expect(points).toEqual(new Set(['0,0', '1,0', '2,0', '2,1', '1,1', '0,1']))
    expect(signedArea(polygon?.[0] ?? [])).toBe(2)
  })

  test('keeps islands apart', () => {
    const islands = dissolve([square(0, 0), square(5, 5)])
    expect(islands).toHaveLength(2)
    expect(areaOf(islands)).toBe(2)
  })

  test('leaves a hole, clockwise, where eight squares stand around nothing', () => {
    const around = [0, 1, 2].flatMap((x) => [0, 1, 2].map((y) => [x, y] as const))
    const squares = around.filter(([x, y]) => x !== 1 || y !== 1).map(([x, y]) => square(x, y))
    const found = dissolve([...squares, square(9, 9)])
    expect(found).toHaveLength(2)
    const [shell = [], hole = []] = found.find((polygon) => polygon.length === 2) ?? []
    expect(signedArea(shell)).toBe(9)
    expect(signedArea(hole)).toBe(-1)
  })

  test('fills a hole with what lies in it', () => {
    const [outer] = square(0, 0).map((ring) =>
      ring.map(([x, y]) => [x * 9, y * 9] as [number, number]),
    )
    const inner = square(4, 4)
    const hole = [...(inner[0] ?? [])].reverse()
    const [polygon] = dissolve([[outer ?? [], hole], inner])
    expect(polygon).toHaveLength(1)
    expect(areaOf([polygon ?? []])).toBe(81)
  })

  test('makes two rings of squares that touch in a corner', () => {
    const found = dissolve([square(0, 0), square(1, 1)])
    expect(found).toHaveLength(2)
    for (const [ring = []] of found) expect(signedArea(ring)).toBe(1)
  })
})
