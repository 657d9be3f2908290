import { expect, test } from 'vitest'
import type { Place } from '../../../src/statistics/maps/places.ts'
import { createTileIndex } from '../../../src/statistics/maps/tile-index.ts'

const square: Place = {
  type: 'Feature',
  id: 1000,
  properties: { code: '01000', name: '四角', name_en: null },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [0, -10],
        [10, -10],
        [10, 0],
        [0, 0],
        [0, -10],
      ],
    ],
  },
}

test('gives the same tile however many were asked for between, and none where nothing is', () => {
  const tileOf = createTileIndex('squares', [square])
  const first = tileOf(14, 8200, 8200)
  expect(first.length).toBeGreaterThan(0)
  const sizes = new Set<number>()
  for (let n = 0; n < 3000; n += 1) {
    sizes.add(tileOf(14, 8192 + (n % 60) * 7, 8192 + Math.floor(n / 60) * 7).length)
  }
  expect([...sizes].every((size) => size > 0)).toBe(true)
  expect(tileOf(14, 8200, 8200)).toEqual(first)
  expect(tileOf(14, 8000, 8200)).toHaveLength(0)
  expect(createTileIndex('nothing', [])(0, 0, 0)).toHaveLength(0)
})
