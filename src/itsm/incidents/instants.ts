import { invalid } from '../../failure.ts'
import { storable } from '../../instants.ts'

/** A time as a client wrote it, in UTC; a leap second or a day that is none fails with 422. */
export function instantOf(field: string, text: string): string {
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw invalid({ field, rule: 'format', format: 'date-time' })
  return storable(field, time)
}
