import { mean } from 'simple-statistics'
import { describe, expect, test } from 'vitest'
import { studentTwoSided } from '../../../src/statistics/distributions.ts'
import {
  averageCohorts,
  cohortsOf,
  groupTimeContrast,
} from '../../../src/statistics/effects/cohorts.ts'
import { inferContrast } from '../../../src/statistics/effects/contrasts.ts'
import {
  type DifferenceInDifferencesOptions,
  differenceInDifferences,
} from '../../../src/statistics/effects/difference-in-differences.ts'
import { leastSquares } from '../../../src/statistics/effects/least-squares.ts'
import { bilinear } from '../../../src/statistics/effects/linear-algebra.ts'
import type { Panel } from '../../../src/statistics/effects/panel.ts'
import { isRefusal } from '../../../src/statistics/effects/refusals.ts'
import { type Random, seededRandom } from '../../../src/statistics/random.ts'

type Series = (number | null)[]

function panelOf(treated: [number, Series][], controls: Series[]): Panel {
  const length = treated[0]?.[1].length ?? controls[0]?.length ?? 0
  return {
    periods: Array.from({ length }, (_, n) => String(2000 + n)),
    treated: treated.map(([start, values], n) => ({ area: `t${n}`, start, values })),
    controls: controls.map((values, n) => ({ area: `c${n}`, values })),
  }
}

function answerOf(panel: Panel, options?: DifferenceInDifferencesOptions) {
  const answer = differenceInDifferences(panel, options)
  if (isRefusal(answer)) throw new Error(answer.refused)
  return answer
}

const drift = (random: Random, length: number, slope = 0): number[] => {
  let value = 50 * random()
  return Array.from({ length }, () => {
    value += slope + random() - 0.5
    return value
  })
}

describe('two by two', () => {
  test('employment in New Jersey and Pennsylvania (means of Card & Krueger 1994, table 3)', () => {
    const answer = answerOf(panelOf([[2, [20.44, 20.44, 21.03]]], [[23.33, 23.33, 21.17]]))
    expect(answer.average.estimate).toBeCloseTo(2.75, 10)
    expect(answer.counterfactual[2]).toBeCloseTo(20.44 - 2.16, 10)
    expect(answer.percent).toBeCloseTo((100 * 2.75) / 18.28, 8)
    // With one area each nothing says how much areas vary.
    expect(answer.average).toMatchObject({ standardError: null, interval: null, pValue: null })
    expect(answer).toMatchObject({ preTrend: null, permutationPValue: null })
  })

  // Changes 5 and 7 among the treated, 1, 2 and 3 among controls, of levels that differ.
  const panel = panelOf(
    [
      [2, [10, 12, 16, 16]],
      [2, [3, 1, 10, 8]],
    ],
    [
      [20, 20, 21, 21],
      [7, 9, 9, 11],
      [0, 0, 4, 2],
    ],
  )

  test('by hand, with errors pooled: (2 + 2) / 3 × (1/2 + 1/3)', () => {
    const { groups, treated } = cohortsOf(panel) as Exclude<
      ReturnType<typeof cohortsOf>,
      { refused: string }
    >
    const contrast = averageCohorts(treated, (cohort) => {
      const at = [2, 3].map((time) => groupTimeContrast(groups, cohort, time, 'mean_before'))
      return at[0]?.map((row, k) => row.map((x, t) => (x + (at[1]?.[k]?.[t] as number)) / 2))
    })
    if (!contrast) throw new Error('no contrast')
    const pooled = inferContrast(groups, contrast, 'pooled', 20)
    expect(pooled.estimate).toBeCloseTo(4, 12)
    expect(pooled.standardError).toBeCloseTo(Math.sqrt((4 / 3) * (5 / 6)), 12)
    expect(pooled.degrees).toBe(3)
    expect(pooled.pValue).toBeCloseTo(studentTwoSided(4 / Math.sqrt(10 / 9), 3), 12)

    const clustered = inferContrast(groups, contrast, 'clustered', 20)
    expect(clustered.standardError).toBeCloseTo(Math.sqrt((5 / 3) * (2 / 4 + 2 / 9)), 12)
    // Satterthwaite: (1/2 + 2/9)² / ((1/2)² / 1 + (2/9)² / 2).
    expect(clustered.degrees).toBeCloseTo((13 / 18) ** 2 / (1 / 4 + 2 / 81), 10)
  })

  test('is the regression on areas, periods and policy, clustered by area', () => {
    const all = [...panel.treated, ...panel.controls]
    const rows = all.flatMap(({ values }, i) =>
      values.map((value, t) => ({ i, t, value: value as number, policy: i < 2 && t >= 2 ? 1 : 0 })),
    )
    const columns = [
      rows.map(({ policy }) => policy),
      ...all.map((_, i) => rows.map((row) => (row.i === i ? 1 : 0))),
      ...[1, 2, 3].map((t) => rows.map((row) => (row.t === t ? 1 : 0))),
    ]
    const fit = leastSquares(
      columns,
      rows.map(({ value }) => value),
    )
    if (isRefusal(fit)) throw new Error(fit.refused)
    const middle = columns.map((a) =>
      columns.map((b) =>
        all.reduce((sum, _, i) => {
          const scoreOf = (column: number[]) =>
            rows.reduce(
              (s, row, n) =>
                row.i === i ? s + (column[n] as number) * (fit.residuals[n] as number) : s,
              0,
            )
          return sum + scoreOf(a) * scoreOf(b)
        }, 0),
      ),
    )
    const variance = bilinear(fit.inverse[0] as number[], middle)
    const answer = answerOf(panel)
    expect(answer.average.estimate).toBeCloseTo(fit.coefficients[0] as number, 10)
    expect(answer.inference).toBe('wild_bootstrap')
    expect(answer.average.standardError).toBeCloseTo(Math.sqrt((5 / 3) * variance), 10)
  })

  test('does not move with levels of areas, shocks of periods, or order', () => {
    const plain = answerOf(panel, { baseline: 'last_before' })
    const shock = [0, 30, -20, 7]
    const shifted: Panel = {
      ...panel,
      treated: panel.treated.map((series, n) => ({
        ...series,
        values: series.values.map((x, t) => (x as number) + 1000 * n + (shock[t] as number)),
      })),
      controls: panel.controls
        .map((series, n) => ({
          ...series,
          values: series.values.map((x, t) => (x as number) - 500 * n + (shock[t] as number)),
        }))
        .toReversed(),
    }
    const moved = answerOf(shifted, { baseline: 'last_before' })
    expect(moved.average.estimate).toBeCloseTo(plain.average.estimate, 9)
    expect(moved.average.standardError).toBeCloseTo(plain.average.standardError as number, 9)
  })
})

describe('staggered starts', () => {
  // Two cohorts whose effects differ and grow: two-way fixed effects would be biased.
  const trend = Array.from({ length: 10 }, (_, t) => 3 * t + (t % 3))
  const withEffect = (level: number, effectAt: (t: number) => number) =>
    trend.map((x, t) => level + x + effectAt(t))
  const early = (level: number) => withEffect(level, (t) => (t >= 3 ? t - 2 : 0))
  const late = (level: number) => withEffect(level, (t) => (t >= 6 ? 10 : 0))
  const treated: [number, number[]][] = [
    [3, early(5)],
    [3, early(9)],
    [3, early(1)],
    [6, late(40)],
  ]

  test('each against areas without a policy yet, averaged by their number', () => {
    const answer = answerOf(panelOf(treated, [withEffect(0, () => 0), withEffect(70, () => 0)]))
    expect(answer.isStaggered).toBe(true)
    expect(answer.baseline).toBe('last_before')
    expect(answer.cohorts.map(({ start }) => start)).toEqual([3, 6])
    // Early: 1 … 7, on average 4; late: 10.
    expect(answer.cohorts.map(({ estimate }) => Number(estimate.toFixed(9)))).toEqual([4, 10])
    expect(answer.average.estimate).toBeCloseTo((3 * 4 + 10) / 4, 10)
    expect(
      answer.counterfactual.every(
        (x, t) => Math.abs((x as number) - (55 / 4 + (trend[t] as number))) < 1e-9,
      ),
    ).toBe(true)
    const events = new Map(answer.events.map(({ event, estimate }) => [event, estimate]))
    expect(events.get(-1)).toBe(0)
    expect(events.get(-2)).toBeCloseTo(0, 10)
    expect(events.get(0)).toBeCloseTo((3 * 1 + 10) / 4, 10)
    expect(events.get(3)).toBeCloseTo((3 * 4 + 10) / 4, 10)
    expect(events.get(6)).toBeCloseTo(7, 10)
    expect(answer.events.find(({ event }) => event === 6)?.areas).toBe(3)
    expect(answer.events[0]?.event).toBe(-6)
  })

  test('without areas that never have it, the last cohort only serves as control until its start', () => {
    const answer = answerOf(panelOf(treated, []))
    expect(answer.leftOut).toEqual([{ area: 't3', reason: 'no_controls' }])
    // Periods 3, 4 and 5: 1, 2 and 3.
    expect(answer.average.estimate).toBeCloseTo(2, 10)
    expect(answer.counterfactual.slice(6)).toEqual([null, null, null, null])
  })

  test('a start after the last period makes a control', () => {
    const answer = answerOf(
      panelOf(
        [
          [3, early(5)],
          [10, withEffect(2, () => 0)],
        ],
        [],
      ),
    )
    expect(answer.average.estimate).toBeCloseTo(4, 10)
    expect(answer.treatedAreas).toBe(1)
  })

  test('areas under the policy from the beginning are named and not used', () => {
    const always: [number, number[]] = [1, withEffect(9, (t) => t * t)]
    const answer = answerOf(panelOf([...treated, always], [withEffect(0, () => 0)]))
    expect(answer.leftOut).toEqual([{ area: 't4', reason: 'no_pre_period' }])
    expect(answer.average.estimate).toBeCloseTo(5.5, 10)
  })
})

describe('the test of trends before', () => {
  test('with one lead and one start is t squared of the changes', () => {
    const before: [number, number][] = [
      [4, 1],
      [7, 9],
      [2, 2],
      [5, 3],
      [9, 8],
    ]
    const rest = before.map(([a, b]) => [a, b, b + 1])
    const [one = [], two = [], ...controls] = rest
    const answer = answerOf(
      panelOf(
        [
          [2, one],
          [2, two],
        ],
        controls,
      ),
    )
    const leads = before.map(([a, b]) => a - b)
    const [treatedLeads, controlLeads] = [leads.slice(0, 2), leads.slice(2)]
    const difference = mean(treatedLeads) - mean(controlLeads)
    const squares = [treatedLeads, controlLeads].flatMap((own) =>
      own.map((x) => (x - mean(own)) ** 2),
    )
    const variance = (squares.reduce((sum, x) => sum + x, 0) / 3) * (1 / 2 + 1 / 3)
    expect(answer.preTrend?.events).toEqual([-2])
    expect(answer.preTrend?.statistic).toBeCloseTo(difference ** 2 / variance, 10)
    expect(answer.preTrend?.pValue).toBeCloseTo(
      studentTwoSided(difference / Math.sqrt(variance), 3),
      10,
    )
  })

  test('passes parallel areas and finds ones that drift apart', () => {
    const random = seededRandom(2)
    const areas = (count: number, slope: number) =>
      Array.from({ length: count }, () => drift(random, 12, slope))
    const controls = areas(30, 0)
    const panelWith = (slope: number) =>
      panelOf(
        areas(6, slope).map((values) => [7, values]),
        controls,
      )
    expect(answerOf(panelWith(0)).preTrend?.pValue).toBeGreaterThan(0.05)
    const apart = answerOf(panelWith(0.7)).preTrend
    expect(apart?.pValue).toBeLessThan(0.001)
    expect(apart?.events).toEqual([-2, -3, -4, -5, -6, -7])
  })

  test('cannot be made of areas that do not vary', () => {
    const answer = answerOf(
      panelOf(
        [
          [2, [1, 1, 5]],
          [2, [1, 1, 5]],
        ],
        [
          [0, 0, 0],
          [0, 0, 0],
        ],
      ),
    )
    expect(answer.preTrend).toBeNull()
    expect(answer.average).toMatchObject({ estimate: 4, standardError: 0, pValue: null })
  })
})

describe('errors', () => {
  const random = seededRandom(9)
  const series = (count: number) => Array.from({ length: count }, () => drift(random, 8))
  const treatedOf = (count: number, effect = 0) =>
    series(count).map((values): [number, number[]] => [
      4,
      values.map((x, t) => (t >= 4 ? x + effect : x)),
    ])

  test('are pooled for few treated areas, clustered for more, bootstrapped for few areas', () => {
    expect(answerOf(panelOf(treatedOf(1), series(20))).inference).toBe('pooled')
    expect(answerOf(panelOf(treatedOf(5), series(20))).inference).toBe('pooled')
    expect(answerOf(panelOf(treatedOf(6), series(20))).inference).toBe('clustered')
    expect(answerOf(panelOf(treatedOf(6), series(4))).inference).toBe('clustered')
    expect(answerOf(panelOf(treatedOf(5), series(4))).inference).toBe('wild_bootstrap')
    expect(answerOf(panelOf(treatedOf(1), series(4))).inference).toBe('pooled')
  })

  test('of the bootstrap are the same for the same seed and only for it', () => {
    const panel = panelOf(treatedOf(4, 0.5), series(5))
    const run = (options: DifferenceInDifferencesOptions) => answerOf(panel, options).average
    expect(run({ seed: 7 })).toEqual(run({ seed: 7 }))
    expect(run({ seed: 7 }).interval).not.toEqual(run({ seed: 8 }).interval)
    expect(run({ weights: 'rademacher' }).interval).not.toEqual(run({ weights: 'webb' }).interval)
    expect(run({ draws: 99 }).pValue).toBeGreaterThanOrEqual(0.01)
  })

  test('of the bootstrap leave zero out exactly when p is at most 5 %', () => {
    const seen = new Set<boolean>()
    for (let round = 0; round < 40; round += 1) {
      const panel = panelOf(treatedOf(4, round / 20), series(5))
      const { average } = answerOf(panel, { draws: 199, seed: round })
      const interval = average.interval ?? { lower: -1, upper: 1 }
      const leavesOut = interval.lower > 0 || interval.upper < 0
      expect(leavesOut).toBe((average.pValue as number) <= 0.05)
      seen.add(leavesOut)
    }
    expect([...seen].sort()).toEqual([false, true])
  })

  test('of the bootstrap count what was observed as one of the draws', () => {
    const panel = panelOf(treatedOf(4, 100), series(5))
    expect(answerOf(panel, { draws: 9 }).average.pValue).toBe(0.1)
  })

  test('of the bootstrap are those of refitting every one of the 64 sign changes of six areas', () => {
    const panel = panelOf(treatedOf(3, 0.8), series(3))
    const all = [...panel.treated, ...panel.controls].map(({ values }) => values.map(Number))
    const periodMeans = panel.periods.map((_, t) => mean(all.map((values) => values[t] as number)))
    const level = mean(periodMeans)
    const refit = (signs: number[]) => {
      const drawn = all.map((values, i) =>
        values.map((value, t) => {
          const fit = mean(values) + (periodMeans[t] as number) - level
          return fit + (signs[i] as number) * (value - fit)
        }),
      )
      const { average } = answerOf(
        panelOf(
          drawn.slice(0, 3).map((values) => [4, values]),
          drawn.slice(3),
        ),
        { draws: 1 },
      )
      return Math.abs(average.estimate / (average.standardError as number))
    }
    const observed = refit(all.map(() => 1))
    const statistics = Array.from({ length: 64 }, (_, n) =>
      refit(all.map((_, i) => ((n >> i) % 2 === 0 ? 1 : -1))),
    )
    const share = statistics.filter((x) => x >= observed * (1 - 1e-9)).length / 64
    expect(share).toBeGreaterThan(0.02)
    const { pValue } = answerOf(panel, { weights: 'rademacher', draws: 9999 }).average
    expect(Math.abs((pValue as number) - share)).toBeLessThan(0.02)
  })

  test('permute one treated area over all: its rank over their number', () => {
    const step = (change: number) => [0, 0, change, change]
    const panel = panelOf([[2, step(4)]], [1, 2, 3, 9].map(step))
    // As estimates: 4 → 0.25, 1 → 3.5, 2 → 2.25, 3 → 1, 9 → 6.5, all at least as large as 0.25.
    expect(answerOf(panel).permutationPValue).toBe(1)
    const larger = panelOf([[2, step(10)]], [1, 2, 3, 4].map(step))
    expect(answerOf(larger).permutationPValue).toBe(1 / 5)
  })

  test('permute several areas: the three largest of twelve stand out', () => {
    const flat = Array.from({ length: 9 }, (_, n) => [0, 0, n % 3, n % 3])
    const strong = panelOf(
      [
        [2, [0, 0, 9, 9]],
        [2, [0, 0, 9, 9]],
        [2, [0, 0, 8, 8]],
      ],
      flat,
    )
    // One of the 220 ways to choose three of twelve.
    expect(answerOf(strong).permutationPValue).toBeLessThan(0.015)
  })
})

describe('refusals', () => {
  test.each([
    [panelOf([], [[1, 2, 3]]), { refused: 'no_treated' }],
    [panelOf([[2, [1, 2, 3]]], []), { refused: 'no_controls' }],
    [panelOf([[2, [1, 2, 3]]], [[1, null, 3]]), { refused: 'no_controls' }],
    [panelOf([[3, [1, 2, 3]]], [[1, 2, 3]]), { refused: 'start_outside_periods' }],
    [panelOf([[1, [1, 2, 3]]], [[1, 2, 3]]), { refused: 'too_few_before', needed: 2, found: 1 }],
    [panelOf([[-1, [1, 2, 3]]], [[1, 2, 3]]), { refused: 'too_few_before', needed: 2, found: 0 }],
    [
      panelOf([[2, [1, Number.NaN, 3]]], [[1, 2, 3]]),
      { refused: 'incomplete_treated', areas: ['t0'] },
    ],
  ])('%#', (panel, refusal) => {
    expect(differenceInDifferences(panel)).toEqual(refusal)
  })

  test('controls with gaps are named and not used', () => {
    const answer = answerOf(
      panelOf(
        [[2, [1, 2, 9]]],
        [
          [1, 2, 3],
          [5, null, 7],
          [0, 0, 0],
        ],
      ),
    )
    expect(answer.leftOut).toEqual([{ area: 'c1', reason: 'incomplete' }])
    expect(answer.clusters).toBe(3)
  })
})
