import { insertMany } from '../../db/bulk.ts'
import { transact } from '../../db/transact.ts'
import type { App } from '../../src/fastify.ts'
import { evenPeriods } from '../../src/statistics/policy/panel.ts'
import { seededRandom } from '../../src/statistics/random.ts'
import { observationColumns } from '../../src/statistics/store.ts'
import { test as base, describe, expect } from '../support/statistics.ts'

const years = Array.from({ length: 20 }, (_, n) => 2001 + n)
const donors = Array.from({ length: 24 }, (_, n) => `${String(n + 20).padStart(2, '0')}000`)
const effect = 5

/**
 * An indicator that was made up: the treated area is half of each of two donors, with a noise of its
 * own, and `effect` more from 2013 on; another one has nothing in common with any donor.
 */
const test = base.extend<{ policy: (changes?: object) => Promise<string> }>({
  policy: [
    async ({ app, db, signIn }, use) => {
      const random = seededRandom(7)
      const noise = new Map(donors.map((area) => [area, years.map(() => random() - 0.5)]))
      const donorAt = (area: string, n: number) =>
        40 + Number(area.slice(0, 2)) / 2 + 0.3 * n + (noise.get(area)?.[n] ?? 0)
      const [one = '', two = ''] = [donors[3], donors[9]]
      const own = years.map(() => (random() - 0.5) / 2)
      const treatedAt = (n: number) =>
        (donorAt(one, n) + donorAt(two, n)) / 2 +
        (own[n] ?? 0) +
        ((years[n] ?? 0) >= 2013 ? effect : 0)
      const rowsOf = (indicator: string, area: string, valueAt: (n: number) => number) =>
        years.map((year, n) => ({
          indicator,
          area,
          period: `${year}000000`,
          vintage: '2022',
          value: valueAt(n),
          mark: null,
          status: 'final',
          source_id: 'census',
          superseded: null,
        }))
      await transact(db, async (trx) => {
        for (const code of ['made.up', 'made.alone']) {
          await trx
            .insertInto('indicators')
            .values({
              code,
              name_ja: code,
              name_en: code,
              unit: '％',
              kind: 'rate',
              category: 'test',
              aggregation: 'none',
              decimals: 1,
              family: null,
              formula: null,
              direction: 'up',
              position: 900,
            })
            .execute()
        }
        await insertMany(trx, 'observations', observationColumns, [
          ...rowsOf('made.up', '13000', treatedAt),
          ...donors.flatMap((area) => rowsOf('made.up', area, (n) => donorAt(area, n))),
          ...rowsOf('made.alone', '13000', (n) => (n % 2 === 0 ? 1000 : -1000)),
          ...donors.flatMap((area) => rowsOf('made.alone', area, (n) => donorAt(area, n))),
        ])
        await trx
          .updateTable('statistics_state')
          .set((eb) => ({ version: eb('version', '+', 1) }))
          .execute()
      })
      const root = await signIn('SystemAdmin')
      const usual = {
        name_ja: '子育て支援',
        indicator: 'made.up',
        areas: ['13000'],
        starts_on: '2013-04-01',
      }
      await expect
        .poll(async () => (await app.library.read()).indicators.has('made.up'), { timeout: 45_000 })
        .toBe(true)
      await use(async (changes = {}) => {
        const created = await root.post('/api/v1/policy', { ...usual, ...changes })
        expect(created.statusCode, created.body).toBe(201)
        return created.json().id
      })
    },
    { scope: 'file' },
  ],
})

const ask = async (app: App, id: string, query = '') => {
  const response = await app.inject(`/api/v1/policy/${id}/effect?${query}`)
  return { status: response.statusCode, ...response.json() }
}

describe('GET /api/v1/policy/{id}/effect', () => {
  test('finds the effect that was put in, by each method, and says what each assumes', async ({
    app,
    policy,
  }) => {
    const answer = await ask(app, await policy())
    expect(answer).toMatchObject({
      start_period: '2013',
      scale: 'absolute',
      unit: '％',
      treated_areas: ['13000'],
    })
    expect(answer.control_areas).toHaveLength(24)
    const by = Object.fromEntries(
      answer.effects.map((each: { method: string }) => [each.method, each]),
    )
    expect(by.before_after.causal).toBe(false)
    // The trend of 0.3 a year over ten years between the middles of both spans comes on top.
    expect(by.before_after.estimate).toBeCloseTo(effect + 0.3 * 10, 0)
    for (const method of ['interrupted_series', 'difference_in_differences', 'synthetic_control']) {
      const { causal, estimate, interval, p_value, assumptions, refusal } = by[method]
      expect(refusal, method).toBeNull()
      expect(causal, method).toBe(true)
      expect(Math.abs(estimate - effect), method).toBeLessThan(0.6)
      expect(interval.lower, method).toBeGreaterThan(0)
      expect(interval.upper, method).toBeGreaterThan(effect - 0.6)
      expect(p_value, method).toBeLessThan(0.05)
      expect(assumptions.length, method).toBeGreaterThan(1)
    }
    const { detail } = by.difference_in_differences
    expect(detail.pre_trend.p_value).toBeGreaterThan(0.05)
    expect(
      detail.event_study.find((each: { event: number }) => each.event === 0).estimate,
    ).toBeGreaterThan(4)
    const synthetic = by.synthetic_control.detail
    const weights: number[] = synthetic.weights.map(({ weight }: { weight: number }) => weight)
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6)
    expect(Math.min(...weights)).toBeGreaterThan(0)
    expect(by.synthetic_control.p_value).toBeCloseTo(1 / (synthetic.placebos.length + 1), 10)
  })

  test('finds nothing where nothing was put in', async ({ app, policy }) => {
    const id = await policy({ areas: [donors[5]], control_areas: donors.filter((_, n) => n !== 5) })
    const { effects } = await ask(app, id, 'method=difference_in_differences')
    expect(effects).toHaveLength(1)
    expect(Math.abs(effects[0].estimate)).toBeLessThan(1)
    expect(effects[0].p_value).toBeGreaterThan(0.05)
  })

  test('refuses one method with its reason, and beside others lists it', async ({
    app,
    policy,
  }) => {
    const late = await policy({ starts_on: '2019-01-01' })
    const problem = await ask(app, late, 'method=interrupted_series')
    expect(problem).toMatchObject({ status: 422, code: 'too_few_after' })
    expect(problem.detail).toMatch(/4.*2/)
    const { status, effects } = await ask(app, late)
    expect(status).toBe(200)
    const refused = effects.find((each: { method: string }) => each.method === 'interrupted_series')
    expect(refused.estimate).toBeNull()
    expect(refused.refusal).toMatchObject({ code: 'too_few_after', ja: expect.stringMatching('4') })

    const alone = await policy({ indicator: 'made.alone' })
    const fit = await ask(app, alone, 'method=synthetic_control')
    expect(fit).toMatchObject({ status: 422, code: 'poor_pre_fit' })
    expect(fit.detail).not.toMatch(/\d\.\d{4}/)
  })

  test('waits for an effect, keeps to years, and rescales to 100 before the start', async ({
    app,
    policy,
  }) => {
    const id = await policy()
    const later = await ask(app, id, 'method=difference_in_differences&lag=2')
    expect(later.start_period).toBe('2015')
    const cut = await ask(app, id, 'method=difference_in_differences&from=2008&to=2016')
    expect([cut.periods[0], cut.periods.at(-1)]).toEqual(['2008', '2016'])
    const index = await ask(app, id, 'method=difference_in_differences&scale=index')
    const before = index.rows.find((row: { period: string }) => row.period === '2012')
    expect(before.observed).toBe(100)
  })

  test('is the same for the same seed, draws a chart, and writes lines', async ({
    app,
    policy,
  }) => {
    const id = await policy({ control_areas: donors.slice(0, 6) })
    const of = async (seed: number) => (await ask(app, id, `seed=${seed}`)).effects
    expect(await of(3)).toEqual(await of(3))
    const chart = await ask(app, id, 'format=chartjs')
    expect(chart.datasets[0].id).toBe('observed')
    expect(chart.datasets[0].data).toHaveLength(20)
    const csv = await app.inject(`/api/v1/policy/${id}/effect?format=csv`)
    expect(csv.body).toMatch(
      /^method,period,observed,counterfactual,lower,upper,gap,after_start\r\n/,
    )
  })

  test('works on real figures: births in 鳥取県 beside all other prefectures', async ({
    app,
    policy,
  }) => {
    const id = await policy({
      indicator: '合計特殊出生率',
      areas: ['鳥取県'],
      starts_on: '2015-04-01',
      direction: 'up',
    })
    const { status, effects, meta, periods } = await ask(app, id)
    expect(status).toBe(200)
    expect(periods.at(-1)).toBe('2021')
    expect(meta.credit).toMatch(/加工して作成/)
    expect(effects.some((each: { refusal: unknown }) => each.refusal === null)).toBe(true)
  })

  test.for([
    ['lag=20', 422, 'start_outside_periods'],
    ['from=2014', 422, 'start_outside_periods'],
    ['from=2150', 404, 'figures_not_found'],
    ['method=prayer', 422, 'invalid_request'],
  ] as const)('refuses %s with %i %s', async ([query, status, code], { app, policy }) => {
    expect(await ask(app, await policy(), query)).toMatchObject({ status, code })
  })

  test('is 404 for a policy that is not there', async ({ app }) => {
    const problem = await ask(app, '01990f6e-5c00-7000-8000-0123456789ab')
    expect(problem).toMatchObject({ status: 404, code: 'policy_not_found' })
  })
})

test('periods of a panel are the last ones that are equally far apart', () => {
  const points = [1990, 1995, 1996, 1997, 1998].map((year) => ({ year, label: String(year) }))
  expect(evenPeriods(points)).toEqual(['1995', '1996', '1997', '1998'])
  expect(evenPeriods([2000, 2005, 2010].map((year) => ({ year, label: String(year) })))).toEqual([
    '2000',
    '2005',
    '2010',
  ])
  expect(evenPeriods([])).toEqual([])
})
