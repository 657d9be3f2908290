import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { fileOf, nullable, ref, Timestamp } from '../common.ts'
import {
  Ageing,
  figures,
  MetricFigures,
  Running,
  rowFields,
  runningFields,
  TargetShare,
} from './metrics.ts'

export const chartType = 'application/vnd.chartjs+json'

export const ItsmChart = Type.Object(
  {
    type: Type.String({ examples: ['line'] }),
    data: Type.Object({
      labels: Type.Array(Type.String(), { examples: [['2026-01', '2026-02']] }),
      datasets: Type.Array(
        Type.Object({
          id: Type.String({
            description: 'Stays the same from answer to answer.',
            examples: ['mttr'],
          }),
          label: Type.String({ examples: ['MTTR'] }),
          unit: Type.String({ examples: ['h'] }),
          data: Type.Array(nullable(Type.Number()), {
            description: 'One for each label; null is a gap.',
            examples: [[1.5, null]],
          }),
        }),
      ),
    }),
    options: Type.Object({}, { additionalProperties: true, examples: [{ responsive: true }] }),
  },
  { $id: 'ItsmChart', description: 'What `new Chart(canvas, config)` of Chart.js 4 takes.' },
)
export type ItsmChart = Static<typeof ItsmChart>

/** An answer as JSON, as a chart and as CSV. */
export function inFormats(json: TSchema) {
  return {
    description: 'The figures',
    content: {
      'application/json': { schema: ref(json) },
      [chartType]: { schema: ref(ItsmChart) },
      ...fileOf('text/csv').content,
    },
  }
}

const about = {
  from: Timestamp,
  to: Timestamp,
  time_zone: Type.String({ examples: ['Asia/Tokyo'] }),
  at: Type.String({ ...Timestamp, description: 'When `running` and what is open was counted.' }),
}

export const MetricRow = Type.Object({ ...rowFields, ...figures }, { $id: 'MetricRow' })
export type MetricRow = Static<typeof MetricRow>

export const Metrics = Type.Object(
  {
    ...about,
    totals: ref(MetricFigures),
    running: ref(Running),
    ageing: Ageing,
    rows: Type.Array(ref(MetricRow)),
  },
  { $id: 'Metrics' },
)
export type Metrics = Static<typeof Metrics>

const sla = {
  response: ref(TargetShare),
  resolution: ref(TargetShare),
  both: ref(TargetShare),
}

const SlaRow = Type.Object({ ...rowFields, ...sla }, { $id: 'SlaMetricRow' })
export const SlaMetricRow = SlaRow
export type SlaMetricRow = Static<typeof SlaRow>

export const RunningRow = Type.Object(
  { group: rowFields.group, ...runningFields },
  { $id: 'RunningTargetsRow' },
)
export type RunningRow = Static<typeof RunningRow>

export const SlaMetrics = Type.Object(
  {
    ...about,
    totals: Type.Object(sla),
    running: Type.Array(ref(RunningRow), { description: 'One for each group.' }),
    rows: Type.Array(ref(SlaMetricRow)),
  },
  { $id: 'SlaMetrics' },
)
export type SlaMetrics = Static<typeof SlaMetrics>

const backlog = {
  open: Type.Integer({ examples: [17] }),
  median_age_s: nullable(Type.Number({ examples: [172_800] })),
  oldest_opened_at: nullable(Type.String({ format: 'date-time' })),
  ageing: Ageing,
}

export const BacklogRow = Type.Object({ group: rowFields.group, ...backlog }, { $id: 'BacklogRow' })
export type BacklogRow = Static<typeof BacklogRow>

export const Backlog = Type.Object(
  {
    at: Timestamp,
    time_zone: about.time_zone,
    totals: Type.Object(backlog),
    rows: Type.Array(ref(BacklogRow)),
  },
  { $id: 'BacklogAgeing' },
)
export type Backlog = Static<typeof Backlog>

const counts = {
  opened: Type.Integer({ examples: [3] }),
  resolved: Type.Integer({ examples: [2] }),
}

export const VolumeDay = Type.Object(
  { day: Type.String({ format: 'date' }), ...counts },
  { $id: 'VolumeDay' },
)
export type VolumeDay = Static<typeof VolumeDay>

export const VolumeHour = Type.Object(
  {
    weekday: Type.Integer({ minimum: 1, maximum: 7, description: '1 Monday … 7 Sunday.' }),
    hour: Type.Integer({ minimum: 0, maximum: 23, description: 'By the clock of `time_zone`.' }),
    ...counts,
  },
  { $id: 'VolumeHour' },
)
export type VolumeHour = Static<typeof VolumeHour>

export const Volume = Type.Object(
  {
    from: Timestamp,
    to: Timestamp,
    time_zone: about.time_zone,
    totals: Type.Object(counts),
    by_day: Type.Array(ref(VolumeDay)),
    by_hour: Type.Array(ref(VolumeHour), { description: 'Seven weekdays of 24 hours.' }),
  },
  { $id: 'Volume' },
)
export type Volume = Static<typeof Volume>
