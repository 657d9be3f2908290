import { describe, expect, test } from 'vitest'
import type { AreaSeries, Panel } from '../../../src/statistics/effects/panel.ts'
import { placeboInterval, placeboRank } from '../../../src/statistics/effects/placebo.ts'
import { isRefusal } from '../../../src/statistics/effects/refusals.ts'
import { simplexWeights } from '../../../src/statistics/effects/simplex.ts'
import {
  type SyntheticControlOptions,
  syntheticControl,
} from '../../../src/statistics/effects/synthetic-control.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

function finish(panel: Panel, options?: SyntheticControlOptions) {
  const steps = syntheticControl(panel, options)
  let step = steps.next()
  let pauses = 0
  for (; !step.done; step = steps.next()) pauses += 1
  return { answer: step.value, pauses }
}

function answerOf(panel: Panel, options?: SyntheticControlOptions) {
  const { answer } = finish(panel, options)
  if (isRefusal(answer)) throw new Error(answer.refused)
  return answer
}

/** Random walks of `count` areas, the same for the same seed. */
function walks(count: number, length: number, seed: number): AreaSeries[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, n) => {
    let value = 100 + 20 * random()
    const values = Array.from({ length }, () => {
      value += 4 * random() - 2
      return value
    })
    return { area: String(n + 1).padStart(2, '0'), values }
  })
}

const periodsOf = (length: number) => Array.from({ length }, (_, n) => String(1996 + n))

function mixed(shares: [string, number][], controls: AreaSeries[]): number[] {
  return (controls[0]?.values ?? []).map((_, t) =>
    shares.reduce((sum, [area, share]) => {
      const found = controls.find((series) => series.area === area)
      return sum + share * (found?.values[t] as number)
    }, 0),
  )
}

describe('weights on a simplex', () => {
  test('of two columns by hand: the nearest point of a line, kept between them', () => {
    // Between 0 and (4, 2) the point nearest to (1, 3) is at share 10 / 20.
    const between = simplexWeights(
      [1, 3],
      [
        [0, 0],
        [4, 2],
      ],
    )
    expect(between.weights[1]).toBeCloseTo(0.5, 8)
    expect(
      simplexWeights(
        [9, 9],
        [
          [0, 0],
          [4, 2],
        ],
      ).weights,
    ).toEqual([0, 1])
    expect(
      simplexWeights(
        [-1, -1],
        [
          [0, 0],
          [4, 2],
        ],
      ).weights,
    ).toEqual([1, 0])
  })

  test('meet the conditions of Karush, Kuhn and Tucker on random problems', () => {
    const random = seededRandom(11)
    for (let round = 0; round < 60; round += 1) {
      const [size, length] = [2 + Math.floor(random() * 40), 3 + Math.floor(random() * 25)]
      const draw = () => Array.from({ length }, () => random() * 10)
      const columns = Array.from({ length: size }, draw)
      const target = draw()
      const { weights, converged } = simplexWeights(target, columns)
      expect(converged).toBe(true)
      expect(weights.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 10)
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0)
      const residual = target.map(
        (y, t) =>
          y - columns.reduce((sum, c, n) => sum + (c[t] as number) * (weights[n] as number), 0),
      )
      const slopes = columns.map(
        (c) => -c.reduce((sum, x, t) => sum + x * (residual[t] as number), 0),
      )
      const least = Math.min(...slopes)
      for (const [n, weight] of weights.entries())
        if (weight > 0) expect((slopes[n] as number) - least).toBeLessThan(1e-4)
    }
  })

  test('share evenly among columns that are alike', () => {
    const column = [1, 5, 2]
    const { weights } = simplexWeights([2, 6, 3], [column, column, [50, 0, 9], column])
    expect(weights[0]).toBeGreaterThan(0.3)
    for (const n of [1, 3]) expect(weights[n]).toBeCloseTo(weights[0] as number, 5)
    expect(simplexWeights(column, [column, column]).weights).toEqual([0.5, 0.5])
  })

  test('do not depend on the unit, from 1e-9 to 1e12', () => {
    const [target, columns] = [
      [3, 1, 2, 5],
      [
        [1, 2, 0, 4],
        [6, 0, 5, 7],
        [2, 2, 2, 2],
      ],
    ]
    const plain = simplexWeights(target, columns).weights
    for (const unit of [1e-9, 1e12]) {
      const other = simplexWeights(
        target.map((x) => x * unit),
        columns.map((column) => column.map((x) => x * unit)),
      ).weights
      for (const [n, weight] of plain.entries()) expect(other[n]).toBeCloseTo(weight, 8)
    }
  })
})

describe('a synthetic control', () => {
  const controls = walks(12, 24, 3)
  const shares: [string, number][] = [
    ['02', 0.5],
    ['05', 0.3],
    ['11', 0.2],
  ]
  const exact = mixed(shares, controls)
  const panelOf = (values: (number | null)[], donors = controls, start = 16): Panel => ({
    periods: periodsOf(values.length),
    treated: [{ area: '13', start, values }],
    controls: donors,
  })
  const noise = seededRandom(8)
  const noisy = exact.map((x, t) => x + noise() - 0.5 + (t >= 16 ? 7 : 0))

  test('recovers the weights of an exact mixture and an effect of 7', () => {
    const answer = answerOf(panelOf(exact.map((x, t) => (t >= 16 ? x + 7 : x))))
    expect(answer.weights.map(({ area }) => area)).toEqual(['02', '05', '11'])
    for (const [n, [, share]] of shares.entries())
      expect(Math.abs((answer.weights[n]?.weight as number) - share)).toBeLessThan(1e-6)
    expect(answer.average).toBeCloseTo(7, 5)
    expect(answer.errorBefore).toBeLessThan(1e-5)
    expect(answer.gap.slice(16).every((gap) => Math.abs(gap - 7) < 1e-4)).toBe(true)
    // Nobody else fits as well as without any error, so that no placebo is left.
    expect(answer.placebosLeftOut).toHaveLength(12)
    expect(answer.pValue).toBeNull()
  })

  test('ranks the treated area first when only it has an effect', () => {
    const answer = answerOf(panelOf(noisy))
    const n = answer.placebos.length
    expect(n + answer.placebosLeftOut.length).toBe(12)
    expect(n).toBeGreaterThan(3)
    expect(answer.pValue).toBe(1 / (n + 1))
    expect(answer.average).toBeGreaterThan(5)
    expect(answer.average).toBeLessThan(9)
    expect(answer.percent).toBeCloseTo(
      (100 * answer.average * 8) / answer.synthetic.slice(16).reduce((sum, x) => sum + x, 0),
      8,
    )
    expect(answer.withoutDonorRange?.lower).toBeLessThanOrEqual(answer.average + 1)
    expect(answer.withoutDonor.map(({ area }) => area)).toEqual(
      answer.weights.map(({ area }) => area),
    )
  })

  test('leaves out placebos that fit five times worse, and only those', () => {
    const answer = answerOf(panelOf(noisy))
    const errorOf = (gap: number[]) =>
      Math.sqrt(gap.slice(0, 16).reduce((s, x) => s + x * x, 0) / 16)
    for (const { gap } of answer.placebos)
      expect(errorOf(gap)).toBeLessThanOrEqual(5 * answer.errorBefore)
    const far = { area: '99', values: exact.map((_, t) => 1000 * (t % 2)) }
    expect(answerOf(panelOf(noisy, [...controls, far])).placebosLeftOut).toContain('99')
  })

  test('gives the same for donors in any order', () => {
    const [one, two] = [answerOf(panelOf(noisy)), answerOf(panelOf(noisy, controls.toReversed()))]
    expect(two.weights.map(({ area }) => area)).toEqual(one.weights.map(({ area }) => area))
    expect(two.average).toBeCloseTo(one.average, 8)
    expect(two.pValue).toBe(one.pValue)
    expect(two.errorBefore).toBeCloseTo(one.errorBefore, 8)
  })

  test('gives one answer where more donors than periods fit exactly, in any order', () => {
    const many = walks(40, 14, 21)
    const values = mixed(
      [
        ['07', 0.6],
        ['31', 0.4],
      ],
      many,
    )
    const [one, two] = [many, many.toReversed()].map((donors) =>
      answerOf(panelOf(values, donors, 8)),
    )
    expect(one?.converged).toBe(true)
    expect(two?.average).toBeCloseTo(one?.average as number, 5)
  })

  test('pauses between fits, once a donor and once for each one left out', () => {
    const { answer, pauses } = finish(panelOf(noisy))
    if (isRefusal(answer)) throw new Error(answer.refused)
    expect(pauses).toBe(12 + answer.weights.length)
  })

  test('follows an area at a level of its own only when told to compare changes', () => {
    const apart = noisy.map((x) => x + 500)
    expect(finish(panelOf(apart)).answer).toMatchObject({ refused: 'poor_pre_fit', limit: 0.5 })
    const answer = answerOf(panelOf(apart), { isDemeaned: true })
    expect(answer.relativeError).toBeLessThan(0.5)
    expect(answer.average).toBeGreaterThan(5)
    expect(answerOf(panelOf(apart), { worstFit: 1e9 }).relativeError).toBeGreaterThan(1)
  })

  test('follows the mean of several treated areas', () => {
    const panel = panelOf(noisy)
    const [first] = panel.treated
    if (!first) throw new Error('no treated area')
    const pair = [-3, 3].map((shift) => ({
      ...first,
      area: `t${shift}`,
      values: noisy.map((x) => x + shift),
    }))
    expect(answerOf({ ...panel, treated: pair }).average).toBeCloseTo(answerOf(panel).average, 8)
  })

  test('leaves out donors with gaps and names them', () => {
    const gappy = { area: '90', values: noisy.map((x, t) => (t === 4 ? null : x)) }
    const answer = answerOf(panelOf(noisy, [...controls, gappy]))
    expect(answer.incompleteDonors).toEqual(['90'])
    expect(answer.average).toBe(answerOf(panelOf(noisy)).average)
  })

  test('refuses', () => {
    const refusalOf = (panel: Panel) => finish(panel).answer
    expect(refusalOf(panelOf(noisy, controls, 4))).toEqual({
      refused: 'too_few_before',
      needed: 5,
      found: 4,
    })
    expect(refusalOf(panelOf(noisy, controls, 23))).toEqual({
      refused: 'too_few_after',
      needed: 2,
      found: 1,
    })
    expect(refusalOf(panelOf(noisy, controls.slice(0, 1)))).toEqual({
      refused: 'too_few_donors',
      needed: 2,
      found: 1,
    })
    expect(refusalOf(panelOf(noisy, walks(201, noisy.length, 5)))).toEqual({
      refused: 'too_many_donors',
      limit: 200,
      found: 201,
    })
    expect(refusalOf(panelOf(noisy.map((x, t) => (t === 2 ? null : x))))).toEqual({
      refused: 'incomplete_treated',
      areas: ['13'],
    })
    expect(refusalOf({ ...panelOf(noisy), treated: [] })).toEqual({ refused: 'no_treated' })
    expect(refusalOf(panelOf(noisy, controls, 30))).toEqual({ refused: 'start_outside_periods' })
  })

  test('of constants finds nothing', () => {
    const flat = controls.map(({ area }) => ({ area, values: noisy.map(() => 5) }))
    const answer = answerOf(
      panelOf(
        noisy.map(() => 5),
        flat,
      ),
    )
    expect(answer).toMatchObject({
      average: 0,
      ratio: null,
      percent: 0,
      relativeError: 0,
      pValue: 1,
    })
  })
})

describe('placebos', () => {
  const placebo = (ratio: number | null) => ({ area: '', ratio, average: 0, gap: [] })

  test('give the rank over the number of areas, ties against the treated one', () => {
    expect(placeboRank(3, [1, 2, 4].map(placebo))).toBe(2 / 4)
    expect(placeboRank(4, [1, 2, 4].map(placebo))).toBe(2 / 4)
    expect(placeboRank(9, [1, 2, 4].map(placebo))).toBe(1 / 4)
    expect(placeboRank(null, [1, null].map(placebo))).toBe(2 / 3)
    expect(placeboRank(1, [])).toBeNull()
  })

  test('bound the effect: with 19 of them, by the largest ratio', () => {
    const ratios = Array.from({ length: 19 }, (_, n) => placebo(n / 6))
    // Gaps 4 and 6 leave (c − 5)² + 1 ≤ (3 × 2)².
    const interval = placeboInterval([4, 6], 2, ratios)
    expect(interval?.lower).toBeCloseTo(5 - Math.sqrt(35), 12)
    expect(interval?.upper).toBeCloseTo(5 + Math.sqrt(35), 12)
    expect(placeboInterval([4, 6], 2, ratios.slice(1))).toBeNull()
    expect(placeboInterval([0, 100], 2, ratios)).toBeNull()
  })

  test('bound the effect: with 39 of them, by the second largest', () => {
    const ratios = Array.from({ length: 39 }, (_, n) => placebo(n === 7 ? 50 : 3 - n / 100))
    const interval = placeboInterval([4, 6], 2, ratios)
    expect(interval?.upper).toBeCloseTo(5 + Math.sqrt(35), 12)
  })

  test('bound leaves zero out exactly when the rank is below 5 %', () => {
    const random = seededRandom(4)
    for (let round = 0; round < 200; round += 1) {
      const ratios = Array.from({ length: 25 }, () => placebo(random() * 3))
      const gaps = [random() * 6 - 3, random() * 6 - 3, random() * 6 - 3]
      const ratio = Math.sqrt(gaps.reduce((sum, gap) => sum + gap * gap, 0) / 3) / 0.9
      const interval = placeboInterval(gaps, 0.9, ratios)
      const holdsZero = interval !== null && interval.lower <= 0 && interval.upper >= 0
      expect(holdsZero).toBe((placeboRank(ratio, ratios) as number) > 0.05)
    }
  })
})
