import { bar, en, grouped, ja } from './calls.ts'
import type { Overview, TableOverview } from './types.ts'

/** When all sentences are said: 21 November 2026, noon in Tokyo. */
export const saidAt = new Date('2026-11-21T03:00:00Z')

type Axis = TableOverview['axes'][number]
const axis = (name: string, values: string[], kind: Axis['kind'] = '軸'): Axis => ({
  name,
  kind,
  count: values.length,
  values,
})
const years = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String(first + index))

/** A table with a row for each combination of its values. */
function table(input: string, name: string, subjects: string[], axes: Axis[]): TableOverview {
  const row_count = axes.reduce((product, each) => product * each.count, subjects.length)
  return { input, name, row_count, subjects, axes }
}

const only = (original: TableOverview): Overview => ({ tables: [original], steps: [] })

const fiscalYear = axis('年度', years(2020, 2025), '推移')
const area = axis('地域', ['東京', '神奈川', '大阪', '名古屋', '福岡', '札幌'])
const division = axis('部門', ['営業', '製造', '開発', '物流'])
const product = axis('商品', ['ノートPC', 'モニター', 'キーボード', 'プリンター', '保守サービス'])
const japaneseSubjects = ['売上', 'コスト', '利益', '数量']
const japaneseSales = table('original', '販売実績', japaneseSubjects, [
  fiscalYear,
  area,
  division,
  product,
])

const year = axis('Year', years(2019, 2025), '推移')
const region = axis('Region', ['North', 'South', 'East', 'West', 'Central'])
const otherRegions = axis('Region', ['North', 'South', 'East', 'West'])
const department = axis('Department', ['Retail', 'Online', 'Wholesale', 'Services'])
const englishSubjects = ['Sales', 'Cost', 'Profit']
const englishSales = table('original', 'Results', englishSubjects, [year, region, department])

const months = years(2024, 2025).flatMap((each) =>
  Array.from({ length: 12 }, (_, index) => `${each}-${String(index + 1).padStart(2, '0')}`),
)
const month = axis('年月', months, '推移')
const shop = axis('店舗', ['新宿店', '渋谷店', '横浜店', '梅田店', '天神店'])
const channel = axis('チャネル', ['店頭', 'EC', '電話'])
const monthlySales = table(
  'original',
  '店舗月報',
  ['売上高', '客数', '返品'],
  [month, shop, channel],
)

const population = table(
  'original',
  '人口',
  ['人口'],
  [
    axis('年', years(2015, 2024), '推移'),
    axis('都道府県', ['東京都', '神奈川県', '大阪府', '北海道', '沖縄県']),
    axis('市区町村', [
      '世田谷区',
      '府中市',
      '横浜市',
      '川崎市',
      '大阪市',
      '堺市',
      '札幌市',
      '那覇市',
    ]),
    axis('年齢階級', ['0-14歳', '15-64歳', '65歳以上']),
  ],
)

/** `本社` is in two axes, `売上` is a 科目 and a value. */
const awkward = table(
  'original',
  'Ｓｈｅｅｔ １（写し）',
  ['売上', '販売費（円）', '在庫 数'],
  [
    axis('期', ['第1期', '第2期', '第3期', '第4期'], '推移'),
    axis('拠点 名', ['本社', '大阪支店', '"; DROP TABLE steps; --']),
    axis('担当部署(現)', ['本社', '営業１課', '営業２課']),
    axis('区分', ['売上', '対象外', 'A/B']),
    axis('Sales Rep', ["O'Brien", 'Lee', 'Select']),
  ],
)

const divisionsSince2021: Overview = {
  tables: [
    japaneseSales,
    table('step_0', '2021年度以降', japaneseSubjects, [
      axis('年度', years(2021, 2025), '推移'),
      area,
      division,
      product,
    ]),
    table('step_1', '部門別売上', ['売上合計'], [division]),
  ],
  steps: [
    {
      step: 'step_0',
      name: '2021年度以降',
      type: 'filter',
      input: 'original',
      config: { axis_range: [{ column: '年度', min: '2021' }] },
    },
    {
      step: 'step_1',
      name: '部門別売上',
      type: 'aggregate',
      input: 'step_0',
      config: grouped(['部門'], [ja.sum('売上')]),
    },
    {
      step: 'step_2',
      name: '部門別売上のグラフ',
      type: 'summary',
      input: 'step_1',
      config: { chart_config: bar('部門') },
    },
  ],
}

const regionsSorted: Overview = {
  tables: [
    englishSales,
    table('step_0', 'Without Central', englishSubjects, [year, otherRegions, department]),
    table('step_1', 'Sales by region', ['Sales total'], [otherRegions]),
    table('step_2', 'Largest first', ['Sales total'], [otherRegions]),
  ],
  steps: [
    {
      step: 'step_0',
      name: 'Without Central',
      type: 'filter',
      input: 'original',
      config: { category_exclude: { Region: ['Central'] } },
    },
    {
      step: 'step_1',
      name: 'Sales by region',
      type: 'aggregate',
      input: 'step_0',
      config: grouped(['Region'], [en.sum('Sales')]),
    },
    {
      step: 'step_2',
      name: 'Largest first',
      type: 'filter',
      input: 'step_1',
      config: { sort: [{ column: '値', descending: true }] },
    },
    {
      step: 'step_3',
      name: 'Chart of regions',
      type: 'summary',
      input: 'step_2',
      config: { chart_config: bar('Region') },
    },
  ],
}

const shopsByMonth: Overview = {
  tables: [monthlySales, table('step_0', '月別店舗別', ['売上高合計', '客数合計'], [month, shop])],
  steps: [
    {
      step: 'step_0',
      name: '月別店舗別',
      type: 'aggregate',
      input: 'original',
      config: grouped(['年月', '店舗'], [ja.sum('売上高'), ja.sum('客数')]),
    },
  ],
}

/** What the sentences are said about, by name. */
export const overviews: Record<string, Overview> = {
  sales: only(japaneseSales),
  results: only(englishSales),
  population: only(population),
  monthly: only(monthlySales),
  awkward: only(awkward),
  'sales with steps': divisionsSince2021,
  'results with steps': regionsSorted,
  'monthly with steps': shopsByMonth,
}
