import type { Db } from '../../../db/tables.ts'
import type { Volume } from '../../../schemas/itsm/metrics-answers.ts'
import type { VolumeQuery } from '../../../schemas/itsm/metrics-queries.ts'
import { createPause } from '../../slices.ts'
import { now } from '../../values.ts'
import { textOf } from './metrics.ts'
import { periodsOf, placeIn, weekdayOf } from './periods.ts'
import { clockIn, rangeIn } from './question.ts'
import { incidentsIn } from './reading.ts'

const dayMs = 24 * 3_600_000

/**
 * How many were opened and resolved on each day, and at each hour of the week by the clock of the zone: an
 * hour that occurs twice when the clock is put back counts as one. Fails with `invalid_request`.
 */
export async function getVolume(
  db: Db,
  query: Omit<VolumeQuery, 'format' | 'by'>,
  at = now(),
): Promise<Volume> {
  const clock = clockIn(query.time_zone)
  const span = rangeIn(query, clock, at)
  const days = periodsOf(span, 'day', clock)
  const by_day = days.map(({ label }) => ({ day: String(label), opened: 0, resolved: 0 }))
  const by_hour = Array.from({ length: 7 * 24 }, (_, n) => ({
    weekday: Math.floor(n / 24) + 1,
    hour: n % 24,
    opened: 0,
    resolved: 0,
  }))
  const totals = { opened: 0, resolved: 0 }
  const pause = createPause()
  const cut = { ...query, group_by: 'none' } as const
  for (const [what, time] of [
    ['opened', 'opened_at'],
    ['resolved', 'resolved_at'],
  ] as const) {
    const columns = what === 'resolved' ? ([time, 'status'] as const) : ([time] as const)
    for await (const rows of incidentsIn(db, cut, time, span, columns)) {
      for (const row of rows) {
        if ('status' in row && row.status === 'cancelled') continue
        const instant = Date.parse(String(row[time]))
        const local = clock.localOf(instant)
        const hour = Math.floor((((local % dayMs) + dayMs) % dayMs) / 3_600_000)
        const cells = [by_day[placeIn(days, instant)], by_hour[(weekdayOf(local) - 1) * 24 + hour]]
        for (const cell of [totals, ...cells]) if (cell) cell[what] += 1
      }
      await pause()
    }
  }
  const { from, to } = span
  return { from: textOf(from), to: textOf(to), time_zone: query.time_zone, totals, by_day, by_hour }
}
