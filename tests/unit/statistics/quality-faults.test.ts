import { beforeAll, describe, expect, test } from 'vitest'
import type { Batch, Figure } from '../../../src/statistics/quality/batch.ts'
import {
  type CheckId,
  checkBatch,
  checks,
  type QualityResult,
  runChecks,
} from '../../../src/statistics/quality/checks.ts'
import { sampleSize } from '../../../src/statistics/quality/findings.ts'
import type { Observation } from '../../../src/statistics/store.ts'
import { asFigure, readBundled } from '../../support/bundled-figures.ts'

const indicators = [
  'A1101',
  'A110101',
  'A110102',
  'A1301',
  'A1302',
  'A1303',
  'age.unknown',
  'A1700',
  '#A03503',
]
let catalogue: Batch['catalogue']
let held: Observation[]
/** The census of 2020 as one delivery; what holds is everything before it. */
let census: Figure[]

beforeAll(async () => {
  const bundled = await readBundled()
  catalogue = bundled.catalogue
  const rows = bundled.all.filter(
    ({ indicator, area }) => indicators.includes(indicator) && area.endsWith('000'),
  )
  held = rows.filter(({ year }) => year < 2020)
  census = rows
    .filter(({ year, type }) => year === 2020 && type === 'year')
    .map((row) => ({ ...asFigure(row), source_id: 'census' }))
})

const check = (figures: readonly Figure[], changes: Partial<Batch> = {}) =>
  checkBatch({ published: '2021', today: '2021-12-01', figures, held, catalogue, ...changes })

const of = (results: readonly QualityResult[], severity: string) =>
  results.filter((result) => result.severity === severity)

const errorsIn = (figures: readonly Figure[], changes?: Partial<Batch>) => [
  ...new Set(of(check(figures, changes).results, 'error').map(({ check: id }) => id)),
]

/** The census with some figures changed. */
const changed = (
  isMeant: (figure: Figure) => boolean,
  change: (figure: Figure) => Partial<Figure>,
) => census.map((figure) => (isMeant(figure) ? { ...figure, ...change(figure) } : figure))

const at = (indicator: string, area: string) => (figure: Figure) =>
  figure.indicator === indicator && figure.area === area

const times = (factor: number) => (figure: Figure) => ({ value: (figure.value ?? 0) * factor })

describe('a census without faults', () => {
  test('passes every check, and says which there were', () => {
    expect(census).toHaveLength(8 * 48)
    const { results, merged } = check(census)
    expect(of(results, 'error')).toEqual([])
    expect(merged).toEqual(census)
    expect([...new Set(results.map(({ check: id }) => id))]).toEqual(Object.keys(checks))
  })

  test('is judged alike in any order', () => {
    expect(errorsIn([...census].reverse())).toEqual([])
    const broken = changed(at('A1101', '13000'), ({ value }) => ({ value: (value ?? 0) + 1 }))
    expect(errorsIn([...broken].reverse())).toEqual(errorsIn(broken))
  })

  test('is nothing at all when it is empty', () => {
    expect(of(check([]).results, 'passed')).toHaveLength(Object.keys(checks).length)
  })
})

describe('planted faults', () => {
  test.each([10, 100, 1000, 0.1, 0.01, 0.001])('unit × %s of one indicator', (factor) => {
    const figures = changed(({ indicator }) => indicator === 'A1101', times(factor))
    const whole = figures.map(({ value, ...rest }) => ({
      ...rest,
      value: value === null ? null : Math.round(value),
    }))
    expect(errorsIn(whole)).toContain('unit_jump')
  })

  test('unit × 1000 of everything, sums and all', () => {
    const figures = changed(({ indicator }) => indicator !== '#A03503', times(1000))
    const { results } = check(figures)
    const jumps = of(results, 'error').filter(({ check: id }) => id === 'unit_jump')
    expect(jumps.map(({ scope }) => scope)).toContain('A1101 2020')
    expect(errorsIn(figures)).not.toContain('area_sum')
  })

  test('unit × 10 of one prefecture', () => {
    const total = changed(at('A1101', '27000'), times(10))
    expect(errorsIn(total)).toEqual(expect.arrayContaining(['unit_jump', 'area_sum', 'part_sum']))
  })

  test('codes of two areas swapped', () => {
    const other: Record<string, string> = { '13000': '31000', '31000': '13000' }
    const figures = changed(
      ({ area }) => area in other,
      ({ area }) => ({ area: other[area] as string }),
    )
    const swapped = of(check(figures).results, 'error').filter(
      ({ check: id }) => id === 'swapped_areas',
    )
    expect(swapped.map(({ scope }) => scope)).toContain('A1101 2020')
    expect(swapped[0]?.sample.map(({ area }) => area).sort()).toEqual(['13000', '31000'])
    // Every sum still holds: nothing else can see it.
    expect(errorsIn(figures)).toEqual(['swapped_areas'])
  })

  test('a page sent twice is merged, with a warning', () => {
    const page = census.slice(100, 200)
    const { results, merged } = check([...census, ...page])
    expect(of(results, 'error')).toEqual([])
    const found = of(results, 'warning').filter(({ check: id }) => id === 'uniqueness')
    expect(found.reduce((sum, { failing }) => sum + failing, 0)).toBe(100)
    expect(found[0]?.sample).toHaveLength(Math.min(sampleSize, found[0]?.failing ?? 0))
    expect(merged).toEqual(census)
  })

  test('the same key with two values', () => {
    const [first] = census
    if (!first) throw new Error('There is no census.')
    const figures = [...census, { ...first, value: (first.value ?? 0) + 1 }]
    expect(errorsIn(figures)).toEqual(['uniqueness'])
    const mark = { ...first, value: null, mark: 'X' }
    expect(errorsIn([...census, mark])).toEqual(['uniqueness'])
  })

  test('a missing page', () => {
    const page = new Set(census.slice(60, 90))
    const figures = census.filter((figure) => !page.has(figure))
    const [found] = of(check(figures).results, 'error')
    expect(found?.check).toBe('completeness')
    expect(errorsIn(figures, { isPart: true })).toEqual([])
  })

  test('one area dropped', () => {
    const figures = census.filter(({ area }) => area !== '31000')
    const found = of(check(figures).results, 'error')
    expect(found[0]).toMatchObject({
      check: 'completeness',
      observed: '46',
      expected: '47',
      failing: 1,
      sample: [{ area: '31000' }],
    })
  })

  test('X turned into 0', () => {
    const withheld = [
      ...held,
      ...census.filter(at('A1700', '31000')).map((figure) => ({
        ...figure,
        value: null,
        mark: 'X',
        status: 'suppressed' as const,
        vintage: '2020',
        label: '2020',
        type: 'year' as const,
        year: 2020,
      })),
    ]
    const zero = changed(at('A1700', '31000'), () => ({ value: 0 }))
    const found = of(check(zero, { held: withheld }).results, 'error')
    expect(found.map(({ check: id }) => id)).toContain('mark_share')
    expect(errorsIn(census, { held: withheld })).toEqual([])
  })

  test('values turned into marks', () => {
    const now = census.map((figure) => ({
      ...figure,
      vintage: '2021',
      label: '2020',
      type: 'year' as const,
      year: 2020,
    }))
    const lost = changed(
      ({ indicator, area }) => indicator === 'A1700' && area < '10000',
      () => ({ value: null, mark: '***', status: 'missing' }),
    )
    expect(errorsIn(lost, { held: [...held, ...now] })).toEqual(['mark_share'])
  })

  test.each([-1, 1])('the years of a series shifted by %i', (years) => {
    const rows = held.filter(
      ({ indicator, year, type }) => indicator === 'A1101' && type === 'year' && year >= 1996,
    )
    const shifted = rows.map((row) => ({
      ...asFigure(row),
      source_id: 'estimates',
      period: `${row.year + years}000000`,
    }))
    expect(errorsIn(shifted)).toContain('period_shift')
    expect(errorsIn(rows.map(asFigure))).not.toContain('period_shift')
  })

  test('last year’s table as this year’s', () => {
    const rows = held.filter(({ indicator, period }) => {
      return indicator === 'A1101' && period === '2018000000'
    })
    const stale = rows.map((row) => ({ ...asFigure(row), period: '2019000000' }))
    const before = held.filter(({ year }) => year < 2019)
    expect(errorsIn(stale, { held: before, published: '2020' })).toContain('period_shift')
  })

  test.each(['A1101', 'A1303'])('a sum broken by 1 in %s', (indicator) => {
    const figures = changed(at(indicator, '20000'), ({ value }) => ({ value: (value ?? 0) + 1 }))
    expect(errorsIn(figures)).toEqual(['area_sum', 'part_sum'])
  })

  test('sums of what was rounded may be off by half a unit each', () => {
    const rounded = census.map((figure) => {
      const isRounded = figure.indicator !== '#A03503' && figure.value !== null
      return isRounded
        ? { ...figure, value: Math.round((figure.value ?? 0) / 1000) * 1000 }
        : figure
    })
    expect(errorsIn(rounded)).toEqual([])
    const far = rounded.map((figure) =>
      at('A1101', '00000')(figure) ? { ...figure, value: (figure.value ?? 0) + 60_000 } : figure,
    )
    expect(errorsIn(far)).toEqual(['area_sum', 'part_sum'])
  })

  test('male and female exchanged are in no sum, but stand out as warnings', () => {
    const swap: Record<string, string> = { A110101: 'A110102', A110102: 'A110101' }
    const figures = census.map((figure) => ({
      ...figure,
      indicator: swap[figure.indicator] ?? figure.indicator,
    }))
    expect(errorsIn(figures)).toEqual([])
    const found = of(check(figures).results, 'warning').filter(
      ({ check: id }) => id === 'sex_ratio',
    )
    expect(found.map(({ scope }) => scope)).toEqual(['A110101 2020'])
  })

  test.each<[string, Partial<Figure>, CheckId]>([
    ['an unknown indicator', { indicator: 'A9999' }, 'schema'],
    ['an unknown area', { area: '48000' }, 'referential'],
    ['a period of no known form', { period: '2020999999' }, 'schema'],
    ['neither value nor mark', { value: null }, 'schema'],
    ['value and mark', { mark: '***' }, 'schema'],
    ['another unit', { unit: '千人' }, 'schema'],
    ['a negative count', { value: -1 }, 'range'],
    ['half a person', { value: 0.5 }, 'range'],
    ['NaN', { value: Number.NaN }, 'range'],
    ['Infinity', { value: Number.POSITIVE_INFINITY }, 'range'],
    ['more than there is', { value: 1e300 }, 'range'],
  ])('%s', (_, fault, expected) => {
    const figures = changed(at('A1700', '13000'), () => fault)
    const found = of(check(figures).results, 'error').filter(({ check: id }) => id === expected)
    expect(found).toHaveLength(1)
    expect(found[0]?.failing).toBe(1)
  })

  test.each([130, -0.1])('a share of %s %%', (value) => {
    const figure: Figure = {
      indicator: '#A03503',
      area: '13000',
      period: '2020100000',
      value,
      mark: null,
      status: 'final',
      source_id: 'ssds-a',
    }
    const later = { isPart: true, published: '2024-08-10', today: '2024-08-11' }
    expect(errorsIn([figure], later)).toEqual(['range'])
    expect(errorsIn([{ ...figure, value: 22.7, unit: '%' }], later)).toEqual([])
  })

  test('published tomorrow, and older than what holds', () => {
    expect(errorsIn(census, { published: '2021-12-02' })).toEqual(['freshness'])
    expect(errorsIn(census, { published: '2021-12-01' })).toEqual([])
    const newer = held.map((row) => ({ ...row, vintage: '2022-01-01', source_id: 'census' }))
    expect(errorsIn(census, { held: newer, today: '2023-01-01' })).toEqual(['freshness'])
    expect(errorsIn(census, { held: newer, today: '2023-01-01', published: '2022' })).toEqual([])
  })

  test('no more than a sample of many failing keys', () => {
    const figures = census.map((figure) => ({ ...figure, unit: '千人' }))
    for (const { failing, sample } of of(check(figures).results, 'error')) {
      expect(failing).toBe(48)
      expect(sample).toHaveLength(20)
    }
  })
})

test('checks go one at a time, and answer the figures without repetitions', () => {
  const figures = [...census, ...census]
  const steps = runChecks({ published: '2021', today: '2021-12-01', figures, held, catalogue })
  let count = 0
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) {
      expect(step.value).toEqual(census)
      break
    }
    count += 1
  }
  expect(count).toBe(Object.keys(checks).length + 1)
})

describe('a revision that nobody makes', () => {
  const revised = (factorOf: (n: number) => number) => {
    let n = 0
    return changed(
      ({ indicator, area }) => indicator === 'A1700' && area !== '00000',
      ({ value }) => {
        n += 1
        return { value: Math.round((value ?? 0) * factorOf(n)) }
      },
    ).filter(({ indicator }) => indicator === 'A1700')
  }
  const heldNow = () => census.map((row) => ({ ...row, vintage: '2021' }) as Observation)
  const judge = (figures: readonly Figure[]) =>
    check(figures, { held: [...held, ...asHeld(heldNow())], published: '2022', isPart: true })
      .results.filter(({ check: id }) => id === 'revision_size')
      .map(({ severity }) => severity)

  test('is an error: most areas by uneven factors, or one by ten and more', () => {
    expect(judge(revised((n) => 2 + (n % 7)))).toEqual(['error'])
    expect(judge(revised((n) => (n === 5 ? 300 : 1)))).toEqual(['error'])
  })

  test('is a warning where a few areas are revised by a fifth', () => {
    expect(judge(revised((n) => (n < 4 ? 1.2 : 1)))).toEqual(['warning'])
  })
})

/** Rows as they are stored. */
function asHeld(rows: readonly Observation[]): Observation[] {
  return rows.map((row) => ({ ...row, label: '2020', type: 'year', year: 2020 }))
}
