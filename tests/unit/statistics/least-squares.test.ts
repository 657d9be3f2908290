import { describe, expect, test } from 'vitest'
import { neweyWest, neweyWestLag } from '../../../src/statistics/effects/covariance.ts'
import { type LeastSquares, leastSquares } from '../../../src/statistics/effects/least-squares.ts'
import {
  bilinear,
  cholesky,
  product,
  solveCholesky,
  times,
  transpose,
} from '../../../src/statistics/effects/linear-algebra.ts'
import { isRefusal } from '../../../src/statistics/effects/refusals.ts'

function fitted(columns: number[][], y: number[]): LeastSquares {
  const fit = leastSquares(columns, y)
  if (isRefusal(fit)) throw new Error(fit.refused)
  return fit
}

const ones = (count: number) => new Array<number>(count).fill(1)

describe('linear algebra', () => {
  const matrix = [
    [4, 12, -16],
    [12, 37, -43],
    [-16, -43, 98],
  ]

  test('factors and solves a positive definite matrix', () => {
    const lower = cholesky(matrix)
    expect(lower).toEqual([[2], [6, 1], [-8, 5, 3]])
    expect(solveCholesky(lower as number[][], times(matrix, [1, -2, 3]))).toEqual([1, -2, 3])
  })

  test('does not factor what is not positive definite', () => {
    expect(cholesky([[0]])).toBeUndefined()
    expect(
      cholesky([
        [1, 2],
        [2, 1],
      ]),
    ).toBeUndefined()
    expect(
      cholesky([
        [1, 1],
        [1, 1],
      ]),
    ).toBeUndefined()
    expect(cholesky([[Number.NaN]])).toBeUndefined()
    expect(cholesky([])).toEqual([])
  })

  test('products', () => {
    expect(product([[1, 2]], [[3], [4]])).toEqual([[11]])
    expect(transpose([[1, 2, 3]])).toEqual([[1], [2], [3]])
    expect(
      bilinear(
        [1, 2],
        [
          [1, 0],
          [0, 3],
        ],
      ),
    ).toBe(13)
  })
})

describe('least squares', () => {
  // NIST StRD, Longley (1967): highly collinear, with certified values.
  const longley = [
    [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
    [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
    [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
    [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
    [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
    [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
    [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
    [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
    [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
    [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
    [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
    [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
    [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
    [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
    [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
    [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
  ]
  const [employed = [], ...regressors] = transpose(longley)

  test('gives the certified coefficients and errors of Longley', () => {
    const fit = fitted([ones(16), ...regressors], employed)
    const certified = [
      [-3482258.63459582, 890420.383607373],
      [15.0618722713733, 84.9149257747669],
      [-0.035819179292591, 0.0334910077722432],
      [-2.02022980381683, 0.488399681651699],
      [-1.03322686717359, 0.214274163161675],
      [-0.0511041056535807, 0.22607320006937],
      [1829.15146461355, 455.478499142212],
    ] as const
    for (const [n, [coefficient, error]] of certified.entries()) {
      expect((fit.coefficients[n] as number) / coefficient).toBeCloseTo(1, 9)
      const own = Math.sqrt(fit.variance * (fit.inverse[n]?.[n] as number))
      expect(own / error).toBeCloseTo(1, 9)
    }
    expect(Math.sqrt(fit.variance)).toBeCloseTo(304.854073561965, 7)
    expect(fit.degrees).toBe(9)
  })

  test('finds a line by hand: y = 1, 3, 2 over 0, 1, 2', () => {
    const fit = fitted([ones(3), [0, 1, 2]], [1, 3, 2])
    expect(fit.coefficients[0]).toBeCloseTo(1.5, 14)
    expect(fit.coefficients[1]).toBeCloseTo(0.5, 14)
    expect(fit.variance).toBeCloseTo(1.5, 14)
    expect(fit.residuals.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 14)
  })

  test('refuses collinear columns, an empty one and too few rows', () => {
    const line = [1, 2, 3, 4]
    const refused = (found: number) => ({ refused: 'collinear', needed: 3, found })
    expect(leastSquares([ones(4), line, line.map((x) => 3 * x - 7)], [1, 2, 3, 5])).toEqual(
      refused(2),
    )
    expect(leastSquares([ones(4), [0, 0, 0, 0], line], [1, 2, 3, 5])).toEqual(refused(2))
    expect(leastSquares([ones(2), [0, 1]], [1, 2])).toEqual({
      refused: 'too_few_points',
      needed: 3,
      found: 2,
    })
  })

  test('does not take a small column for a collinear one', () => {
    const fit = fitted([ones(4), [0, 1e-12, 2e-12, 3e-12]], [1, 2, 3, 4])
    expect((fit.coefficients[1] as number) * 1e-12).toBeCloseTo(1, 9)
  })
})

describe('the covariance of coefficients', () => {
  // Residuals of a mean: with only a constant every sandwich is a sum that can be done by hand.
  const y = [1, 2, 4, 1]
  const constant = fitted([ones(4)], y) // mean 2, residuals -1, 0, 2, -1

  test('with lag 0 is White: (1 + 0 + 4 + 1) / 4² × 4 / 3', () => {
    expect(neweyWest(constant, [ones(4)], 0)[0]?.[0]).toBeCloseTo(0.5, 14)
  })

  test('with lag 1 adds 2 × 1/2 × (0 + 0 − 2): 4 / 16 × 4 / 3', () => {
    expect(neweyWest(constant, [ones(4)], 1)[0]?.[0]).toBeCloseTo(1 / 3, 14)
  })

  test('with lag 2 weighs 2/3 × (−2) and 1/3 × (−2 + 0)', () => {
    const middle = 6 + 2 * ((2 / 3) * -2 + (1 / 3) * -2)
    expect(neweyWest(constant, [ones(4)], 2)[0]?.[0]).toBeCloseTo((middle / 16) * (4 / 3), 14)
  })

  test('counts a pair across a gap at its distance', () => {
    // Places 0, 1, 3, 4: neighbours are (0, 1) and (3, 4) only.
    const got = neweyWest(constant, [ones(4)], 1, [0, 1, 3, 4])[0]?.[0]
    expect(got).toBeCloseTo(((6 - 2) / 16) * (4 / 3), 14)
    const apart = neweyWest(constant, [ones(4)], 1, [0, 2, 4, 6])[0]?.[0]
    expect(apart).toBeCloseTo(0.5, 14)
  })

  test('takes the lag of Newey & West (1994)', () => {
    expect([12, 25, 100, 400].map(neweyWestLag)).toEqual([2, 2, 4, 5])
  })
})
