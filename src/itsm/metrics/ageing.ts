import { type Ageing, ageingBands } from '../../../schemas/itsm/metrics.ts'
import type { Span } from './periods.ts'

const dayMs = 24 * 3_600_000

/** How many of these ages, in milliseconds, fall into each band; a band ends before its upper bound. */
export function ageingOf(ages: Iterable<number>): Ageing {
  const counts = ageingBands.map(() => 0)
  for (const age of ages) {
    const place = ageingBands.findIndex(({ to_days }) => to_days === null || age < to_days * dayMs)
    counts[place] = (counts[place] as number) + 1
  }
  return ageingBands.map((band, n) => ({ ...band, count: counts[n] as number }))
}

/** What there is to know of when an incident was open. */
export type Life = {
  status: string
  opened_at: string
  resolved_at: string | null
  closed_at: string | null
  updated_at: string
}

export type StatusChange = { status: string; at: string }

const ended = new Set(['resolved', 'closed', 'cancelled'])

/** When it was open: from when it was opened until it ended, and again from each reopening. */
export function openSpans(life: Life, changes: readonly StatusChange[] = []): Span[] {
  const spans: Span[] = []
  let since: number | null = Date.parse(life.opened_at)
  for (const { status, at } of changes) {
    const isOpen = !ended.has(status)
    if (isOpen) since ??= Date.parse(at)
    else if (since !== null) {
      spans.push({ from: since, to: Date.parse(at) })
      since = null
    }
  }
  if (since !== null) spans.push({ from: since, to: endOf(life) })
  return spans.filter(({ from, to }) => from < to)
}

/** Where the history does not say it, as with an import, the times of the incident itself do. */
function endOf({ status, resolved_at, closed_at, updated_at }: Life): number {
  return ended.has(status)
    ? Date.parse(resolved_at ?? closed_at ?? updated_at)
    : Number.POSITIVE_INFINITY
}

/** Whether its end cannot be read from its own times. */
export function needsHistory(life: Pick<Life, 'status'> & { reopen_count: number }): boolean {
  return life.reopen_count > 0 || life.status === 'cancelled'
}

/**
 * Counts what is open at each of some ascending instants: opened before it, and not ended before it. So
 * the backlog at the end of a period is that at its beginning, and what came, without what went.
 */
export function createTally(instants: readonly number[]) {
  const steps = new Int32Array(instants.length + 1)
  return {
    add({ from, to }: Span): void {
      const first = countUpTo(instants, from)
      const last = countUpTo(instants, to)
      if (last <= first) return
      steps[first] = (steps[first] as number) + 1
      steps[last] = (steps[last] as number) - 1
    },
    counts(): number[] {
      let open = 0
      return instants.map((_, n) => {
        open += steps[n] as number
        return open
      })
    },
  }
}

/** How many of the ascending numbers are no greater than a value. */
function countUpTo(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low
}
