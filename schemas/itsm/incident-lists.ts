import { type Static, Type } from '@sinclair/typebox'
import { Id, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { ExportFormat } from '../exports.ts'
import { cursorQuery, pageOf, pageQuery } from '../pages.ts'
import { impacts, incidentStatuses, priorities, urgencies } from './common.ts'
import { Incident, slaStatuses } from './incidents.ts'

/** Several of some words: the parameter is repeated, or they stand between commas. */
function someOf(values: readonly string[], description: string) {
  const word = `(${values.join('|')})`
  const entry = Type.String({ pattern: `^${word}(,${word})*$`, examples: [values[0]] })
  return Type.Optional(
    Type.Array(entry, {
      minItems: 1,
      maxItems: values.length,
      description: `${description} One or several of ${values.join(', ')}: repeated, also as \`name[]\`, or between commas.`,
      examples: [[values[0]]],
    }),
  )
}

const uuid = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'
const personOr = (words: string, description: string) =>
  Type.Optional(
    Type.String({ pattern: `^(${words}|${uuid})$`, description, examples: [words.split('|')[0]] }),
  )
const time = (description: string) => Type.Optional(Type.String({ ...Timestamp, description }))
const text = (maxLength: number, description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }))

export const incidentSorts = [
  '-opened_at',
  'opened_at',
  '-updated_at',
  'updated_at',
  '-priority',
  'priority',
  '-next_due_at',
  'next_due_at',
  '-number',
  'number',
] as const
export type IncidentSort = (typeof incidentSorts)[number]

const people = {
  assignee: personOr(
    'me|none|inactive',
    '`me`, `none`, `inactive` for all whose assignee was deactivated or deleted, or the id of a user.',
  ),
  team: personOr('mine|none', '`mine` for all teams that one is in, `none`, or the id of one.'),
  reporter: personOr('me', '`me`, or the id of a user.'),
}

/** The name that the service desk before this one had for it. */
const older = (filter: typeof people.assignee, name: string) =>
  Type.Optional(Type.String({ ...filter, description: `Another name of \`${name}\`.` }))

const filters = {
  status: someOf(incidentStatuses, 'Only of these states.'),
  priority: someOf(priorities, 'Only of these priorities.'),
  impact: someOf(impacts, 'Only of this impact.'),
  urgency: someOf(urgencies, 'Only of this urgency.'),
  sla_status: someOf(slaStatuses, 'How they stand to their targets now.'),
  category: text(100, 'Only of exactly this category.'),
  ...people,
  assignee_id: older(people.assignee, 'assignee'),
  team_id: older(people.team, 'team'),
  reporter_id: older(people.reporter, 'reporter'),
  opened_from: time('Opened at this time or later.'),
  opened_to: time('Opened before this time.'),
  updated_from: time('Last changed at this time or later.'),
  updated_to: time('Last changed before this time.'),
  resolved_from: time('Resolved at this time or later.'),
  resolved_to: time('Resolved before this time.'),
  due_from: time('With the next target at this time or later.'),
  due_to: time('With the next target before this time.'),
  tag: text(50, 'Only with exactly this tag.'),
  major: Type.Optional(Type.Boolean({ description: 'Only major ones, or only others.' })),
  parent_id: Type.Optional(Type.String({ ...Id, description: 'Only children of this one.' })),
  ci_id: Type.Optional(
    Type.String({ ...Id, description: 'Only those that affect this configuration item.' }),
  ),
  has_attachments: Type.Optional(
    Type.Boolean({ description: 'Only with files, or only without, as far as one sees them.' }),
  ),
  number: Type.Optional(
    Type.String({
      pattern: '^([Ii][Nn][Cc])?[0-9]{1,8}$',
      description: 'Exactly this number.',
      examples: ['INC00000042'],
    }),
  ),
  external_number: text(100, 'Exactly this number of another system.'),
  search: text(
    100,
    'Part of the title, the description or a note, in upper or lower case; `%` and `_` mean themselves. Who only reports finds public notes alone.',
  ),
  sort: Type.Optional(
    Type.Unsafe<IncidentSort>({
      ...oneOf(...incidentSorts),
      description:
        'The order, with `-` from the greatest to the least; `-opened_at` unless told otherwise. By `next_due_at`, those without a target come last, or with `-` first.',
    }),
  ),
}

export const IncidentFilters = Type.Object(filters, {
  $id: 'IncidentFilters',
  additionalProperties: false,
})
export type IncidentFilters = Static<typeof IncidentFilters>

const saved_search = Type.Optional(
  Type.String({ ...Id, description: 'A saved search; other parameters go before what it says.' }),
)

export const IncidentQuery = Type.Object({
  ...pageQuery().properties,
  ...Type.Pick(cursorQuery(), ['cursor']).properties,
  ...filters,
  saved_search,
})
export type IncidentQuery = Static<typeof IncidentQuery>

export const IncidentPage = Type.Object(
  {
    ...pageOf('incidents', ref(Incident)).properties,
    next_cursor: nullable(
      Type.String({ description: 'What to send as `cursor` next. Null on the last page.' }),
    ),
  },
  { $id: 'IncidentPage' },
)

export const IncidentExportQuery = Type.Object({
  ...filters,
  saved_search,
  format: Type.Unsafe<ExportFormat>({
    ...ExportFormat,
    default: 'csv',
    description: 'CSV marked as UTF-8, which opens in a spreadsheet, or a workbook.',
  }),
})
export type IncidentExportQuery = Static<typeof IncidentExportQuery>

const savedFields = {
  name: Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: '\\S',
    description: 'One’s own searches have different names.',
    examples: ['自分の未解決'],
  }),
  query: Type.Unsafe<IncidentFilters>({
    ...ref(IncidentFilters),
    examples: [{ assignee: 'me', status: ['assigned,in_progress'] }],
  }),
}

export const NewSavedSearch = Type.Object(
  {
    ...savedFields,
    shared: Type.Optional(
      Type.Boolean({ default: false, description: 'Whether the service desk sees and runs it.' }),
    ),
  },
  { $id: 'NewSavedSearch', additionalProperties: false },
)
export type NewSavedSearch = Static<typeof NewSavedSearch>

export const SavedSearch = Type.Object(
  {
    id: Id,
    ...savedFields,
    shared: Type.Boolean(),
    user_id: Id,
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'SavedSearch' },
)
export type SavedSearch = Static<typeof SavedSearch>

export const SavedSearchQuery = pageQuery()
export const SavedSearchPage = pageOf('searches', ref(SavedSearch), { $id: 'SavedSearchPage' })
