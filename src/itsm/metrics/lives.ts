import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import type { Ageing } from '../../../schemas/itsm/metrics.ts'
import type { Pause } from '../../slices.ts'
import { ageingOf, createTally, needsHistory, openSpans } from './ageing.ts'
import type { Span } from './periods.ts'
import { type Cut, incidentsSince, type LifeRow, statusChanges } from './reading.ts'

/** Calls `visit` for each incident that something may have happened to since then, with when it was open. */
export async function eachLife<Column extends keyof Selectable<Tables['incidents']>>(
  db: Db,
  cut: Cut,
  { since, columns }: { since: number; columns: readonly Column[] },
  pause: Pause,
  visit: (life: LifeRow<Column>, spans: Span[]) => void,
): Promise<void> {
  for await (const lives of incidentsSince(db, cut, since, columns)) {
    const changes = await statusChanges(
      db,
      lives.filter(needsHistory).map(({ id }) => id),
    )
    await pause()
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
export function createBacklogs(instants: readonly number[], at: number) {
  const totals = createTally(instants)
  const groups = new Map<string | null, ReturnType<typeof createTally>>()
  const ages: number[] = []
  return {
    add({ group_key, opened_at }: LifeRow, spans: readonly Span[]): void {
      const tally = groups.get(group_key) ?? createTally(instants)
      groups.set(group_key, tally)
      for (const span of spans) {
        totals.add(span)
        tally.add(span)
      }
      if (isOpenAt(spans, at)) ages.push(at - Date.parse(opened_at))
    },
    counts(): Backlogs {
      const counted = [...groups].map(([key, tally]): [string | null, number[]] => [
        key,
        tally.counts(),
      ])
      return {
        totals: totals.counts(),
        groups: new Map(counted.filter(([, counts]) => counts.some((count) => count > 0))),
        ageing: ageingOf(ages),
      }
    },
  }
}
