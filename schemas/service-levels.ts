import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf, ref, Timestamp } from './common.ts'

/** The parts of the service that are told apart; health, metrics, pages and documents count nowhere. */
export const ServiceArea = oneOf(
  'accounts',
  'system',
  'items',
  'uploads',
  'realtime',
  'statistics',
  'submissions',
  'itsm',
  'projects',
  'analysis',
  'driver-tree',
)
export type ServiceArea = Static<typeof ServiceArea>

export const ServiceLevelsQuery = Type.Object({
  days: Type.Integer({
    minimum: 1,
    maximum: 90,
    default: 30,
    description: 'So many days in Japan, of which today so far is the last.',
  }),
  area: Type.Optional(
    Type.Unsafe<ServiceArea>({ ...ServiceArea, description: 'Requests of this area only.' }),
  ),
})
export type ServiceLevelsQuery = Static<typeof ServiceLevelsQuery>

const Count = Type.Integer({ minimum: 0, examples: [120] })
const Ratio = (description: string) =>
  nullable(Type.Number({ minimum: 0, maximum: 1, description, examples: [0.9995] }))
const Milliseconds = nullable(Type.Number({ minimum: 0, examples: [12.5] }))

export const LatencyLevel = Type.Object(
  {
    requests: Count,
    p50_ms: Milliseconds,
    p95_ms: Milliseconds,
    p99_ms: Milliseconds,
  },
  {
    $id: 'LatencyLevel',
    description:
      'Estimates from counts of requests up to 5, 10, 25, 50, 100, 200, 500, 1000, 2500 and 10000 ms: linear within the step that the quantile falls into, as `histogram_quantile` of Prometheus; 10000 where it is beyond the last. A streamed answer lasts until its end. Null without requests.',
  },
)
export type LatencyLevel = Static<typeof LatencyLevel>

export const AreaLevel = Type.Object(
  {
    area: ServiceArea,
    requests: Count,
    failures: Count,
    ratio: Ratio('Requests answered below 500 / all requests.'),
    latency: ref(LatencyLevel),
  },
  { $id: 'AreaLevel' },
)

export const DayLevel = Type.Object(
  {
    date: Type.String({ format: 'date', examples: ['2026-01-02'] }),
    requests: Count,
    failures: Count,
    down_minutes: Count,
    availability: Ratio('As for the whole window.'),
    p95_ms: Milliseconds,
    syncs: Count,
    sync_failures: Count,
    jobs: Count,
    job_failures: Count,
  },
  { $id: 'DayLevel' },
)

export const ServiceLevels = Type.Object(
  {
    window: Type.Object({
      days: Type.Integer({ examples: [30] }),
      from: Timestamp,
      to: Timestamp,
      observed_from: nullable({
        ...Timestamp,
        description: 'The first minute in the window from which on there are records.',
      }),
      time_zone: oneOf('Asia/Tokyo'),
    }),
    objectives: Type.Object({
      availability: Type.Number({ examples: [0.999] }),
      sync_success: Type.Number({ examples: [0.95] }),
      latency_p95_ms: Type.Number({ examples: [200] }),
    }),
    availability: Type.Object(
      {
        ratio: Ratio('The two below multiplied.'),
        is_met: nullable(Type.Boolean()),
        requests: Count,
        failures: Count,
        request_ratio: Ratio('(requests − failures) / requests.'),
        up_minutes: Count,
        down_minutes: Count,
        minute_ratio: Ratio('up_minutes / (up_minutes + down_minutes).'),
      },
      {
        description:
          'A failure is an answer of 500 and above; what a client got wrong is none. A minute is up in which some instance was ready and could write to the database, and only whole minutes since the first record count. Multiplying says: in the minutes that were down as many requests would have come as in the others, and all would have failed.',
      },
    ),
    error_budget: Type.Object(
      {
        allowed_minutes: Type.Number({ examples: [43.2] }),
        spent_minutes: Type.Number({ minimum: 0, examples: [4.3] }),
        left_minutes: Type.Number({ examples: [38.9] }),
        left_ratio: Type.Number({ examples: [0.9] }),
      },
      {
        description:
          'allowed = (1 − objective) × days × 1440; spent = (1 − availability) × minutes observed; below zero when it is overspent.',
      },
    ),
    burn_rates: Type.Array(
      Type.Object({
        hours: Type.Integer({ examples: [1, 6, 72] }),
        rate: nullable(
          Type.Number({
            minimum: 0,
            description:
              '(1 − availability of these hours) / (1 − objective): at 1 the budget lasts exactly as long as its window.',
          }),
        ),
        requests: Count,
        failures: Count,
        down_minutes: Count,
      }),
    ),
    latency: ref(LatencyLevel),
    areas: Type.Array(ref(AreaLevel)),
    sync: Type.Object(
      {
        runs: Count,
        succeeded: Count,
        quarantined: Count,
        failed: Count,
        ratio: Ratio('succeeded / runs.'),
        is_met: nullable(Type.Boolean()),
        last_success_at: nullable(Timestamp),
        age_hours: nullable(Type.Number({ minimum: 0 })),
      },
      { description: 'Runs of the statistics sync that ended in the window, each try by itself.' },
    ),
    jobs: Type.Object(
      { ended: Count, succeeded: Count, failed: Count, ratio: Ratio('succeeded / ended.') },
      { description: 'Jobs that were done or given up; a try that is repeated is neither.' },
    ),
    days: Type.Array(ref(DayLevel)),
  },
  { $id: 'ServiceLevels' },
)
export type ServiceLevels = Static<typeof ServiceLevels>

export const serviceLevelSchemas = [LatencyLevel, AreaLevel, DayLevel, ServiceLevels]
