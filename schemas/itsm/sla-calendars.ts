import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'

const description = 'From the first minute up to the last, which is no longer part of it.'
const WorkingRange = Type.Object(
  {
    from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', examples: ['09:00'] }),
    to: Type.String({ pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$', examples: ['18:00'] }),
  },
  { additionalProperties: false, description },
)
export type WorkingRange = Static<typeof WorkingRange>

const Ranges = Type.Array(WorkingRange, {
  maxItems: 12,
  examples: [[{ from: '09:00', to: '18:00' }]],
})
const day = '(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])'
const HolidayDate = Type.String({
  pattern: `^(\\d{4}-)?${day}$`,
  description: '`MM-DD` for every year, `YYYY-MM-DD` for one.',
  examples: ['12-29'],
})

export const SlaName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: line,
  examples: ['平日 9–18 時'],
})

const definition = {
  zone: Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'A zone of the IANA data.',
    examples: ['Asia/Tokyo'],
  }),
  round_the_clock: Type.Boolean({
    description: 'Every second of every day counts; then there are no ranges and no holidays.',
    examples: [false],
  }),
  weekly: Type.Object(
    {
      mon: Type.Optional(Ranges),
      tue: Type.Optional(Ranges),
      wed: Type.Optional(Ranges),
      thu: Type.Optional(Ranges),
      fri: Type.Optional(Ranges),
      sat: Type.Optional(Ranges),
      sun: Type.Optional(Ranges),
    },
    {
      additionalProperties: false,
      description: 'Working ranges of each weekday; they may touch, not overlap.',
      examples: [
        {
          mon: [
            { from: '09:00', to: '12:00' },
            { from: '13:00', to: '18:00' },
          ],
        },
      ],
    },
  ),
  holiday_sets: Type.Array(oneOf('japan'), {
    uniqueItems: true,
    maxItems: 1,
    description: '`japan`: the national holidays of Japan, 1980 to 2099.',
    examples: [['japan']],
  }),
  holidays: Type.Array(
    Type.Object(
      { from: HolidayDate, to: Type.Optional(HolidayDate), name: SlaName },
      { additionalProperties: false },
    ),
    {
      maxItems: 200,
      description: 'Days off of one’s own: one day, or from one to another, both included.',
      examples: [[{ from: '12-29', to: '01-03', name: '年末年始' }]],
    },
  ),
  extra_days: Type.Array(
    Type.Object(
      { date: Type.String({ format: 'date', examples: ['2026-01-10'] }), ranges: Ranges },
      { additionalProperties: false },
    ),
    {
      maxItems: 200,
      description: 'Days with ranges of their own, whatever weekday or holiday they are.',
      examples: [[{ date: '2026-01-10', ranges: [{ from: '09:00', to: '12:00' }] }]],
    },
  ),
}
const CalendarDefinition = Type.Object(definition)
export type CalendarDefinition = Static<typeof CalendarDefinition>

export const SlaCalendar = Type.Object(
  {
    id: Id,
    name: SlaName,
    ...definition,
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'SlaCalendar' },
)
export type SlaCalendar = Static<typeof SlaCalendar>

export const NewSlaCalendar = Type.Object(
  {
    name: SlaName,
    zone: definition.zone,
    ...Type.Partial(Type.Omit(CalendarDefinition, ['zone'])).properties,
  },
  { $id: 'NewSlaCalendar', additionalProperties: false },
)
export type NewSlaCalendar = Static<typeof NewSlaCalendar>

export const SlaCalendarChange = Type.Partial(Type.Object({ name: SlaName, ...definition }), {
  $id: 'SlaCalendarChange',
  additionalProperties: false,
  minProperties: 1,
})
export type SlaCalendarChange = Static<typeof SlaCalendarChange>

export const SlaCalendarQuery = pageQuery({ limit: 50, max: 100 })
export const SlaCalendarPage = pageOf('calendars', ref(SlaCalendar), { $id: 'SlaCalendarPage' })

export const SlaDaysQuery = Type.Object({
  from: Type.String({ format: 'date', description: 'The first day.', examples: ['2025-12-26'] }),
  to: Type.String({
    format: 'date',
    description: 'The last day, at most 400 days on.',
    examples: ['2026-01-06'],
  }),
})
export type SlaDaysQuery = Static<typeof SlaDaysQuery>

export const SlaDays = Type.Object(
  {
    calendar_id: Id,
    zone: definition.zone,
    working_s: Type.Integer({ minimum: 0, description: 'Working seconds of all the days.' }),
    days: Type.Array(
      Type.Object({
        date: Type.String({ format: 'date', examples: ['2025-12-29'] }),
        holiday: nullable(Type.String({ examples: ['年末年始'] })),
        is_extra: Type.Boolean({ description: 'A day with ranges of its own.' }),
        working_s: Type.Integer({ minimum: 0 }),
        intervals: Type.Array(Type.Object({ from: Timestamp, to: Timestamp })),
      }),
    ),
  },
  { $id: 'SlaDays' },
)

export const SlaHolidayQuery = Type.Object({
  year: Type.Integer({
    minimum: 1980,
    maximum: 2099,
    description: 'The year, in the Gregorian calendar.',
    examples: [2026],
  }),
})

export const SlaHolidays = Type.Object(
  {
    year: Type.Integer({ examples: [2026] }),
    source: Type.String({ examples: ['国民の祝日に関する法律'] }),
    holidays: Type.Array(
      Type.Object({
        date: Type.String({ format: 'date', examples: ['2026-01-01'] }),
        name_ja: Type.String({ examples: ['元日'] }),
        name_en: Type.String({ examples: ['New Year’s Day'] }),
      }),
    ),
  },
  { $id: 'SlaHolidays' },
)
