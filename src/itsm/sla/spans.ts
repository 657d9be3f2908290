import type { SlaKind } from '../../../schemas/itsm/sla.ts'
import type { Terms } from './clock.ts'
import type { ClockEvents } from './events.ts'
import { crossing, type Interval } from './intervals.ts'

/** While one target was in force; `isLast` is the one that decides where none was missed. */
export type Span = { from: number; to: number; target_s: number; isLast: boolean }

export function spansOf(
  { priority, priorities }: ClockEvents,
  kind: 'response' | 'resolution',
  { policy }: Terms,
  { started_at, end }: { started_at: number; end: number },
): Span[] {
  const changes = priorities.filter(({ at }) => at <= end)
  const before = changes.filter(({ at }) => at <= started_at).at(-1)?.to ?? priority
  const starts = [{ at: started_at, to: before }, ...changes.filter(({ at }) => at > started_at)]
  return starts.map(({ at, to }, n) => ({
    from: at,
    to: starts[n + 1]?.at ?? end,
    target_s: policy.targets[to][`${kind}_minutes`] * 60,
    isLast: n === starts.length - 1,
  }))
}

/**
 * The first target that ran out while it was in force. It stays missed, and what the clock is judged by,
 * whatever the priority becomes afterwards: nobody mends a breach by lowering it. A target that a higher
 * priority brought when more than that had run was due before, and is missed from the change on.
 */
export function firstMissed(
  spans: readonly Span[],
  intervals: readonly Interval<SlaKind>[],
  isLive: boolean,
) {
  for (const span of spans) {
    const due = crossing(intervals, span.target_s)
    if (due === null) continue
    const wasInForce = span.isLast || span.from < span.to
    const isMissed = due < span.to || (isLive && span.isLast && due === span.to)
    if (wasInForce && isMissed) return { span, due, at: Math.max(due, span.from) }
  }
  return undefined
}
