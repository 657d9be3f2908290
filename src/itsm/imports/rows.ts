import type { Impact, IncidentStatus, Priority, Urgency } from '../../../schemas/itsm/common.ts'
import type { CsvRecord } from '../../csv.ts'
import { cellsOf, type Fault } from './cells.ts'
import { choiceOf, choices, type IncidentField, type Values } from './fields.ts'
import type { ReadTime } from './times.ts'

/** An incident as a file tells of it: people and teams by what they are called. */
export type Candidate = {
  line: number
  number: string | null
  /** Of an export of this service: what the incident was called before, and its id. */
  external_number: string | null
  id: string | null
  title: string
  description: string | null
  status: IncidentStatus
  /** Whether the file says nothing of the state, so that the times, or its events, do. */
  state_by_events: boolean
  impact: Impact
  urgency: Urgency
  /** Null where the file says nothing of it. */
  priority: Priority | null
  category: string | null
  team: string | null
  assignee: string | null
  reporter: string | null
  tags: string[]
  major: boolean
  resolution: string | null
  resolution_code: string | null
  opened_at: string
  resolved_at: string | null
  closed_at: string | null
  reassignment_count: number
  reopen_count: number
}

export type ReadRow = { candidate: Candidate } | { faults: Fault[] }

type How = { values: Values; readTime: ReadTime; at: string }

const limits = { number: 100, title: 200, long: 20_000, name: 200, tag: 50, tags: 20 }
const maxCount = 10_000

/**
 * One record of a file of incidents, or everything that is wrong with it. Without impact or urgency either
 * is `medium`; without a status it is what the times say.
 */
export function readRow(
  record: CsvRecord,
  places: ReadonlyMap<IncidentField, number>,
  { values, readTime, at }: How,
): ReadRow {
  const cells = cellsOf(record, places)
  const { text, fault, faults, optional, read } = cells
  const choice = <Field extends keyof typeof choices>(field: Field) =>
    read(field, (word) => choiceOf(field, word, values), 'enum', { allowedValues: choices[field] })
  const time = (field: IncidentField) => read(field, readTime, 'import_time')
  const count = (field: IncidentField) =>
    read(field, countIn, 'import_count', { limit: maxCount }) ?? 0
  const title = text('title').replace(/[\s\p{Cc}]+/gu, ' ')
  if (title === '') fault('title', 'required')
  if ([...title].length > limits.title) fault('title', 'maxLength', { limit: limits.title })
  const times = {
    opened_at: time('opened_at'),
    resolved_at: time('resolved_at'),
    closed_at: time('closed_at'),
  }
  if (text('opened_at') === '') fault('opened_at', 'required')
  const said = choice('status')
  const status = said ?? statusBy(times)
  for (const [field, rule] of faultsOf(status, times, at)) fault(field, rule)
  const candidate = {
    line: record.line,
    number: optional('number', limits.number),
    external_number: optional('external_number', limits.number),
    id: optional('id', limits.number),
    title,
    description: optional('description', limits.long),
    status,
    state_by_events: said === null,
    impact: choice('impact') ?? 'medium',
    urgency: choice('urgency') ?? 'medium',
    priority: choice('priority'),
    category: optional('category', limits.name),
    team: optional('team', limits.name),
    assignee: optional('assignee', limits.name),
    reporter: optional('reporter', limits.name),
    tags: read('tags', tagsIn, 'import_tags', { limit: limits.tags, length: limits.tag }) ?? [],
    major: read('major', booleanIn, 'import_boolean') ?? false,
    resolution: optional('resolution', limits.long),
    resolution_code: optional('resolution_code', limits.name),
    ...times,
    opened_at: times.opened_at ?? '',
    reassignment_count: count('reassignment_count'),
    reopen_count: count('reopen_count'),
  }
  return faults.length > 0 ? { faults } : { candidate }
}

type Times = Record<'opened_at' | 'resolved_at' | 'closed_at', string | null>

function statusBy({ resolved_at, closed_at }: Times): IncidentStatus {
  if (closed_at !== null) return 'closed'
  return resolved_at === null ? 'new' : 'resolved'
}

/** What cannot be: an end before the beginning, tomorrow, an end of what is open, none of what is not. */
function* faultsOf(
  status: IncidentStatus,
  { opened_at, resolved_at, closed_at }: Times,
  at: string,
): Generator<[keyof Times, 'import_future' | 'import_order' | 'import_end' | 'import_no_end']> {
  const known = Object.entries({ opened_at, resolved_at, closed_at }) as [
    keyof Times,
    string | null,
  ][]
  for (const [field, time] of known) if (time !== null && time > at) yield [field, 'import_future']
  if (opened_at && resolved_at && resolved_at < opened_at) yield ['resolved_at', 'import_order']
  const last = resolved_at ?? opened_at
  if (last && closed_at && closed_at < last) yield ['closed_at', 'import_order']
  const isOver = status === 'resolved' || status === 'closed'
  if (resolved_at && !isOver && status !== 'cancelled') yield ['resolved_at', 'import_end']
  if (closed_at && status !== 'closed' && status !== 'cancelled') yield ['closed_at', 'import_end']
  if (isOver && !resolved_at && !(closed_at && status === 'closed')) {
    yield [status === 'closed' ? 'closed_at' : 'resolved_at', 'import_no_end']
  }
}

function countIn(text: string): number | undefined {
  const count = Number(text)
  return /^\d{1,5}$/.test(text) && count <= maxCount ? count : undefined
}

function booleanIn(text: string): boolean | undefined {
  if (/^(true|1|yes|y)$/i.test(text)) return true
  return /^(false|0|no|n)$/i.test(text) ? false : undefined
}

/** As a list in JSON, as an export writes it, or between commas, semicolons or 、. */
function tagsIn(text: string): string[] | undefined {
  const parts = text.startsWith('[') ? listIn(text) : text.split(/[,;、]/)
  const tags = [...new Set(parts?.map((tag) => tag.trim()).filter((tag) => tag !== ''))]
  const fits = tags.length <= limits.tags && tags.every((tag) => tag.length <= limits.tag)
  return parts && fits ? tags : undefined
}

function listIn(text: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((each) => typeof each === 'string') ? list : undefined
  } catch {
    return undefined
  }
}
