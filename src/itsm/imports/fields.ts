import { impacts, incidentStatuses, priorities, urgencies } from '../../../schemas/itsm/common.ts'
import type { CsvFaults, CsvRecord } from '../../csv.ts'

/** What a file of incidents may have columns for. */
export const incidentFields = [
  'number',
  'external_number',
  'id',
  'title',
  'description',
  'impact',
  'urgency',
  'priority',
  'status',
  'category',
  'team',
  'assignee',
  'reporter',
  'opened_at',
  'resolved_at',
  'closed_at',
  'resolution',
  'resolution_code',
  'tags',
  'major',
  'reassignment_count',
  'reopen_count',
] as const
export type IncidentField = (typeof incidentFields)[number]

export const eventFields = ['number', 'at', 'field', 'old', 'new', 'by'] as const
export type EventField = (typeof eventFields)[number]

/** What an event may be of. */
export const trackedFields = [
  'status',
  'priority',
  'impact',
  'urgency',
  'category',
  'team',
  'assignee',
] as const
export type TrackedField = (typeof trackedFields)[number]

/** Fields that take one of some words. */
export const choices = {
  status: incidentStatuses,
  priority: priorities,
  impact: impacts,
  urgency: urgencies,
} as const
export type ChoiceField = keyof typeof choices

/** What another system calls the words of a field, by field. */
export type Values = { [Field in ChoiceField]?: Record<string, string> | undefined }

export type Columns<Field extends string> = { places: Map<Field, number>; ignored: string[] }

type Wanted<Field extends string> = {
  known: readonly Field[]
  required: readonly Field[]
  /** Names that a column may also have. */
  aliases?: Readonly<Record<string, Field>>
  mapping?: Readonly<Record<string, string>> | undefined
}

/** Which column is what, by the first line of a file. Columns that nobody asked for are left out. */
export function columnsOf<Field extends string>(
  { line, cells }: CsvRecord,
  { known, required, aliases = {}, mapping }: Wanted<Field>,
  faults: CsvFaults,
): Columns<Field> {
  const places = new Map<Field, number>()
  const ignored: string[] = []
  const wanted = mapping && new Map(Object.entries(mapping).map(([name, to]) => [keyOf(name), to]))
  for (const [n, cell] of cells.entries()) {
    const key = keyOf(cell)
    const name = wanted ? wanted.get(key) : key
    const field = known.find((each) => each === name) ?? (wanted ? undefined : aliases[key])
    if (field === undefined) ignored.push(cell.trim().slice(0, 100))
    else if (places.has(field)) {
      faults.stop({
        line,
        column: n + 1,
        field: 'header',
        rule: 'import_column_twice',
        value: field,
      })
    } else places.set(field, n)
  }
  const missing = required.find((field) => !places.has(field))
  if (missing !== undefined) {
    const column = cells.length + 1
    faults.stop({ line, column, field: 'header', rule: 'import_column_missing', value: missing })
  }
  return { places, ignored }
}

/** The word that a cell stands for, by what the importer says of it or by itself; nothing for another. */
export function choiceOf<Field extends ChoiceField>(
  field: Field,
  text: string,
  values: Values,
): (typeof choices)[Field][number] | undefined {
  const said = values[field]
  const mapped = said && Object.entries(said).find(([word]) => keyOf(word) === keyOf(text))?.[1]
  const word = (mapped ?? text)
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
  return choices[field].find((each) => each === word)
}

function keyOf(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase()
}
