import type { Meta } from '../../schemas/statistics/meta.ts'
import type { Chart, Features, JsonStat } from '../../schemas/statistics/shapes.ts'
import type { Catalogue } from './catalogue.ts'

export type Line = {
  id: string
  label: string
  unit: string
  points: readonly { label: string; value: number | null }[]
} & Record<string, unknown>

/** Lines over the same labels, in order; where a line has no point there is a gap. */
export function chartOf(lines: readonly Line[], meta: Meta): Chart {
  const labels = [...new Set(lines.flatMap(({ points }) => points.map(({ label }) => label)))]
  labels.sort(byLabel)
  const places = new Map(labels.map((label, n) => [label, n]))
  const datasets = lines.map(({ points, ...line }) => {
    const data = new Array<number | null>(labels.length).fill(null)
    for (const { label, value } of points) data[places.get(label) as number] = value
    return { ...line, data }
  })
  return { labels, datasets, meta }
}

/** Bars over areas or classes, in the order given. */
export function barsOf(
  labels: readonly string[],
  bars: readonly (Omit<Line, 'points'> & { data: readonly (number | null)[] })[],
  meta: Meta,
): Chart {
  return {
    labels: [...labels],
    datasets: bars.map((bar) => ({ ...bar, data: [...bar.data] })) as Chart['datasets'],
    meta,
  }
}

/** `FY2020` comes after `2020`, and both before `2021`. */
function byLabel(a: string, b: string): number {
  const [left, right] = [a, b].map((label) => label.replace(/^FY(\d+)$/, '$1-04-01')) as [
    string,
    string,
  ]
  return left < right ? -1 : left > right ? 1 : 0
}

export type CubeRow = {
  indicator: string
  area_code: string
  period: string
  value: number | null
  mark?: string | null
  status: string
}

/** A cube of JSON-stat 2.0: indicator × area × time, row-major, null where there is no figure. */
export function cubeOf(
  catalogue: Catalogue,
  rows: readonly CubeRow[],
  meta: Meta,
  label: string,
  labels: ReadonlyMap<string, { label: string; unit: string }>,
): JsonStat {
  const indicators = [...labels.keys()]
  const areas = [...new Set(rows.map(({ area_code }) => area_code))]
  const times = [...new Set(rows.map(({ period }) => period))].sort(byLabel)
  const place = (all: readonly string[]) => new Map(all.map((each, n) => [each, n]))
  const [byIndicator, byArea, byTime] = [place(indicators), place(areas), place(times)]
  const value = new Array<number | null>(indicators.length * areas.length * times.length).fill(null)
  const status: Record<string, string> = {}
  for (const row of rows) {
    const at =
      ((byIndicator.get(row.indicator) as number) * areas.length +
        (byArea.get(row.area_code) as number)) *
        times.length +
      (byTime.get(row.period) as number)
    value[at] = row.value
    if (row.mark || row.status !== 'final') status[at] = row.mark ?? row.status
  }
  const category = (index: string[], nameOf: (each: string) => string) => ({
    index,
    label: Object.fromEntries(index.map((each) => [each, nameOf(each)])),
  })
  return {
    version: '2.0',
    class: 'dataset',
    label,
    source: meta.credit,
    ...(meta.retrieved_at && { updated: meta.retrieved_at }),
    id: ['indicator', 'area', 'time'],
    size: [indicators.length, areas.length, times.length],
    role: { time: ['time'], geo: ['area'], metric: ['indicator'] },
    dimension: {
      indicator: {
        label: '指標 / indicator',
        category: {
          ...category(indicators, (code) => labels.get(code)?.label ?? code),
          unit: Object.fromEntries([...labels].map(([code, { unit }]) => [code, { label: unit }])),
        },
      },
      area: {
        label: '地域 / area',
        category: category(areas, (code) => catalogue.areas.get(code)?.name_ja ?? code),
      },
      time: { label: '時間 / time', category: category(times, (period) => period) },
    },
    value,
    status,
    extension: { meta },
  }
}

export type Feature = Features['features'][number]

/** A collection of RFC 7946 with members of our own: whose shapes these are, and the figures. */
export function featuresOf(
  features: Feature[],
  about: Pick<Features, 'credit' | 'meta'>,
): Features {
  return { type: 'FeatureCollection', ...about, features }
}
