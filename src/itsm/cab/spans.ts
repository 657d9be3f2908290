import { type FieldFault, invalid } from '../../failure.ts'

/** A time as it is stored, whatever its offset; fails with 422 for a leap second and its like. */
export function utcOf(text: string, field: string): string {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw invalid({ field, rule: 'not_a_time' })
  return at.toISOString()
}

/** What is wrong with a half-open span whose end does not come after its start. */
export function spanFaults(start: string, end: string, field: string): FieldFault[] {
  return end > start ? [] : [{ field, rule: 'end_first' }]
}
