import type { GraphType } from '../../schemas/analysis/charts.ts'
import type { Chart, Series } from '../../src/analysis/charts/model.ts'

const years = ['2021年度', '2022年度', '2023年度', '2024年度']

const bars = (name: string, values: (number | null)[]): Series => ({ name, kind: 'bar', values })

const base = { title: '部門別の売上', x_title: '年度', y_title: '売上', legend_title: '部門' }

/** One chart of each kind, with gaps, negative numbers and large ones. */
export const sampleCharts: Record<GraphType, Chart> = {
  scatter: {
    ...base,
    kind: 'scatter',
    x_title: '売上',
    y_title: '利益',
    categories: [],
    series: ['東日本', '西日本'].map((name, at) => ({
      name,
      kind: 'points',
      x: [120, 340, 560, 810].map((x) => x * (1 + at / 3)),
      values: [12, -20, 75, 90].map((y) => y + 11 * at),
      labels: ['札幌', '東京', '名古屋', '福岡'],
    })),
  },
  bar: {
    ...base,
    kind: 'bar',
    categories: years,
    series: [
      bars('営業部', [12_000_000, 15_500_000, null, 18_200_000]),
      bars('開発部', [8_000_000, -3_500_000, 9_900_000, 7_000_000]),
    ],
  },
  'horizontal bar': {
    kind: 'horizontal bar',
    title: '支店別の売上',
    x_title: '売上',
    y_title: '支店',
    categories: [
      '東京本店',
      '大阪支店',
      '名古屋支店',
      'とても長い名前を持つ北海道札幌市中央区支店',
      null,
    ],
    series: [bars('売上', [980, 720, 430, 210, 35])],
  },
  line: {
    ...base,
    kind: 'line',
    categories: Array.from(
      { length: 24 },
      (_, at) => `${2023 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`,
    ),
    series: ['営業部', '開発部', '管理部'].map((name, at) => ({
      name,
      kind: 'line',
      values: Array.from({ length: 24 }, (_, n) =>
        at === 1 && n > 7 && n < 11 ? null : 5e8 + 2e8 * Math.sin(n / 3 + at) + 5e6 * n * at,
      ),
    })),
  },
  'stacked bar': {
    ...base,
    kind: 'stacked bar',
    categories: years,
    series: [
      bars('営業部', [300, 320, 350, 400]),
      bars('開発部', [200, null, 180, 160]),
      bars('管理部', [50, 55, 60, 52]),
    ],
  },
  'line&bar': {
    kind: 'line&bar',
    title: '売上と利益率',
    x_title: '年度',
    y_title: '売上',
    y_right_title: '利益率',
    categories: years,
    series: [
      { ...bars('売上', [12_000_000, 15_500_000, 14_000_000, 18_200_000]), side: 'left' },
      { name: '利益率', kind: 'line', values: [0.12, 0.15, null, 0.21], side: 'right' },
    ],
  },
  waterfall: {
    kind: 'waterfall',
    title: '利益の増減',
    x_title: '要因',
    y_title: '利益',
    categories: ['数量', '単価', '原価', '人件費', '広告'],
    series: [bars('利益', [450, 230, -310, null, -120])],
    waterfall: { measure: 'relative', base: 1000, total_label: '当期' },
  },
  pie: {
    kind: 'pie',
    title: '構成比',
    x_title: '部門',
    y_title: '売上',
    categories: ['営業部', '開発部', '管理部', '企画部', '法務部'],
    series: [bars('売上', [500, 300, 150, null, 12])],
  },
}

/** Names that somebody would be glad to have read as something else. */
export const hostileNames = [
  '</script><script>window.broken = 1</script>',
  '<img src=x onerror="window.broken = 1">',
  '<b>太字</b><a href="http://example.com">link</a>',
  '\u202eevil\u202c \u0000 \u001b[31m',
  'あ'.repeat(10_000),
  `${'あ'.repeat(9_999)}い`,
  '$\\frac{1}{2}$',
  '%{y} {{x}}',
  'constructor',
  '__proto__',
  '&lt;',
  '\ud800',
  '',
]

/** A chart of a kind that has nothing but hostile names. */
export function hostileChart(kind: GraphType): Chart {
  const chart = sampleCharts[kind]
  const values = hostileNames.map((_, at) => 10 + at)
  const [name] = hostileNames as [string]
  return {
    ...chart,
    title: hostileNames.join(' '),
    x_title: name,
    y_title: name,
    ...(chart.legend_title && { legend_title: name }),
    ...(chart.y_right_title && { y_right_title: name }),
    categories: chart.kind === 'scatter' ? [] : hostileNames,
    series: chart.series.map((series, at) => ({
      ...series,
      name: hostileNames[at] as string,
      values,
      ...(series.x && { x: values, labels: hostileNames }),
    })),
  }
}

/** A chart of a kind with more places and colours than there is room for their names. */
export function crowdedChart(kind: GraphType): Chart {
  const chart = sampleCharts[kind]
  const names = Array.from({ length: 150 }, (_, at) => `${at + 1} 番目の取引先`)
  const valuesOf = (part: number) => names.map((_, at) => ((at * 37 + part * 11) % 90) * 1e6 + 1e6)
  const parts = kind === 'pie' || kind === 'line&bar' ? chart.series.length : 25
  return {
    ...chart,
    ...(parts === 25 && { legend_title: '部門' }),
    categories: kind === 'scatter' ? [] : names,
    series: Array.from({ length: parts }, (_, at) => ({
      ...(chart.series[at % chart.series.length] as Series),
      name: `${at + 1} 番の部門`,
      values: valuesOf(at),
      ...(kind === 'scatter' && { x: valuesOf(at + 5), labels: names }),
    })),
  }
}
