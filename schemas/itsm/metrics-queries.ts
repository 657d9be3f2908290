import { type Static, Type } from '@sinclair/typebox'
import { oneOf } from '../common.ts'
import { Priority } from './common.ts'
import { groupings, periodUnits } from './metrics.ts'

/** How far back one answer reaches. */
export const maxYears = 5

const time = (description: string) =>
  Type.Optional(
    Type.String({
      pattern:
        '^\\d{4}-\\d{2}-\\d{2}([Tt]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?([Zz]|[+-]\\d{2}:\\d{2}))?$',
      maxLength: 40,
      description,
    }),
  )

export const timeZone = {
  time_zone: Type.String({
    maxLength: 60,
    default: 'Asia/Tokyo',
    description: 'The IANA zone whose days these are.',
  }),
}

export const range = {
  from: time('A time, or a date for its midnight in `time_zone`; if none, 30 days before `to`.'),
  to: time('The first time, or the midnight, no longer part of it; if none, the end of today.'),
  ...timeZone,
}

const list = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 50, description }),
  )

export const filters = {
  team_id: list('Only those that these teams have now; repeated for several.'),
  priority: Type.Optional(
    Type.Array(Priority, { maxItems: 4, description: 'Only these; repeated for several.' }),
  ),
  category: list('Only these; repeated for several.'),
}

export const period = {
  period: Type.Unsafe<(typeof periodUnits)[number]>({
    ...oneOf(...periodUnits),
    default: 'none',
    description: 'Rows by day, ISO week, month, quarter or year of `time_zone`.',
  }),
}

export const groupBy = {
  group_by: Type.Unsafe<(typeof groupings)[number]>({
    ...oneOf(...groupings),
    default: 'none',
    description: 'Rows by what incidents have now.',
  }),
}

export const chartMeasures = [
  'mttr',
  'mtta',
  'fcr',
  'sla',
  'reopen',
  'backlog',
  'volume',
  'major',
] as const
export type ChartMeasure = (typeof chartMeasures)[number]

export const format = {
  format: Type.Unsafe<'json' | 'chartjs' | 'csv'>({
    ...oneOf('json', 'chartjs', 'csv'),
    default: 'json',
    description: 'chartjs is what `new Chart(canvas, answer)` of Chart.js 4 takes.',
  }),
}

export const MetricsQuery = Type.Object({
  ...range,
  ...period,
  ...groupBy,
  ...filters,
  measure: Type.Unsafe<ChartMeasure>({
    ...oneOf(...chartMeasures),
    default: 'mttr',
    description: 'What `format=chartjs` shows.',
  }),
  ...format,
})
export type MetricsQuery = Static<typeof MetricsQuery>

export const SlaMetricsQuery = Type.Object({
  ...range,
  ...period,
  ...groupBy,
  ...filters,
  ...format,
})
export type SlaMetricsQuery = Static<typeof SlaMetricsQuery>

export const BacklogQuery = Type.Object({
  at: time('A time that has been, or a date for its midnight in `time_zone`; now if none.'),
  ...timeZone,
  ...groupBy,
  ...filters,
  ...format,
})
export type BacklogQuery = Static<typeof BacklogQuery>

const by = oneOf('day', 'hour')

export const VolumeQuery = Type.Object({
  ...range,
  ...filters,
  by: Type.Unsafe<Static<typeof by>>({
    ...by,
    default: 'day',
    description: 'What `format=chartjs` and `format=csv` show.',
  }),
  ...format,
})
export type VolumeQuery = Static<typeof VolumeQuery>

export const DashboardQuery = Type.Object({
  days: Type.Integer({
    minimum: 1,
    maximum: 366 * maxYears - 4,
    default: 30,
    description: 'How many days up to and with today, in Asia/Tokyo.',
  }),
})

const trendPeriod = oneOf('7d', '30d', '90d', '1y')

export const TrendQuery = Type.Object({
  period: Type.Unsafe<Static<typeof trendPeriod>>({
    ...trendPeriod,
    default: '30d',
    description: '7 or 30 days by day, 90 days by week, a year by month, up to and with today.',
  }),
})
export type TrendQuery = Static<typeof TrendQuery>

const distribution = oneOf('status', 'priority', 'category', 'team')

export const DistributionQuery = Type.Object({
  by: Type.Unsafe<Static<typeof distribution>>({
    ...distribution,
    default: 'status',
    description: 'What to count by, as it is now.',
  }),
  days: DashboardQuery.properties.days,
})
export type DistributionQuery = Static<typeof DistributionQuery>
