import type { PolicyDefinition, SlaKind, SlaState } from '../../../schemas/itsm/sla.ts'
import type { Calendar } from './calendar.ts'
import { type ClockEvents, firstResponse } from './events.ts'
import {
  crossing,
  type Interval,
  intervalsOf,
  type Stretch,
  stretchesOf,
  sumOf,
} from './intervals.ts'
import { firstMissed, type Span, spansOf } from './spans.ts'

/** What a target is judged by. */
export type Terms = {
  policy: PolicyDefinition
  policy_version: number
  calendar: Calendar
  calendar_version: number
}
/** The terms in force at an instant; for null, the newest. */
export type TermsAt = (instant: number | null) => Terms

export type Level = 'percent' | 'minutes' | 'breach'

/** Instants and lengths are whole seconds. */
export type TargetClock = {
  state: SlaState
  terms: Terms
  target_s: number
  elapsed_s: number
  paused_s: number
  remaining_s: number
  percent: number
  started_at: number
  due_at: number | null
  met_at: number | null
  breached_at: number | null
  intervals: Interval<SlaKind>[]
  /** When there is something to tell of a clock that runs; nothing for one that does not. */
  levels: { level: Level; at: number }[]
}

export type Clock = {
  response: TargetClock
  resolution: TargetClock
  /** The first response to the millisecond, as it is stored. */
  responded_at: string | null
}

/**
 * Both clocks of an incident at a time, from its events alone. A target that has stopped is judged by the
 * terms of that moment, a running one by the newest; a target that was missed before the priority changed
 * stays missed. Due is the first instant at which as much working time
 * has run as the target allows: who stops exactly then has met it.
 */
export function clockOf(events: ClockEvents, termsAt: TermsAt, at: number): Clock {
  const until = Math.max(at, events.opened)
  const stretches = stretchesOf(events, until)
  const last = stretches.at(-1) as Stretch
  const cancelled = last.mode === 'cancelled' ? last.from : null
  const ruleAt = (instant: number) => termsAt(instant).policy.rules.first_response
  const answer = firstResponse(events, ruleAt, cancelled ?? until)
  const resolved = last.mode === 'stopped' ? last.from : null
  return {
    response: targetOf(events, 'response', stretches, termsAt, {
      until,
      cancelled,
      stop: answer?.at ?? null,
    }),
    resolution: targetOf(events, 'resolution', stretches, termsAt, {
      until,
      cancelled,
      stop: resolved,
    }),
    responded_at: answer?.iso ?? null,
  }
}

type Ends = { until: number; stop: number | null; cancelled: number | null }

function targetOf(
  events: ClockEvents,
  kind: 'response' | 'resolution',
  all: readonly Stretch[],
  termsAt: TermsAt,
  { until, stop, cancelled }: Ends,
): TargetClock {
  const end = stop ?? cancelled ?? until
  const terms = termsAt(stop ?? cancelled)
  const started_at = startOf(events, kind, all, terms, end)
  const stretches = all
    .map((each) => ({ ...each, from: Math.max(each.from, started_at), to: Math.min(each.to, end) }))
    .filter(({ from, to }) => from < to)
  const intervals = intervalsOf(stretches, terms.calendar)
  const isLive = stop === null && cancelled === null
  const spans = spansOf(events, kind, terms, { started_at, end })
  const missed = firstMissed(spans, intervals, isLive)
  const target_s = (missed?.span ?? (spans.at(-1) as Span)).target_s
  const elapsed_s = sumOf(intervals, 'running')
  const remaining_s = target_s - elapsed_s
  const isPaused = isLive && all.at(-1)?.mode === 'pending'
  const isOver = cancelled !== null && stop === null
  const breached_at = missed?.at ?? null
  const due = missed?.due ?? crossing(intervals, target_s)
  const due_at =
    isPaused || isOver ? null : (due ?? terms.calendar.addWorkingSeconds(end, remaining_s))
  const running = { target_s, elapsed_s, started_at, due_at, breached_at, intervals, terms }
  return {
    ...running,
    state: stateOf({ isOver, isLive, isPaused, isMissed: missed !== undefined }),
    paused_s: sumOf(intervals, 'paused'),
    remaining_s,
    percent: Math.floor((elapsed_s * 1000) / target_s) / 10,
    met_at: stop,
    levels: isLive && !isPaused ? levelsOf(running, end) : [],
  }
}

type Flags = Record<'isOver' | 'isLive' | 'isPaused' | 'isMissed', boolean>

function stateOf({ isOver, isLive, isPaused, isMissed }: Flags): SlaState {
  if (isOver) return 'cancelled'
  if (isMissed) return 'breached'
  if (!isLive) return 'met'
  return isPaused ? 'paused' : 'running'
}

/** Where the clock began: at the opening, or where a rule of the policy has it begin anew. */
function startOf(
  { opened, priorities }: ClockEvents,
  kind: 'response' | 'resolution',
  all: readonly Stretch[],
  { policy: { rules } }: Terms,
  end: number,
): number {
  const starts = [opened]
  if (rules.on_priority_change === 'restart') starts.push(...priorities.map(({ at }) => at))
  if (rules.on_reopen === 'restart' && kind === 'resolution') {
    starts.push(...all.filter(({ mode }) => mode === 'stopped').map(({ to }) => to))
  }
  return Math.max(...starts.filter((start) => start === opened || start < end))
}

type Running = Pick<
  TargetClock,
  'target_s' | 'elapsed_s' | 'started_at' | 'due_at' | 'breached_at' | 'intervals' | 'terms'
>

/**
 * The share goes by working time, since it says how much of it is used up; the minutes go by the clock on
 * the wall, since they say how long before the due time somebody wants to hear of it.
 */
function levelsOf(
  { target_s, elapsed_s, started_at, due_at, breached_at, intervals, terms }: Running,
  at: number,
): TargetClock['levels'] {
  const { percent, minutes_before } = terms.policy.thresholds
  const levels: { level: Level; at: number | null }[] = []
  if (percent !== null) {
    const share = Math.ceil((target_s * percent) / 100)
    const crossed = crossing(intervals, share)
    const ahead = crossed ?? terms.calendar.addWorkingSeconds(at, share - elapsed_s)
    levels.push({ level: 'percent', at: ahead })
  }
  if (due_at !== null && minutes_before !== null && target_s > minutes_before * 60) {
    levels.push({ level: 'minutes', at: Math.max(started_at, due_at - minutes_before * 60) })
  }
  levels.push({ level: 'breach', at: breached_at ?? due_at })
  return levels.flatMap(({ level, at }) => (at === null ? [] : [{ level, at }]))
}
