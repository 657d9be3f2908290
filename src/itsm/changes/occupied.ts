import type { ExpressionBuilder } from 'kysely'
import type { Tables } from '../../../db/tables.ts'
import type { ChangeRow } from './access.ts'
import type { Span } from './occurrences.ts'

type Timed = Pick<
  ChangeRow,
  'status' | 'scheduled_start' | 'scheduled_end' | 'actual_start' | 'actual_end'
>

const minuteMs = 60_000

/**
 * The time that a change takes, half-open: what is planned and what came of it. One that is under way takes
 * at least the present minute, whether or not it was planned for. Null for one without a time.
 */
export function occupied(change: Timed, at: string): Span | null {
  const { status, scheduled_start, scheduled_end, actual_start, actual_end } = change
  const [start] = [scheduled_start, actual_start].filter((each) => each !== null).sort()
  const running = status === 'in_progress' ? endOfMinute(at) : null
  const end = [scheduled_end, actual_end, running]
    .filter((each) => each !== null)
    .sort()
    .at(-1)
  return start !== undefined && end !== undefined && start < end ? { start, end } : null
}

/** What of changes overlaps a span, by `occupied`. */
export function takesPartOf(
  eb: ExpressionBuilder<Tables, 'changes'>,
  { start, end }: Span,
  at: string,
) {
  return eb.or([
    eb.and([eb('scheduled_start', '<', end), eb('scheduled_end', '>', start)]),
    eb.and([eb('actual_start', '<', end), eb('actual_end', '>', start)]),
    eb.and([
      eb('status', '=', 'in_progress'),
      eb('actual_start', '<', end),
      ...(endOfMinute(at) > start ? [] : [eb('scheduled_end', '>', start)]),
    ]),
  ])
}

function endOfMinute(at: string): string {
  return new Date((Math.floor(Date.parse(at) / minuteMs) + 1) * minuteMs).toISOString()
}
