import { describe, expect, test } from 'vitest'
import {
  chiSquareAbove,
  fisherAbove,
  incompleteBeta,
  incompleteGammaAbove,
  normalProbability,
  normalQuantile,
  studentProbability,
  studentQuantile,
  studentTwoSided,
} from '../../../src/statistics/distributions.ts'

describe('the normal distribution', () => {
  test.each([
    [0, 0.5],
    [1, 0.841344746068543],
    [2, 0.977249868051821],
    [3, 0.99865010196837],
    [-1, 0.158655253931457],
  ])('has P(%d) as in Abramowitz & Stegun, table 26.1', (z, p) => {
    expect(normalProbability(z)).toBeCloseTo(p, 14)
  })

  test.each([
    [0.975, 1.959963984540054],
    [0.95, 1.644853626951473],
    [0.995, 2.575829303548901],
  ])('has the quantile of %d', (p, z) => expect(normalQuantile(p)).toBeCloseTo(z, 10))

  test('keeps the digits of a far tail: Q(10) = 7.61985302416e-24', () => {
    expect(normalProbability(-10) / 7.61985302416e-24).toBeCloseTo(1, 11)
  })

  test('has no quantile of what is no probability', () => {
    expect([normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(Number.NaN)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ])
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([
      Number.NEGATIVE_INFINITY,
      0,
      Number.POSITIVE_INFINITY,
    ])
  })
})

describe("Student's t", () => {
  test.each([
    [1, 0.975, 12.706],
    [2, 0.975, 4.303],
    [5, 0.975, 2.571],
    [10, 0.975, 2.228],
    [30, 0.975, 2.042],
    [120, 0.975, 1.98],
    [5, 0.95, 2.015],
    [10, 0.995, 3.169],
  ])('with %d degrees has the quantile of %d as in A&S, table 26.10', (degrees, p, t) => {
    expect(studentQuantile(p, degrees)).toBeCloseTo(t, 3)
    expect(studentQuantile(1 - p, degrees)).toBeCloseTo(-t, 3)
  })

  test('with one degree is the Cauchy distribution: 1/2 + arctan(t) / π', () => {
    for (const t of [-30, -1, -0.001, 0, 0.5, 2, 1e6])
      expect(studentProbability(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 13)
    expect(studentTwoSided(1e8, 1) / (2 / (Math.PI * 1e8))).toBeCloseTo(1, 10)
  })

  test('with two degrees is t / √(2 + t²)', () => {
    for (const t of [0.1, 1, 4, 100])
      expect(1 - studentTwoSided(t, 2)).toBeCloseTo(t / Math.sqrt(2 + t * t), 13)
  })

  test('nears the normal distribution as degrees grow', () => {
    expect(studentQuantile(0.975, 1e6)).toBeCloseTo(normalQuantile(0.975), 5)
  })

  test('certain and impossible values', () => {
    expect(studentTwoSided(0, 5)).toBe(1)
    expect(studentTwoSided(Number.POSITIVE_INFINITY, 5)).toBe(0)
    expect(studentTwoSided(Number.NaN, 5)).toBeNaN()
  })
})

describe('F and chi-square', () => {
  test.each([
    [1, 1, 161.4476],
    [3, 10, 3.7083],
    [5, 20, 2.7109],
    [10, 30, 2.1646],
  ])('F with %d and %d degrees passes 5 %% at %d (A&S, table 26.9)', (above, below, f) => {
    expect(fisherAbove(f, above, below)).toBeCloseTo(0.05, 5)
  })

  test('F with one degree above is t squared', () => {
    for (const t of [0.3, 1.7, 6])
      expect(fisherAbove(t * t, 1, 9)).toBeCloseTo(studentTwoSided(t, 9), 13)
  })

  test.each([
    [1, 3.84146],
    [2, 5.99146],
    [10, 18.307],
    [30, 43.773],
  ])('chi-square with %d degrees passes 5 %% at %d (A&S, table 26.8)', (degrees, x) => {
    expect(chiSquareAbove(x, degrees)).toBeCloseTo(0.05, 5)
  })

  test('chi-square with two degrees is exp(-x / 2), also far out', () => {
    for (const x of [0.01, 1, 2.9, 3.1, 50, 600])
      expect(chiSquareAbove(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 11)
  })

  test('bounds', () => {
    expect([fisherAbove(0, 2, 3), fisherAbove(Number.POSITIVE_INFINITY, 2, 3)]).toEqual([1, 0])
    expect([chiSquareAbove(0, 2), chiSquareAbove(Number.POSITIVE_INFINITY, 2)]).toEqual([1, 0])
  })
})

describe('the incomplete functions', () => {
  test('beta: closed forms and symmetry', () => {
    for (const x of [0, 1e-9, 0.2, 0.5, 0.83, 1]) {
      expect(incompleteBeta(x, 1, 3)).toBeCloseTo(1 - (1 - x) ** 3, 13)
      expect(incompleteBeta(x, 4, 1)).toBeCloseTo(x ** 4, 13)
      expect(incompleteBeta(x, 2.5, 7) + incompleteBeta(1 - x, 7, 2.5)).toBeCloseTo(1, 13)
    }
  })

  test('gamma of a whole number is a sum of the Poisson distribution', () => {
    for (const x of [0.1, 2, 3.9, 4.1, 20]) {
      const poisson = [1, x, x ** 2 / 2, x ** 3 / 6].reduce((sum, term) => sum + term, 0)
      expect(incompleteGammaAbove(4, x)).toBeCloseTo(poisson * Math.exp(-x), 12)
    }
  })
})
