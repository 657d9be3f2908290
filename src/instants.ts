import { invalid } from './failure.ts'

/** What a column of either engine holds: four digits for the year, and no year 0. */
const bounds = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')] as const

/** A time that a client has sent, as it is stored; a leap second, which schemas allow, is the next. */
export function instantOf(field: string, text: string): string {
  const usual = text.replace(/:60(?=[.Zz+-])/, ':59')
  return storable(field, Date.parse(usual) + (usual === text ? 0 : 1000))
}

/** A time in milliseconds as it is stored; one that no column holds fails with 422. */
export function storable(field: string, time: number): string {
  if (!(time >= bounds[0] && time <= bounds[1])) throw invalid({ field, rule: 'time_range' })
  return new Date(time).toISOString()
}
