import type { Db } from '../../../db/tables.ts'
import type { Backlog } from '../../../schemas/itsm/metrics-answers.ts'
import type { BacklogQuery } from '../../../schemas/itsm/metrics-queries.ts'
import { invalid } from '../../failure.ts'
import { createPause } from '../../slices.ts'
import { now } from '../../values.ts'
import { ageingOf } from './ageing.ts'
import { namedGroups } from './groups.ts'
import { eachLife, isOpenAt } from './lives.ts'
import { textOf } from './metrics.ts'
import { percentile, toMilliseconds } from './percentiles.ts'
import { clockIn, instantIn } from './question.ts'

/** What was open at a time, and for how long it had been there. Fails with `invalid_request`. */
export async function getBacklog(
  db: Db,
  query: Omit<BacklogQuery, 'format'>,
  present = now(),
): Promise<Backlog> {
  const clock = clockIn(query.time_zone)
  const at = query.at === undefined ? Date.parse(present) : instantIn('at', query.at, clock)
  if (at > Date.parse(present)) throw invalid({ field: 'at', rule: 'metrics_future' })
  const ages = new Map<string | null, number[]>()
  await eachLife(db, query, { since: at, columns: [] }, createPause(), (life, spans) => {
    if (!isOpenAt(spans, at)) return
    const age = at - Date.parse(life.opened_at)
    const group = ages.get(life.group_key)
    if (group) group.push(age)
    else ages.set(life.group_key, [age])
  })
  if (query.group_by === 'none' && ages.size === 0) ages.set(null, [])
  const groups = await namedGroups(db, query.group_by, ages.keys())
  return {
    at: textOf(at),
    time_zone: query.time_zone,
    totals: summaryOf([...ages.values()].flat(), at),
    rows: [...groups].map(([key, group]) => ({ group, ...summaryOf(ages.get(key) ?? [], at) })),
  }
}

function summaryOf(ages: readonly number[], at: number) {
  const sorted = Float64Array.from(ages).sort()
  const oldest = sorted.at(-1)
  const median = percentile(sorted, 0.5)
  return {
    open: sorted.length,
    median_age_s: toMilliseconds(median === null ? null : median / 1000),
    oldest_opened_at: oldest === undefined ? null : textOf(at - oldest),
    ageing: ageingOf(sorted),
  }
}
