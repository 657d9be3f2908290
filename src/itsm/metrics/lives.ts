import type { Db } from '../../../db/tables.ts'
import type { Ageing } from '../../../schemas/itsm/metrics.ts'
import type { Pause } from '../../slices.ts'
import { ageingOf, createTally, needsHistory, openSpans } from './ageing.ts'
import type { Span } from './periods.ts'
import { type Cut, type LifeRow, livesSince, statusChanges } from './reading.ts'

/** Calls `visit` for each incident that may have been open since then, with when it was. */
export async function eachLife(
  db: Db,
  cut: Cut,
  since: number,
  pause: Pause,
  visit: (life: LifeRow, spans: Span[]) => void,
): Promise<void> {
  for await (const lives of livesSince(db, cut, since)) {
    const changes = await statusChanges(
      db,
      lives.filter(needsHistory).map(({ id }) => id),
    )
    for (const life of lives) visit(life, openSpans(life, changes.get(life.id)))
    await pause()
  }
}

/** Whether it was opened before an instant and had not ended before it. */
export function isOpenAt(spans: readonly Span[], instant: number): boolean {
  return spans.some(({ from, to }) => from < instant && instant <= to)
}

type Backlogs = { totals: number[]; groups: Map<string | null, number[]>; ageing: Ageing }

/** How many were open at each of some ascending instants, and how old those are that are open at `at`. */
export async function backlogsAt(
  db: Db,
  cut: Cut,
  instants: readonly number[],
  at: number,
  pause: Pause,
): Promise<Backlogs> {
  const totals = createTally(instants)
  const groups = new Map<string | null, ReturnType<typeof createTally>>()
  const ages: number[] = []
  await eachLife(db, cut, Math.min(at, ...instants.slice(0, 1)), pause, (life, spans) => {
    const tally = groups.get(life.group_key) ?? createTally(instants)
    groups.set(life.group_key, tally)
    for (const span of spans) {
      totals.add(span)
      tally.add(span)
    }
    if (isOpenAt(spans, at)) ages.push(at - Date.parse(life.opened_at))
  })
  const counted = [...groups].map(([key, tally]): [string | null, number[]] => [
    key,
    tally.counts(),
  ])
  return {
    totals: totals.counts(),
    groups: new Map(counted.filter(([, counts]) => counts.some((count) => count > 0))),
    ageing: ageingOf(ages),
  }
}
