import type { MetricFigures, MetricGroup } from '../../../schemas/itsm/metrics.ts'
import type {
  Backlog,
  ItsmChart,
  Metrics,
  SlaMetrics,
  Volume,
} from '../../../schemas/itsm/metrics-answers.ts'
import type { ChartMeasure } from '../../../schemas/itsm/metrics-queries.ts'

type Series<Figures> = { id: string; label: string; of: (of: Figures) => number | null }
type Measure<Figures> = { title: string; unit: string; series: readonly Series<Figures>[] }

/** To the second or better. */
const hours = (seconds: number | null) =>
  seconds === null ? null : Math.round((seconds / 3600) * 1e4) / 1e4
const percent = (rate: number | null) => (rate === null ? null : rate * 100)

function durations(title: string, what: 'mtta' | 'mttr'): Measure<MetricFigures> {
  return {
    title,
    unit: 'h',
    series: [
      { id: 'median', label: '中央値', of: (each) => hours(each[what].clock.median_s) },
      { id: 'mean', label: '平均', of: (each) => hours(each[what].clock.mean_s) },
      { id: 'p90', label: '90％点', of: (each) => hours(each[what].clock.p90_s) },
      {
        id: 'business_median',
        label: '中央値 (営業時間)',
        of: (each) => hours(each[what].business.median_s),
      },
    ],
  }
}

const slaMeasure: Measure<Pick<MetricFigures, 'sla'>> = {
  title: 'SLA 達成率',
  unit: '%',
  series: [
    { id: 'resolution', label: '解決', of: ({ sla }) => percent(sla.resolution.rate) },
    { id: 'response', label: '応答', of: ({ sla }) => percent(sla.response.rate) },
    { id: 'both', label: '両方', of: ({ sla }) => percent(sla.both.rate) },
  ],
}

const measures: Record<ChartMeasure, Measure<MetricFigures>> = {
  mttr: durations('MTTR', 'mttr'),
  mtta: durations('MTTA', 'mtta'),
  sla: slaMeasure,
  fcr: {
    title: 'FCR',
    unit: '%',
    series: [{ id: 'fcr', label: '初回解決率', of: ({ fcr }) => percent(fcr) }],
  },
  reopen: {
    title: '再オープン率',
    unit: '%',
    series: [
      { id: 'reopen', label: '再オープン率', of: ({ reopen_rate }) => percent(reopen_rate) },
    ],
  },
  backlog: {
    title: '未解決の残数',
    unit: '件',
    series: [{ id: 'backlog', label: '残数', of: ({ backlog }) => backlog }],
  },
  volume: {
    title: '件数',
    unit: '件',
    series: [
      { id: 'opened', label: '受付', of: ({ opened }) => opened },
      { id: 'resolved', label: '解決', of: ({ resolved }) => resolved },
    ],
  },
  major: {
    title: '重大インシデントの割合',
    unit: '%',
    series: [{ id: 'major', label: '重大', of: ({ major_share }) => percent(major_share) }],
  },
}

type Row = { period: string | null; group: MetricGroup | null }

export function metricsChart({ rows }: Metrics, measure: ChartMeasure): ItsmChart {
  return chartOf(rows, measures[measure])
}

export function slaChart({ rows }: SlaMetrics): ItsmChart {
  return chartOf(
    rows.map(({ period, group, ...sla }) => ({ period, group, sla })),
    slaMeasure,
  )
}

/**
 * Lines over periods, or bars over groups where there are no periods. Over periods every group has one
 * line: that of the first series of its measure.
 */
export function chartOf<Each extends Row>(
  rows: readonly Each[],
  { title, unit, series }: Measure<Each>,
): ItsmChart {
  const periods = [...new Set(rows.map(({ period }) => period))].filter((each) => each !== null)
  if (periods.length === 0) {
    const datasets = series.map(({ of, ...about }) => ({
      ...about,
      unit,
      data: rows.map(of),
    }))
    return configOf('bar', title, unit, rows.map(labelOf), datasets)
  }
  const groups = new Map(rows.map(({ group }) => [group?.id ?? null, group]))
  const isGrouped = rows.some(({ group }) => group !== null)
  const datasets = [...groups].flatMap(([id, group]) => {
    const own = rows.filter((row) => (row.group?.id ?? null) === id)
    return series.slice(0, isGrouped ? 1 : series.length).map(({ of, ...about }) => ({
      ...about,
      ...(isGrouped && { id: `${about.id}:${id ?? ''}`, label: nameOf(group) }),
      unit,
      data: own.map(of),
    }))
  })
  return configOf('line', title, unit, periods, datasets)
}

export function configOf(
  type: string,
  title: string,
  unit: string,
  labels: string[],
  datasets: ItsmChart['data']['datasets'],
): ItsmChart {
  const options = {
    responsive: true,
    plugins: { title: { display: true, text: title } },
    scales: { y: { beginAtZero: true, title: { display: true, text: unit } } },
  }
  return { type, data: { labels, datasets }, options }
}

function labelOf({ group }: Row): string {
  return group ? nameOf(group) : '全体'
}

export function nameOf(group: MetricGroup | null): string {
  return group?.name ?? group?.id ?? 'なし'
}

/** One bar for each group, in the pieces of its ages. */
export function backlogChart({ rows }: Backlog): ItsmChart {
  const bands = rows[0]?.ageing ?? []
  const datasets = bands.map(({ band }, n) => ({
    id: band,
    label: band,
    unit: '件',
    stack: 'ageing',
    data: rows.map(({ ageing }) => ageing[n]?.count ?? 0),
  }))
  const labels = rows.map(({ group }) => labelOf({ period: null, group }))
  const chart = configOf('bar', '未解決の経過日数', '件', labels, datasets)
  const scales = { x: { stacked: true }, y: { stacked: true, beginAtZero: true } }
  return { ...chart, options: { ...chart.options, scales } }
}

const weekdays = ['月', '火', '水', '木', '金', '土', '日']

export function volumeChart({ by_day, by_hour }: Volume, by: 'day' | 'hour'): ItsmChart {
  if (by === 'day') {
    const line = (id: 'opened' | 'resolved', label: string) => ({
      id,
      label,
      unit: '件',
      data: by_day.map((each) => each[id]),
    })
    const labels = by_day.map(({ day }) => day)
    const lines = [line('opened', '受付'), line('resolved', '解決')]
    return configOf('line', '日別の件数', '件', labels, lines)
  }
  const labels = Array.from({ length: 24 }, (_, hour) => `${hour}時`)
  const datasets = weekdays.map((label, n) => ({
    id: `opened:${n + 1}`,
    label,
    unit: '件',
    data: by_hour.slice(n * 24, n * 24 + 24).map(({ opened }) => opened),
  }))
  return configOf('bar', '曜日と時刻別の受付', '件', labels, datasets)
}
