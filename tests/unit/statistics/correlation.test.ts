import { describe, expect, test } from 'vitest'
import { incompleteBeta } from '../../../src/statistics/distributions.ts'
import {
  correlationMatrix,
  correlationMethods,
  correlationOf,
  correlationPValue,
} from '../../../src/statistics/indices/correlation.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

describe('the incomplete beta function', () => {
  test.each([
    // Closed forms: x, x^2 (3 - 2 x), 1 - (1 - x)^b, 2/pi asin(sqrt x).
    [0.3, 1, 1, 0.3],
    [0.3, 2, 2, 0.216],
    [0.5, 2, 3, 0.6875],
    [0.2, 1, 5, 1 - 0.8 ** 5],
    [0.1, 0.5, 0.5, (2 / Math.PI) * Math.asin(Math.sqrt(0.1))],
    [0.5, 1e4, 1e4, 0.5],
    // scipy.special.betainc 1.17.1
    [0.9, 10, 0.5, 0.15164090963470994],
    [0.3, 0.2, 40, 0.999999981828928],
    [0.999, 800, 0.5, 0.20586064438062646],
  ])('of %d, %d and %d', (x, a, b, expected) => {
    expect(incompleteBeta(x, a, b)).toBeCloseTo(expected, 10)
  })

  test('keeps the digits of its far tail', () => {
    // scipy.special.betainc(22.5, 0.5, 0.001)
    expect(incompleteBeta(0.001, 22.5, 0.5) / 3.742219545396816e-69).toBeCloseTo(1, 9)
  })

  test('ends at 0 and 1 and turns over', () => {
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1])
    for (const x of [0.01, 0.4, 0.77]) {
      expect(incompleteBeta(x, 3.5, 1.2) + incompleteBeta(1 - x, 1.2, 3.5)).toBeCloseTo(1, 12)
    }
  })
})

describe('the p-value', () => {
  const ofT = (t: number, degrees: number) =>
    correlationPValue(t / Math.sqrt(degrees + t * t), degrees)

  test.each([
    // Two-sided 5 % and 1 % points of Student's t as tables print them.
    [12.7062, 1, 0.05],
    [2.5706, 5, 0.05],
    [2.2281, 10, 0.05],
    [3.1693, 10, 0.01],
    [2.0423, 30, 0.05],
    [1.9623, 1000, 0.05],
  ])('of t = %d with %d degrees', (t, degrees, p) => {
    expect(ofT(t, degrees)).toBeCloseTo(p, 4)
  })

  test('has the closed forms of one and two degrees', () => {
    for (const t of [0.1, 1, 7]) {
      expect(ofT(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 10)
      expect(ofT(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 10)
    }
  })

  test('is 1 for no correlation and 0 for a line', () => {
    expect(correlationPValue(0, 20)).toBe(1)
    expect(correlationPValue(-1, 20)).toBe(0)
  })
})

describe('published values', () => {
  test("Anscombe's first (1973) has r 0.816 and p 0.0022", () => {
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    // scipy.stats 1.17.1: pearsonr, spearmanr
    const { coefficient, n, p } = correlationOf(x, y, 'pearson')
    expect(coefficient).toBeCloseTo(0.8164205163448395, 12)
    expect(p).toBeCloseTo(0.0021696288730788152, 12)
    expect(n).toBe(11)
    const ranked = correlationOf(x, y, 'spearman')
    expect(ranked.coefficient).toBeCloseTo(9 / 11, 12)
    expect(ranked.p).toBeCloseTo(0.0020831448404786917, 12)
  })

  test('ranks of ten pairs whose squared differences are 194 have 1 - 6 194 / 990', () => {
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    const { coefficient, p } = correlationOf(iq, hours, 'spearman')
    expect(coefficient).toBeCloseTo(-29 / 165, 12)
    expect(p).toBeCloseTo(0.6271883447764846, 12)
  })

  test('ties take mid-ranks', () => {
    // scipy.stats.spearmanr 1.17.1
    const { coefficient, p } = correlationOf(
      [1, 2, 2, 3, 5, 5, 8],
      [2, 1, 4, 4, 3, 9, 7],
      'spearman',
    )
    expect(coefficient).toBeCloseTo(0.6881023532039755, 12)
    expect(p).toBeCloseTo(0.0874532275800268, 12)
  })
})

describe.each(correlationMethods)('%s', (method) => {
  test('counts the pairs that both have', () => {
    const a = [1, 2, null, 4, 5, Number.NaN, 7]
    const b = [2, null, 6, 8, 10, 12, 14]
    expect(correlationOf(a, b, method)).toEqual({ coefficient: 1, n: 4, p: 0 })
    expect(
      correlationOf(
        a,
        b.map((value) => value && -value),
        method,
      ),
    ).toEqual({ coefficient: -1, n: 4, p: 0 })
  })

  test('is null for two pairs and for what does not vary among the pairs', () => {
    expect(correlationOf([1, 2], [3, 5], method)).toEqual({ coefficient: null, n: 2, p: null })
    expect(correlationOf([], [], method)).toEqual({ coefficient: null, n: 0, p: null })
    const flat = [0.1, 0.1, 0.1, 9]
    expect(correlationOf(flat, [1, 2, 3, null], method)).toEqual({
      coefficient: null,
      n: 3,
      p: null,
    })
  })

  test('makes a symmetric matrix with ones across', () => {
    const random = seededRandom(11)
    const columns = ['a', 'b', 'c'].map((indicator) => ({
      indicator,
      values: Array.from({ length: 20 }, () => random()),
    }))
    const { cells, indicators } = correlationMatrix(columns, method)
    expect(indicators).toEqual(['a', 'b', 'c'])
    for (const [row, line] of cells.entries()) {
      expect(line).toHaveLength(3)
      for (const [column, cell] of line.entries()) {
        expect(cell).toEqual(cells[column]?.[row])
        if (row === column) expect(cell).toEqual({ coefficient: 1, n: 20, p: 0 })
        else expect(Math.abs(cell.coefficient as number)).toBeLessThan(1)
      }
    }
  })
})

test('ranks do not care how steep a rise is, the line does', () => {
  const a = [1, 2, 3, 4, 5]
  const steep = a.map((value) => Math.exp(5 * value))
  expect(correlationOf(a, steep, 'spearman').coefficient).toBe(1)
  expect(correlationOf(a, steep, 'pearson').coefficient).toBeLessThan(0.8)
})
