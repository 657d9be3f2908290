import type { FieldFault } from '../../failure.ts'

/** What is wrong with a half-open span whose end does not come after its start. */
export function spanFaults(start: string, end: string, field: string): FieldFault[] {
  return end > start ? [] : [{ field, rule: 'end_first' }]
}
