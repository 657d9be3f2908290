import { type Static, Type } from '@sinclair/typebox'
import { oneOf, ref, Timestamp } from '../common.ts'
import { MetricGroup, Rate } from './metrics.ts'
import { format, range } from './metrics-queries.ts'

const by = oneOf('team', 'type', 'month', 'category', 'risk')
export type ChangeGrouping = Static<typeof by>

export const ChangeRatesQuery = Type.Object({
  ...range,
  by: Type.Unsafe<ChangeGrouping>({
    ...by,
    default: 'type',
    description: 'One row for each; months are those of `time_zone`.',
  }),
  ...format,
})
export type ChangeRatesQuery = Static<typeof ChangeRatesQuery>

const count = (description: string, example: number) =>
  Type.Integer({ description, examples: [example] })

const rates = {
  implemented: count('Whose implementation ended in the range.', 20),
  with_result: count('Of these, those whose outcome is known.', 19),
  successful: count('Outcome `successful`.', 15),
  with_issues: count('Outcome `with_issues`.', 2),
  failed: count('Outcome `failed`.', 1),
  backed_out: count('Outcome `backed_out`.', 1),
  caused_incidents: count('Implemented ones that caused an incident.', 1),
  changes_failed: count('Failed, backed out or the cause of an incident; each once.', 3),
  emergency: count('Of type `emergency`.', 2),
  unauthorised: count('Normal ones that were started without approval.', 0),
  success_rate: Rate,
  failure_rate: Rate,
  emergency_share: Rate,
  unauthorised_share: Rate,
  score: count('Weighted sum of results and of incidents caused.', 31),
}

export const ChangeFigures = Type.Object(rates, { $id: 'ChangeFigures' })
export type ChangeFigures = Static<typeof ChangeFigures>

export const ChangeRateRow = Type.Object(
  { group: ref(MetricGroup), ...rates },
  { $id: 'ChangeRateRow' },
)
export type ChangeRateRow = Static<typeof ChangeRateRow>

export const ChangeRates = Type.Object(
  {
    from: Timestamp,
    to: Timestamp,
    time_zone: Type.String({ examples: ['Asia/Tokyo'] }),
    totals: ref(ChangeFigures),
    rows: Type.Array(ref(ChangeRateRow)),
  },
  { $id: 'ChangeRates' },
)
export type ChangeRates = Static<typeof ChangeRates>
