import type { IncidentStatus } from '../../../schemas/itsm/common.ts'
import type { SlaKind } from '../../../schemas/itsm/sla.ts'
import type { Calendar } from './calendar.ts'
import type { ClockEvents } from './events.ts'

export type Mode = 'active' | 'pending' | 'stopped' | 'cancelled'
/** A stretch of an incident's life, whatever the calendar says. */
export type Stretch = { from: number; to: number; mode: Mode }
export type Interval<Kind> = { from: number; to: number; kind: Kind; seconds: number }

const modes: Record<IncidentStatus, Mode> = {
  new: 'active',
  assigned: 'active',
  in_progress: 'active',
  pending: 'pending',
  resolved: 'stopped',
  closed: 'stopped',
  cancelled: 'cancelled',
}

/** The life of an incident up to a time, in stretches that join; the last one is there even if empty. */
export function stretchesOf({ opened, status, statuses }: ClockEvents, until: number): Stretch[] {
  const stretches: Stretch[] = [{ from: opened, to: until, mode: modes[status] }]
  for (const { at, to } of statuses) {
    if (at > until) break
    const last = stretches.at(-1) as Stretch
    if (modes[to] === last.mode) continue
    last.to = Math.max(at, last.from)
    stretches.push({ from: last.to, to: until, mode: modes[to] })
  }
  return stretches
}

/** Stretches as the calendar cuts them; neighbours of one kind are one. */
export function intervalsOf(
  stretches: readonly Stretch[],
  calendar: Calendar,
): Interval<SlaKind>[] {
  const intervals: Interval<SlaKind>[] = []
  const add = (from: number, to: number, kind: SlaKind) => {
    if (from >= to) return
    const last = intervals.at(-1)
    if (last?.kind === kind) {
      last.to = to
      last.seconds = to - last.from
    } else intervals.push({ from, to, kind, seconds: to - from })
  }
  for (const { from, to, mode } of stretches) {
    if (mode === 'stopped' || mode === 'cancelled') {
      add(from, to, 'stopped')
      continue
    }
    let reached = from
    for (const open of calendar.intervals(from, to)) {
      add(reached, open.from, 'closed')
      add(open.from, open.to, mode === 'pending' ? 'paused' : 'running')
      reached = open.to
    }
    add(reached, to, 'closed')
  }
  return intervals
}

export function sumOf(intervals: readonly Interval<SlaKind>[], kind: SlaKind): number {
  let sum = 0
  for (const each of intervals) if (each.kind === kind) sum += each.seconds
  return sum
}

/** The instant by which so many seconds have run; null while they have not. */
export function crossing(intervals: readonly Interval<SlaKind>[], seconds: number): number | null {
  let left = seconds
  for (const { kind, from, seconds: length } of intervals) {
    if (kind !== 'running') continue
    if (length >= left) return from + left
    left -= length
  }
  return null
}
