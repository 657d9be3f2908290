import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf, ref } from '../common.ts'

export const periodUnits = ['day', 'week', 'month', 'quarter', 'year', 'none'] as const
export type PeriodUnit = (typeof periodUnits)[number]

export const groupings = ['none', 'team', 'priority', 'category', 'assignee'] as const
export type Grouping = (typeof groupings)[number]

const seconds = (what: string, example: number) =>
  nullable(Type.Number({ description: `${what}, in seconds.`, examples: [example] }))

export const Spread = Type.Object(
  {
    count: Type.Integer({ description: 'Of how many.', examples: [42] }),
    mean_s: seconds('Mean', 5400.5),
    median_s: seconds('Median', 3600),
    p90_s: seconds('90th percentile', 14_400),
  },
  {
    $id: 'DurationSpread',
    description:
      'Durations to the millisecond. Percentiles by linear interpolation (type 7 of Hyndman and Fan 1996, `PERCENTILE.INC`); null of none.',
  },
)
export type Spread = Static<typeof Spread>

export const Rate = nullable(Type.Number({ description: 'From 0 to 1.', examples: [0.9] }))

export const TargetShare = Type.Object(
  {
    met: Type.Integer({ examples: [36] }),
    breached: Type.Integer({ examples: [4] }),
    rate: Rate,
  },
  { $id: 'TargetShare', description: 'rate = met / (met + breached); null of none.' },
)
export type TargetShare = Static<typeof TargetShare>

const Both = Type.Object(
  { clock: ref(Spread), business: ref(Spread) },
  { description: '`clock`: all the time that went by; `business`: as the SLA counts it.' },
)

/** The measures of one period and group. */
export const figures = {
  opened: Type.Integer({ examples: [50] }),
  major: Type.Integer({ description: 'Of those opened.', examples: [1] }),
  major_share: Rate,
  responded: Type.Integer({ examples: [48] }),
  resolved: Type.Integer({ examples: [42] }),
  mtta: Both,
  mttr: Both,
  first_contact: Type.Integer({
    description: 'Resolved with no reassignment and no reopening.',
    examples: [30],
  }),
  fcr: Rate,
  sla: Type.Object({
    response: ref(TargetShare),
    resolution: ref(TargetShare),
    both: ref(TargetShare),
  }),
  reopened: Type.Integer({ description: 'Resolved ones that were reopened.', examples: [2] }),
  reopen_rate: Rate,
  backlog: Type.Integer({
    description: 'Open at the end of the period, or at `at` where that is earlier.',
    examples: [17],
  }),
}

export const MetricGroup = Type.Object(
  {
    id: nullable(
      Type.String({ description: 'Null for those without one.', examples: ['network'] }),
    ),
    name: nullable(Type.String({ examples: ['network'] })),
  },
  { $id: 'MetricGroup', description: 'A team, a user, a priority or a category.' },
)
export type MetricGroup = Static<typeof MetricGroup>

export const MetricFigures = Type.Object(figures, { $id: 'MetricFigures' })
export type MetricFigures = Static<typeof MetricFigures>

export const rowFields = {
  period: nullable(
    Type.String({
      description: '`2026-01-31`, `2026-W05`, `2026-01`, `2026-Q1` or `2026`; null for all of it.',
      examples: ['2026-01'],
    }),
  ),
  from: Type.String({ format: 'date-time' }),
  to: Type.String({ format: 'date-time' }),
  group: Type.Union([ref(MetricGroup), Type.Null()]),
}

/** Days of 24 hours since it was opened; a band ends before its upper bound. */
export const ageingBands = [
  { band: '<1d', from_days: 0, to_days: 1 },
  { band: '1-3d', from_days: 1, to_days: 3 },
  { band: '3-7d', from_days: 3, to_days: 7 },
  { band: '7-14d', from_days: 7, to_days: 14 },
  { band: '14-30d', from_days: 14, to_days: 30 },
  { band: '>=30d', from_days: 30, to_days: null },
] as const

export const Ageing = Type.Array(
  Type.Object({
    band: oneOf(...ageingBands.map(({ band }) => band)),
    from_days: Type.Integer(),
    to_days: nullable(Type.Integer()),
    count: Type.Integer({ minimum: 0 }),
  }),
  { description: 'Of each band how many, by days of 24 hours since they were opened.' },
)
export type Ageing = Static<typeof Ageing>

export const TargetState = Type.Object(
  {
    running: Type.Integer({ description: 'Its target is still ahead.', examples: [12] }),
    overdue: Type.Integer({ description: 'Its target has passed.', examples: [1] }),
  },
  { $id: 'TargetState' },
)

export const runningFields = {
  open: Type.Integer({ description: 'Open now.', examples: [17] }),
  paused: Type.Integer({
    description: 'Of these, those whose clock is paused and no target breached.',
    examples: [3],
  }),
  response: ref(TargetState),
  resolution: ref(TargetState),
}

export const Running = Type.Object(runningFields, {
  $id: 'RunningTargets',
  description: 'Targets that have no outcome yet; in no rate until they have.',
})
export type Running = Static<typeof Running>
