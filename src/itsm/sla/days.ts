import type { Db } from '../../../db/tables.ts'
import type { SlaDaysQuery } from '../../../schemas/itsm/sla-calendars.ts'
import { invalid } from '../../failure.ts'
import { daySeconds } from '../zones.ts'
import { openCalendar } from './calendar.ts'
import { getSlaCalendar } from './calendars.ts'
import { isoOf } from './events.ts'

const mostDays = 400

/**
 * What a calendar means, day by day of its zone, from one day to another. Failures:
 * `sla_calendar_not_found`; 422 for days the wrong way round or too many.
 */
export async function listSlaDays(db: Db, id: string, { from, to }: SlaDaysQuery) {
  const { zone, ...definition } = await getSlaCalendar(db, id)
  const [first, last] = [from, to].map((date) => Date.parse(date) / 1000 / daySeconds) as [
    number,
    number,
  ]
  if (last < first) throw invalid({ field: 'to', rule: 'range_backwards' })
  if (last - first > mostDays) throw invalid({ field: 'to', rule: 'too_many_days' })
  const calendar = openCalendar({ zone, ...definition })
  const days = Array.from({ length: last - first + 1 }, (_, n) => {
    const { intervals, ...day } = calendar.day(first + n)
    const working_s = intervals.reduce((sum, each) => sum + each.to - each.from, 0)
    const shown = intervals.map((each) => ({ from: isoOf(each.from), to: isoOf(each.to) }))
    return { ...day, working_s, intervals: shown }
  })
  const working_s = days.reduce((sum, day) => sum + day.working_s, 0)
  return { calendar_id: id, zone, working_s, days }
}
