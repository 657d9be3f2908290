import {
  type IncidentStatus,
  incidentStatuses,
  type Priority,
  priorities,
} from '../../schemas/itsm/common.ts'
import type { PolicyDefinition } from '../../schemas/itsm/sla.ts'
import type { CalendarDefinition } from '../../schemas/itsm/sla-calendars.ts'
import { openCalendar } from '../../src/itsm/sla/calendar.ts'
import type { TermsAt } from '../../src/itsm/sla/clock.ts'
import type { ClockEvents } from '../../src/itsm/sla/events.ts'

const ranges = [{ from: '09:00', to: '18:00' }]

export const officeHours: CalendarDefinition = {
  zone: 'Asia/Tokyo',
  round_the_clock: false,
  weekly: { mon: ranges, tue: ranges, wed: ranges, thu: ranges, fri: ranges },
  holiday_sets: ['japan'],
  holidays: [{ from: '12-29', to: '01-03', name: '年末年始' }],
  extra_days: [],
}

export const roundTheClock: CalendarDefinition = {
  zone: 'Asia/Tokyo',
  round_the_clock: true,
  weekly: {},
  holiday_sets: [],
  holidays: [],
  extra_days: [],
}

/** The same ranges on every day of the week, and no day off. */
export function daily(zone: string, ...ranges: { from: string; to: string }[]): CalendarDefinition {
  const weekly = {
    mon: ranges,
    tue: ranges,
    wed: ranges,
    thu: ranges,
    fri: ranges,
    sat: ranges,
    sun: ranges,
  }
  return { ...roundTheClock, zone, round_the_clock: false, weekly }
}

/** Seconds of an ISO time. */
export function seconds(time: string): number {
  return Date.parse(time) / 1000
}

/** Seconds of a time in Japan, `2025-08-01 17:50`. */
export function inJapan(time: string): number {
  return seconds(`${time.replace(' ', 'T')}+09:00`)
}

export function hoursBetween(definition: CalendarDefinition, from: string, to: string): number {
  return openCalendar(definition).workingSeconds(seconds(from), seconds(to)) / 3600
}

const usual = {
  critical: { response_minutes: 15, resolution_minutes: 120 },
  high: { response_minutes: 60, resolution_minutes: 480 },
  medium: { response_minutes: 240, resolution_minutes: 1440 },
  low: { response_minutes: 480, resolution_minutes: 4320 },
}

export const usualPolicy: PolicyDefinition = {
  targets: usual,
  thresholds: { percent: 75, minutes_before: 30 },
  conditions: { categories: [], team_ids: [], priorities: [], tags: [] },
  raise_priority_on: null,
  notify: ['assignee', 'team_lead', 'manager'],
  rules: { on_priority_change: 'new_target', on_reopen: 'continue', first_response: 'either' },
}

/** The same terms at all times. */
export function termsOf(
  calendar: CalendarDefinition = officeHours,
  rules: Partial<PolicyDefinition['rules']> = {},
): TermsAt {
  const terms = {
    policy: { ...usualPolicy, rules: { ...usualPolicy.rules, ...rules } },
    policy_version: 1,
    calendar: openCalendar(calendar),
    calendar_version: 1,
  }
  return () => terms
}

type Happening = [time: string, what: IncidentStatus | Priority | 'note', by?: string | null]

/** The life of an incident, in the time of Japan; by `agent` where it is not said. */
export function lifeOf(
  opened: string,
  priority: Priority,
  ...happenings: Happening[]
): ClockEvents {
  const at = happenings.map(([time, what, by = 'agent']) => {
    const second = inJapan(time)
    return { at: second, iso: new Date(second * 1000).toISOString(), by, to: what }
  })
  return {
    opened: inJapan(opened),
    opened_at: new Date(inJapan(opened) * 1000).toISOString(),
    reporter_id: 'reporter',
    status: 'new',
    statuses: at.filter((each) => oneOf(incidentStatuses, each.to)) as ClockEvents['statuses'],
    priority,
    priorities: at.filter((each) => oneOf(priorities, each.to)) as ClockEvents['priorities'],
    notes: at.filter(({ to }) => to === 'note'),
  }
}

function oneOf(values: readonly string[], value: string): boolean {
  return values.includes(value)
}
