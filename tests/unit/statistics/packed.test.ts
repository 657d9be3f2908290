import { expect, test } from 'vitest'
import { takesGzip } from '../../../src/statistics/maps/packed.ts'

test.each([
  ['gzip', true],
  ['gzip, deflate, br', true],
  ['br;q=1.0, gzip;q=0.5', true],
  ['*', true],
  ['GZIP', true],
  ['deflate', false],
  ['', false],
  [undefined, false],
  ['gzip;q=0', false],
  ['gzip; q=0, *', false],
  ['*;q=0', false],
  ['identity', false],
])('Accept-Encoding %s: %s', (accepted, takes) => {
  expect(takesGzip(accepted)).toBe(takes)
})
