import type { IndicatorRow } from '../../db/tables/statistics.ts'

/** An indicator that is worked out of others: sum of `parts` less `minus`, over `over`, times `factor`. */
export type Derivation = Omit<IndicatorRow, 'position' | 'aggregation' | 'family' | 'formula'> & {
  direction: 'up' | 'down'
  parts: readonly string[]
  minus?: readonly string[]
  over?: readonly string[]
  factor?: number
  /** Inputs that only municipalities have are added up to prefectures. */
  fromMunicipalities?: true
  /** The year that the livability index takes unless it is told another. */
  year: number
}

const per = (
  code: string,
  name_ja: string,
  name_en: string,
  unit: string,
  rule: Pick<Derivation, 'parts' | 'direction' | 'category' | 'year'> & Partial<Derivation>,
): Derivation => ({ code, name_ja, name_en, unit, kind: 'rate', decimals: 2, ...rule })

/** The fourteen indicators of the livability index. */
export const derivations: readonly Derivation[] = [
  per('doctors_per_100k', '人口10万人当たり医師数', 'Physicians per 100,000', '人/10万人', {
    parts: ['I6100'],
    over: ['A1101'],
    factor: 100_000,
    direction: 'up',
    category: 'safety_health',
    year: 2020,
  }),
  per(
    'medical_facilities_per_100k',
    '人口10万人当たり一般病院・一般診療所数',
    'General hospitals and clinics per 100,000',
    '施設/10万人',
    {
      parts: ['I510120', 'I5102'],
      over: ['A1101'],
      factor: 100_000,
      direction: 'up',
      category: 'safety_health',
      year: 2021,
    },
  ),
  per(
    'nursery_waiting_per_1000_children',
    '15歳未満人口千人当たり保育所等待機児童数',
    'Children waiting for nursery per 1,000 aged 0-14',
    '人/千人',
    {
      parts: ['J250502'],
      over: ['A1301'],
      factor: 1000,
      direction: 'down',
      category: 'children',
      year: 2020,
    },
  ),
  per('total_fertility_rate', '合計特殊出生率', 'Total fertility rate', '', {
    parts: ['A4103'],
    direction: 'up',
    category: 'children',
    year: 2021,
  }),
  per('unemployment_rate', '完全失業率', 'Unemployment rate', '％', {
    parts: ['F1107'],
    over: ['F1102', 'F1107'],
    factor: 100,
    kind: 'share',
    fromMunicipalities: true,
    direction: 'down',
    category: 'economy',
    year: 2020,
  }),
  per('income_per_capita', '1人当たり県民所得', 'Prefectural income per capita', '千円', {
    parts: ['C122101'],
    kind: 'value',
    decimals: 0,
    direction: 'up',
    category: 'economy',
    year: 2019,
  }),
  per('dwelling_floor_area', '1住宅当たり延べ面積', 'Floor area per dwelling', 'm2', {
    parts: ['H2130'],
    kind: 'value',
    decimals: 1,
    direction: 'up',
    category: 'housing',
    year: 2018,
  }),
  per('vacancy_rate', '空き家率', 'Vacant dwelling rate', '％', {
    parts: ['H110202'],
    over: ['H1100'],
    factor: 100,
    kind: 'share',
    direction: 'down',
    category: 'housing',
    year: 2018,
  }),
  per('libraries_per_100k', '人口10万人当たり図書館数', 'Libraries per 100,000', '館/10万人', {
    parts: ['G1401'],
    over: ['A1101'],
    factor: 100_000,
    direction: 'up',
    category: 'culture',
    year: 2021,
  }),
  per('restaurants_per_1000', '人口千人当たり飲食店数', 'Restaurants per 1,000', '店/千人', {
    parts: ['H6131'],
    over: ['A1101'],
    factor: 1000,
    direction: 'up',
    category: 'convenience',
    year: 2021,
  }),
  per('waste_per_person_day', '1人1日当たりごみ排出量', 'Waste per person per day', 'g', {
    parts: ['H5610'],
    kind: 'value',
    decimals: 0,
    direction: 'down',
    category: 'environment',
    year: 2021,
  }),
  per('recycling_rate', 'ごみのリサイクル率', 'Waste recycling rate', '％', {
    parts: ['H5614'],
    kind: 'share',
    decimals: 1,
    direction: 'up',
    category: 'environment',
    year: 2021,
  }),
  per('natural_park_share', '総面積に占める自然公園面積割合', 'Natural park share of land', '％', {
    parts: ['B2101'],
    over: ['B1101'],
    factor: 100,
    kind: 'share',
    direction: 'up',
    category: 'environment',
    year: 2021,
  }),
  per('net_migration_rate', '転入超過率（日本人）', 'Net migration rate (Japanese)', '％', {
    parts: ['A5101'],
    minus: ['A5102'],
    over: ['A1101'],
    factor: 100,
    direction: 'up',
    category: 'attractiveness',
    year: 2020,
  }),
]

/** Where a denominator has no figure for a year, the latest one that is at most this much older. */
const oldestDenominator = 5

export function formulaOf({ parts, minus = [], over, factor = 1 }: Derivation): string {
  const top = [parts.join(' + '), ...minus].join(' - ')
  const ratio = over ? `(${top}) / (${over.join(' + ')})` : top
  return factor === 1 ? ratio : `${ratio} * ${factor}`
}

/** The codes a derivation reads. */
export function inputsOf({ parts, minus = [], over = [] }: Derivation): string[] {
  return [...new Set([...parts, ...minus, ...over])]
}

/** Figures of one indicator and area by year. */
export type Lookup = (indicator: string, area: string, year: number) => number | undefined

export type DerivedFigure = { area: string; year: number; value: number; denominatorYear?: number }

/** Every figure that can be worked out for `areas`; where an input is missing there is none. */
export function derive(
  derivation: Derivation,
  areas: readonly string[],
  years: readonly number[],
  lookup: Lookup,
): DerivedFigure[] {
  const { parts, minus = [], over, factor = 1 } = derivation
  const total = (codes: readonly string[], area: string, year: number) =>
    codes.reduce<number | undefined>((sum, code) => {
      const value = lookup(code, area, year)
      return sum === undefined || value === undefined ? undefined : sum + value
    }, 0)
  return areas.flatMap((area) =>
    years.flatMap((year) => {
      const top = total(parts, area, year)
      const less = total(minus, area, year)
      if (top === undefined || less === undefined) return []
      if (!over) return [{ area, year, value: (top - less) * factor }]
      for (let back = 0; back <= oldestDenominator; back += 1) {
        const bottom = total(over, area, year - back)
        if (!bottom) continue
        const value = ((top - less) / bottom) * factor
        return [{ area, year, value, denominatorYear: year - back }]
      }
      return []
    }),
  )
}
