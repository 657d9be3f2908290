import { insertMany } from '../../../db/bulk.ts'
import type { Tables, Trx } from '../../../db/tables.ts'
import type { CsvRecord } from '../../csv.ts'
import { cellsOf, type Fault } from './cells.ts'
import {
  type ChoiceField,
  choiceOf,
  choices,
  type EventField,
  type TrackedField,
  trackedFields,
  type Values,
} from './fields.ts'
import { pendingColumns } from './incidents.ts'
import type { Names } from './people.ts'
import type { ReadTime } from './times.ts'

/** One change of one field, as a file tells of it. */
export type EventRow = {
  line: number
  number: string
  at: string
  field: TrackedField
  old: string | null
  new: string
  by: string | null
}

export type StagedEvents = {
  staged: number
  unknown_people: number
  faults: Fault[]
}

const maxName = 200

export function readEvent(
  record: CsvRecord,
  places: ReadonlyMap<EventField, number>,
  { values, readTime, at }: { values: Values; readTime: ReadTime; at: string },
): { event: EventRow } | { faults: Fault[] } {
  const cells = cellsOf(record, places)
  const { text, fault, faults, optional, read } = cells
  for (const field of ['number', 'at', 'new'] as const) {
    if (text(field) === '') fault(field, 'required')
  }
  const time = read('at', readTime, 'import_time')
  if (time !== null && time > at) fault('at', 'import_future')
  const field = read('field', trackedIn, 'enum', { allowedValues: trackedFields }) ?? 'status'
  const word = (column: 'old' | 'new') =>
    isChoice(field)
      ? read(column, (said) => choiceOf(field, said, values), 'enum', {
          allowedValues: choices[field],
        })
      : optional(column, maxName)
  const event = {
    line: record.line,
    number: text('number'),
    at: time ?? '',
    field,
    old: word('old'),
    new: word('new') ?? '',
    by: optional('by', maxName),
  }
  return faults.length > 0 ? { faults } : { event }
}

/**
 * Keeps a batch of events until all of an incident can be put in order. Events of incidents that are not
 * there, and of teams and assignees that are not, are faults.
 */
export async function stageEvents(
  trx: Trx,
  import_id: string,
  events: readonly EventRow[],
  names: Names,
  { isDry, seen }: { isDry: boolean; seen: ReadonlySet<string> },
): Promise<StagedEvents> {
  const ids = await idsOf(trx, events)
  await names.learn(trx, {
    users: events.flatMap(({ by, field, old, new: to }) =>
      field === 'assignee' ? [by, old, to] : [by],
    ),
    teams: events.flatMap(({ field, old, new: to }) => (field === 'team' ? [old, to] : [])),
  })
  const faults: Fault[] = []
  const rows: Tables['incident_import_events'][] = []
  let [staged, unknown_people] = [0, 0]
  for (const event of events) {
    const { line } = event
    const incident_id = ids.get(event.number) ?? (seen.has(event.number) ? event.number : undefined)
    const to = storedOf(event.field, event.new, names)
    if (incident_id === undefined) {
      faults.push({
        line,
        field: 'number',
        rule: 'import_unknown',
        value: event.number.slice(0, 40),
      })
    } else if (to === null) {
      faults.push({ line, field: 'new', rule: 'import_unknown', value: event.new.slice(0, 40) })
    } else {
      const by = names.userOf(event.by)
      if (by === null) unknown_people += 1
      staged += 1
      const old = event.old === null ? null : storedOf(event.field, event.old, names)
      rows.push({
        import_id,
        incident_id,
        seq: line,
        field: columnOf(event.field),
        old_value: old === null ? null : JSON.stringify(old),
        new_value: JSON.stringify(to),
        changed_by: by ?? null,
        changed_at: event.at,
      })
    }
  }
  if (!isDry) await insertStaged(trx, import_id, rows)
  return { staged, unknown_people, faults }
}

async function insertStaged(trx: Trx, import_id: string, rows: Tables['incident_import_events'][]) {
  const ids = [...new Set(rows.map(({ incident_id }) => incident_id))]
  if (ids.length === 0) return
  const known = await trx
    .selectFrom('incident_import_pending')
    .select('incident_id')
    .where('import_id', '=', import_id)
    .where('incident_id', 'in', ids)
    .execute()
  const pending = new Set(known.map(({ incident_id }) => incident_id))
  const others = ids
    .filter((id) => !pending.has(id))
    .map((incident_id) => ({ import_id, incident_id, is_new: 0, state_by_events: 0 }))
  await insertMany(trx, 'incident_import_pending', pendingColumns, others)
  await insertMany(
    trx,
    'incident_import_events',
    [
      'import_id',
      'incident_id',
      'seq',
      'field',
      'old_value',
      'new_value',
      'changed_by',
      'changed_at',
    ],
    rows,
  )
}

async function idsOf(trx: Trx, events: readonly EventRow[]): Promise<Map<string | null, string>> {
  const numbers = [...new Set(events.map(({ number }) => number))]
  if (numbers.length === 0) return new Map()
  const rows = await trx
    .selectFrom('incidents')
    .select(['id', 'external_number'])
    .where('external_number', 'in', numbers)
    .execute()
  return new Map(rows.map(({ id, external_number }) => [external_number, id]))
}

/** As history keeps it; null for a person or a team that is not known. */
function storedOf(field: TrackedField, text: string, names: Names): string | null {
  if (field === 'assignee') return names.userOf(text) ?? null
  return field === 'team' ? (names.teamOf(text) ?? null) : text
}

function columnOf(field: TrackedField): string {
  return field === 'team' || field === 'assignee' ? `${field}_id` : field
}

function trackedIn(text: string): TrackedField | undefined {
  return trackedFields.find((each) => each === text.toLowerCase())
}

function isChoice(field: TrackedField): field is TrackedField & ChoiceField {
  return field in choices
}
