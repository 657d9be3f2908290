import { describe, expect, test } from 'vitest'
import { classesOf, classMethods, classOf } from '../../../src/statistics/indices/classes.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

function answered(...given: Parameters<typeof classesOf>) {
  const answer = classesOf(...given)
  if ('refused' in answer) throw new Error(answer.refused)
  return answer
}

const counts = (...given: Parameters<typeof classesOf>) =>
  answered(...given).classes.map(({ count }) => count)

describe('worked by hand', () => {
  test('quantiles of 1 to 8', () => {
    const { breaks, classes } = answered([8, 7, 6, 5, 4, 3, 2, 1], 'quantile', 4)
    expect(breaks).toEqual([2.75, 4.5, 6.25])
    expect(classes).toEqual([
      { from: 1, to: 2.75, count: 2 },
      { from: 2.75, to: 4.5, count: 2 },
      { from: 4.5, to: 6.25, count: 2 },
      { from: 6.25, to: 8, count: 2 },
    ])
  })

  test('quantiles of ties: none lies between 3.67 and 5', () => {
    const { breaks, classes } = answered([1, 1, 5, 5, 5, 9], 'quantile', 3)
    expect(breaks).toHaveLength(1)
    expect(breaks[0]).toBeCloseTo(1 + (2 / 3) * 4, 12)
    expect(classes.map(({ count }) => count)).toEqual([2, 4])
  })

  test('equal widths, some of them empty', () => {
    const { breaks, classes } = answered([0, 1, 2, 10, 12], 'equal', 4)
    expect(breaks).toEqual([3, 6, 9])
    expect(classes.map(({ count }) => count)).toEqual([3, 0, 0, 2])
  })
})

describe('natural breaks', () => {
  const values = [50, 1, 2, 4, 5, 7, 9, 10, 20, 21, 22, 3.5]

  test.each([
    // The best of all ways to cut twelve figures, by trying every one of them.
    [2, [50], 0.7078711196115933],
    [3, [20, 50], 0.964705016919229],
    [4, [7, 20, 50], 0.9920592418223726],
    [5, [3.5, 7, 20, 50], 0.9960767005051248],
  ])('in %d classes', (asked, breaks, fit) => {
    const found = answered(values, 'jenks', asked)
    expect(found.breaks).toEqual(breaks)
    expect(found.fit).toBeCloseTo(fit, 12)
  })

  test('fit no worse than other breaks', () => {
    const random = seededRandom(8)
    const tailed = Array.from({ length: 200 }, () => Math.exp(3 * random()))
    for (const asked of [2, 5, 7]) {
      const { fit } = answered(tailed, 'jenks', asked)
      expect(fit).toBeGreaterThan(answered(tailed, 'quantile', asked).fit)
      expect(fit).toBeGreaterThanOrEqual(answered(tailed, 'equal', asked).fit - 1e-12)
    }
  })
})

describe.each(classMethods)('%s', (method) => {
  const random = seededRandom(21)
  const sets: (number | null)[][] = [
    Array.from({ length: 47 }, () => random()),
    Array.from({ length: 47 }, () => Math.floor(6 * random())),
    Array.from({ length: 100 }, () => Math.exp(20 * random())),
    [...Array(40).fill(0), 1, 2, 3, 900, null],
    [-5, -5, -4, -1, -1, -1],
    [1, 1, 1, 1, 1, 100],
    [1, 1, 5, 5, 5, 9],
    [1, 100, 100, 100, 100, 100],
  ]

  test.each([1, 2, 3, 5, 7, 20])('puts every figure in just one of %d classes', (asked) => {
    for (const values of sets) {
      const { breaks, classes } = answered(values, method, asked)
      expect(breaks).toEqual([...new Set(breaks)].sort((a, b) => a - b))
      expect(classes).toHaveLength(breaks.length + 1)
      expect(classes.length).toBeLessThanOrEqual(asked)
      const figures = values.filter((value) => value !== null)
      const found = classes.map(() => 0)
      for (const value of figures) {
        const place = classOf(breaks, value)
        const { from, to } = classes[place] ?? { from: Number.NaN, to: Number.NaN }
        expect(value).toBeGreaterThanOrEqual(from)
        if (place < classes.length - 1) expect(value).toBeLessThan(to)
        else expect(value).toBeLessThanOrEqual(to)
        found[place] = (found[place] ?? 0) + 1
      }
      expect(classes.map(({ count }) => count)).toEqual(found)
      if (method !== 'equal') expect(Math.min(...found)).toBeGreaterThan(0)
    }
  })

  test('makes no more classes than there are different figures', () => {
    expect(counts([3, 1, 1, null, 2, 3], method, 7)).toEqual([2, 1, 2])
    expect(counts([4, 4, 4], method, 5)).toEqual([3])
    expect(answered([0.1, 0.1, 0.1], method, 5)).toMatchObject({ asked: 5, breaks: [], fit: 1 })
    expect(answered([9], method, 3).classes).toEqual([{ from: 9, to: 9, count: 1 }])
  })

  test('does not care for the order, and refuses nothing at all', () => {
    const values = [5, 3, 8, 1, 9, 2, 7]
    expect(classesOf([...values].reverse(), method, 3)).toEqual(classesOf(values, method, 3))
    expect(classesOf([null, Number.NaN], method, 3)).toEqual({ refused: 'no_figures' })
    expect(() => classesOf(values, method, 0)).toThrow(RangeError)
  })
})

test('a class begins at its break, and the ends take what lies past them', () => {
  expect([-9, 2.9, 3, 5.9, 6, 99].map((value) => classOf([3, 6], value))).toEqual([
    0, 0, 1, 1, 2, 2,
  ])
  expect(classOf([], 5)).toBe(0)
})
