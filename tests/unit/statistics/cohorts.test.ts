import { describe, expect, test } from 'vitest'
import { foldAges } from '../../../src/statistics/forecasting/ages.ts'
import {
  type CohortProjection,
  type CohortRequest,
  projectCohorts,
} from '../../../src/statistics/forecasting/cohorts.ts'
import { isRefusal } from '../../../src/statistics/forecasting/refusals.ts'

function answer(request: CohortRequest): CohortProjection {
  const projection = projectCohorts(request)
  if (isRefusal(projection)) throw new Error(JSON.stringify(projection))
  return projection
}

const both = (counts: number[]) => ({ male: counts, female: counts })

/** Eleven classes, the last one 50 and over: 100 in each; five years on nine in ten are left. */
const earlier = both(Array(11).fill(100))
const later = {
  male: [54, ...Array(9).fill(90), 120],
  female: [48, ...Array(9).fill(90), 120],
}

/** 人口推計 of Japan in thousands, five-year classes to 80 and over. */
const japan = {
  2010: {
    male: [
      2717, 2866, 3039, 3127, 3327, 3755, 4273, 5002, 4446, 4069, 3847, 4330, 4965, 3953, 3249,
      2601, 2761,
    ],
    female: [
      2592, 2731, 2895, 2966, 3197, 3636, 4148, 4862, 4363, 4024, 3853, 4398, 5147, 4318, 3769,
      3391, 5440,
    ],
  },
  2015: {
    male: [
      2561, 2725, 2879, 3112, 3122, 3333, 3751, 4268, 4988, 4422, 4029, 3784, 4210, 4723, 3625,
      2817, 3492,
    ],
    female: [
      2445, 2594, 2741, 2942, 2969, 3199, 3645, 4149, 4859, 4344, 3995, 3817, 4342, 5036, 4162,
      3537, 6477,
    ],
  },
}

describe('cohort ratios', () => {
  test('give the example worked by hand', () => {
    const { points, ratios, adjustments, openFrom } = answer({ earlier, later, steps: 2 })
    expect(openFrom).toBe(50)
    expect(adjustments).toEqual([])
    // 54 boys and 48 girls to 6 × 90 women; 90 of 100; 120 of the 200 aged 45 and over.
    expect(ratios.male[0]).toBeCloseTo(0.1, 12)
    expect(ratios.female[0]).toBeCloseTo(48 / 540, 12)
    expect(ratios.male.slice(1, 10)).toEqual(Array(9).fill(0.9))
    expect(ratios.male[10]).toBeCloseTo(0.6, 12)
    const [first, second] = points
    // Women 6 × 81 = 486; 0.9 × 54, then 81 eight times, then 0.6 × (90 + 120).
    for (const [n, value] of [48.6, 48.6, ...Array(8).fill(81), 126].entries())
      expect(first?.male[n]).toBeCloseTo(value, 9)
    for (const [n, value] of [43.2, 43.2, ...Array(8).fill(81), 126].entries())
      expect(first?.female[n]).toBeCloseTo(value, 9)
    expect(first?.totalMale).toBeCloseTo(871.2, 9)
    expect(first?.totalFemale).toBeCloseTo(860.4, 9)
    expect(first?.total).toBeCloseTo(1731.6, 9)
    expect(first?.shareAged65).toBeNull()
    // Five years on women are 6 × 72.9 = 437.4, and 0.6 × (81 + 126) are 50 and over.
    expect(second?.male[0]).toBeCloseTo(43.74, 9)
    expect(second?.male[10]).toBeCloseTo(124.2, 9)
  })

  test('leave a population as it is that does not change', () => {
    const table = { male: japan[2010].male, female: japan[2010].female }
    const { points } = answer({ earlier: table, later: table, steps: 4 })
    for (const { male, female, total } of points) {
      for (const [n, count] of table.male.entries()) expect(male[n]).toBeCloseTo(count, 9)
      for (const [n, count] of table.female.entries()) expect(female[n]).toBeCloseTo(count, 9)
      expect(total).toBeCloseTo(128_057, 6)
    }
  })

  test('carry on a growth that all ages share', () => {
    const grown = {
      male: japan[2010].male.map((count) => 1.1 * count),
      female: japan[2010].female.map((count) => 1.1 * count),
    }
    const [, second] = answer({ earlier: japan[2010], later: grown, steps: 2 }).points
    expect(second?.female[16]).toBeCloseTo(5440 * 1.1 ** 3, 9)
    expect(second?.total).toBeCloseTo(128_057 * 1.1 ** 3, 6)
  })

  test('foresee Japan in 2020 from 2010 and 2015', () => {
    const [point] = answer({ earlier: japan[2010], later: japan[2015], steps: 1 }).points
    // As published: 126,146 thousand, of whom 36,027 were 65 and over.
    expect(Math.abs((point?.total as number) / 126_146 - 1)).toBeLessThan(0.01)
    expect(Math.abs((point?.shareAged65 as number) - (100 * 36_027) / 126_146)).toBeLessThan(0.3)
    expect(point?.total).toBeCloseTo((point?.totalMale ?? 0) + (point?.totalFemale ?? 0), 9)
  })

  test('scale to a total without moving shares', () => {
    const request = { earlier: japan[2010], later: japan[2015], steps: 2 }
    const plain = answer(request)
    const scaled = answer({ ...request, control: [126_146, null] })
    expect(scaled.points[0]?.total).toBeCloseTo(126_146, 6)
    expect(scaled.points[0]?.shareAged65).toBeCloseTo(plain.points[0]?.shareAged65 as number, 9)
    expect(scaled.points[1]).toEqual(plain.points[1])
    expect(answer({ ...request, control: [0] }).points[0]).toMatchObject({ total: 0 })
  })

  test('put tables together at the younger open class', () => {
    const finer = {
      male: [...japan[2015].male.slice(0, 16), 2056, 1436],
      female: [...japan[2015].female.slice(0, 16), 3117, 3360],
    }
    const whole = answer({ earlier: japan[2010], later: japan[2015], steps: 1 })
    expect(answer({ earlier: japan[2010], later: finer, steps: 1 })).toEqual(whole)
    expect(foldAges(finer, 17)).toEqual(japan[2015])
  })

  test('are capped where they are extreme', () => {
    const boom = { male: later.male.with(4, 700), female: later.female }
    const { ratios, adjustments } = answer({ earlier, later: boom, steps: 1 })
    expect(ratios.male[4]).toBe(2)
    expect(adjustments).toEqual([{ sex: 'male', ageClass: 4, found: 7, used: 2, reason: 'capped' }])
    const limits = { lowest: 0.95, highest: 8 }
    const wider = answer({ earlier, later: boom, steps: 1, limits })
    expect(wider.ratios.male[4]).toBe(7)
    expect(wider.ratios.male[5]).toBe(0.95)
    expect(wider.ratios.male[0]).toBeCloseTo(0.1, 12)
  })

  test('stand in for each other where nobody was there', () => {
    const empty = { male: earlier.male.with(6, 0), female: earlier.female }
    const one = answer({ earlier: empty, later, steps: 1 })
    // 180 came of 100 women.
    expect(one.ratios.male[7]).toBeCloseTo(1.8, 12)
    expect(one.adjustments).toMatchObject([
      { sex: 'male', ageClass: 7, found: null, reason: 'both_sexes' },
    ])
    const nobody = { male: earlier.male.with(6, 0), female: earlier.female.with(6, 0) }
    const two = answer({ earlier: nobody, later, steps: 1 })
    expect(two.ratios.female[7]).toBe(1)
    expect(two.adjustments.map(({ reason }) => reason)).toEqual(['unchanged', 'unchanged'])
    const three = answer({ earlier: nobody, later, steps: 1, reference: both(Array(11).fill(0.8)) })
    expect(three.ratios.female[7]).toBe(0.8)
    expect(three.adjustments.map(({ reason }) => reason)).toEqual(['reference', 'reference'])
  })

  test('never give negative or unknown numbers', () => {
    const village = {
      male: [0, 0, 1, 0, 0, 0, 2, 0, 0, 3, 0, 1, 0, 4, 9, 7, 5, 3],
      female: [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 3, 5, 8, 9, 9, 12],
    }
    const { points } = answer({ earlier: village, later: village, steps: 6 })
    for (const { male, female } of points)
      for (const count of [...male, ...female]) expect(count).toBeGreaterThanOrEqual(0)
  })
})

describe('ages are refused', () => {
  const refusal = (first: CohortRequest['earlier'], second: CohortRequest['later']) =>
    projectCohorts({ earlier: first, later: second, steps: 1 })

  test('where there are too few classes, or one is missing', () => {
    expect(refusal(both([1, 2, 3]), later)).toEqual({
      refused: 'too_few_ages',
      needed: 10,
      found: 3,
    })
    const torn = { male: later.male.with(3, Number.NaN), female: later.female }
    expect(refusal(earlier, torn)).toEqual({ refused: 'ages_missing', needed: 22, found: 21 })
    const uneven = { male: later.male, female: later.female.slice(0, 10) }
    expect(refusal(earlier, uneven)).toMatchObject({ refused: 'ages_missing' })
  })

  test('where counts are negative or there is nobody', () => {
    const negative = { male: later.male.with(2, -1), female: later.female }
    expect(refusal(earlier, negative)).toEqual({ refused: 'negative_counts', lowest: -1 })
    expect(refusal(both(Array(11).fill(0)), later)).toEqual({ refused: 'empty_population' })
  })

  test('where there are no women of the ages that bear', () => {
    const men = { male: later.male, female: [...later.female].fill(0, 3, 9) }
    expect(refusal(earlier, men)).toEqual({ refused: 'no_women' })
  })
})
