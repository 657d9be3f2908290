import { describe, expect, test } from 'vitest'
import { evaluateEffect } from '../../../src/statistics/effects/effect.ts'
import type { Panel } from '../../../src/statistics/effects/panel.ts'
import { isRefusal } from '../../../src/statistics/effects/refusals.ts'
import { seededRandom } from '../../../src/statistics/random.ts'

const random = seededRandom(31)
const length = 20
const start = 12
const season = Array.from({ length }, () => 4 * random())

/** Areas that share their shocks, each with some noise of its own. */
function areas(count: number, name: string, effect = 0, slope = 0) {
  return Array.from({ length: count }, (_, n) => ({
    area: `${name}${n}`,
    start,
    values: season.map(
      (x, t) => 50 + n + x + slope * t + 0.4 * random() + (t >= start ? effect : 0),
    ),
  }))
}

const panel: Panel = {
  periods: Array.from({ length }, (_, n) => `${2001 + n}`),
  treated: areas(1, 't', 8),
  controls: areas(25, 'c'),
}

async function answerOf(...input: Parameters<typeof evaluateEffect>) {
  const answer = await evaluateEffect(...input)
  if (isRefusal(answer)) throw new Error(answer.refused)
  return answer
}

describe('the effect of a policy', () => {
  test.each([
    ['before_after', false, 2],
    ['interrupted_series', true, 4],
    ['difference_in_differences', true, 0.5],
    ['synthetic_control', true, 0.5],
  ] as const)('by %s is near the 8 that was put in', async (method, causal, tolerance) => {
    const answer = await answerOf(panel, method)
    expect(answer.causal).toBe(causal)
    expect(Math.abs(answer.estimate - 8)).toBeLessThan(tolerance)
    expect(Math.abs((answer.percent as number) - 16)).toBeLessThan(2.5 * tolerance)
    expect(answer.path.map(({ period }) => period)).toEqual(panel.periods)
    expect(answer.path.map(({ observed }) => observed)).toEqual(panel.treated[0]?.values)
    expect(answer.path.every(({ counterfactual }) => Number.isFinite(counterfactual))).toBe(true)
    expect(answer.assumptions.length).toBeGreaterThan(0)
    if (answer.interval) {
      expect(answer.interval.lower).toBeLessThan(answer.estimate)
      expect(answer.interval.upper).toBeGreaterThan(answer.estimate)
    }
  })

  test.each(['interrupted_series', 'difference_in_differences', 'synthetic_control'] as const)(
    'by %s is the gap between the two paths of the answer',
    async (method) => {
      const answer = await answerOf(panel, method)
      const after = answer.path.slice(start)
      const gaps = after.map(
        (point) => (point.observed as number) - (point.counterfactual as number),
      )
      expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(answer.estimate, 8)
    },
  )

  test('before and after is never called causal, nor given a p-value', async () => {
    const answer = await answerOf(panel, 'before_after')
    expect(answer).toMatchObject({
      causal: false,
      standardError: null,
      interval: null,
      pValue: null,
    })
  })

  test('by synthetic control has the smallest p-value that its placebos allow', async () => {
    const answer = await evaluateEffect(panel, 'synthetic_control')
    if (isRefusal(answer)) throw new Error(answer.refused)
    expect(answer.pValue).toBe(1 / (answer.detail.placebos.length + 1))
    expect(answer.interval?.lower).toBeGreaterThan(0)
  })

  test('lets others have their turn while it works', async () => {
    let turns = 0
    let isDone = false
    const count = () => {
      turns += 1
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    await answerOf(panel, 'synthetic_control')
    isDone = true
    expect(turns).toBeGreaterThanOrEqual(25)
  })

  test('is refused with the method and the reason', async () => {
    const lonely = { ...panel, controls: [] }
    expect(await evaluateEffect(lonely, 'difference_in_differences')).toEqual({
      method: 'difference_in_differences',
      refused: 'no_controls',
    })
    expect(await evaluateEffect(lonely, 'synthetic_control')).toEqual({
      method: 'synthetic_control',
      refused: 'too_few_donors',
      needed: 2,
      found: 0,
    })
    const late = { ...panel, treated: panel.treated.map((series) => ({ ...series, start: 18 })) }
    expect(await evaluateEffect(late, 'interrupted_series')).toEqual({
      method: 'interrupted_series',
      refused: 'too_few_after',
      needed: 4,
      found: 2,
    })
    expect(await evaluateEffect({ ...panel, treated: [] }, 'before_after')).toEqual({
      method: 'before_after',
      refused: 'no_treated',
    })
  })

  test('does not change what it is given', async () => {
    const copy = structuredClone(panel)
    for (const method of ['difference_in_differences', 'synthetic_control'] as const)
      await evaluateEffect(panel, method)
    expect(panel).toEqual(copy)
  })
})

describe('warnings', () => {
  test('of trends that differ before the start', async () => {
    const diverging = { ...panel, treated: areas(6, 't', 0, 0.5) }
    const answer = await answerOf(diverging, 'difference_in_differences')
    expect(answer.warnings).toEqual(['pre_trend_differs'])
  })

  test('of few areas and of areas left out', async () => {
    const [first, ...others] = panel.controls.slice(0, 6)
    const gappy = { area: 'c0', values: first?.values.map((x, t) => (t ? x : null)) ?? [] }
    const few = { ...panel, treated: areas(2, 't'), controls: [gappy, ...others] }
    const answer = await answerOf(few, 'difference_in_differences')
    expect(answer.warnings.filter((warning) => warning !== 'pre_trend_differs')).toEqual([
      'few_treated_areas',
      'few_clusters',
      'areas_left_out',
    ])
    const synthetic = await answerOf(few, 'synthetic_control', { isDemeaned: true })
    expect(synthetic.warnings).toEqual(
      expect.arrayContaining(['treated_averaged', 'few_placebos', 'areas_left_out']),
    )
  })

  test('of a short and autocorrelated series with a gap', async () => {
    const values = Array.from({ length }, (_, t) => (t === 3 ? null : Math.sin(t / 2)))
    const wave = { ...panel, treated: [{ area: 't', start, values }] }
    const answer = await answerOf(wave, 'interrupted_series')
    expect(answer.warnings).toEqual(['gaps_in_series', 'short_series', 'autocorrelated'])
  })

  test('of one area against one', async () => {
    const pair = { ...panel, controls: panel.controls.slice(0, 1) }
    const answer = await answerOf(pair, 'difference_in_differences')
    expect(answer.warnings).toContain('no_standard_error')
    expect(answer.warnings).toContain('pre_trend_untested')
    expect(answer).toMatchObject({ standardError: null, interval: null, pValue: null })
  })
})
