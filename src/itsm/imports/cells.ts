import type { FieldFault } from '../../failure.ts'

/** What a cell says, or which rule it breaks. */
export type Fault = FieldFault & { line: number }

/** Reads the cells of one record by the names of their fields, and collects what is wrong with them. */
export function cellsOf<Field extends string>(
  { line, cells }: { line: number; cells: readonly string[] },
  places: ReadonlyMap<Field, number>,
) {
  const faults: Fault[] = []
  const text = (field: Field) => plain(cells[places.get(field) ?? -1] ?? '')
  const fault = (field: Field, rule: FieldFault['rule'], detail: object = {}) => {
    faults.push({ line, field, rule, ...detail })
  }
  return {
    faults,
    text,
    fault,
    /** A text, or null for an empty cell. */
    optional(field: Field, limit: number): string | null {
      const value = text(field)
      if (value.length > limit && [...value].length > limit) fault(field, 'maxLength', { limit })
      return value === '' ? null : value
    },
    /** What `read` makes of a cell; null for an empty one. */
    read<Value>(
      field: Field,
      read: (text: string) => Value | undefined,
      rule: FieldFault['rule'],
      detail: object = {},
    ): Value | null {
      const value = text(field)
      if (value === '') return null
      const found = read(value)
      if (found === undefined) fault(field, rule, { ...detail, value: value.slice(0, 40) })
      return found ?? null
    },
  }
}

/**
 * Without white space around and without what no database keeps; an export wrote an apostrophe before what
 * a spreadsheet would take for a formula.
 */
function plain(cell: string): string {
  const text = cell.includes('\0') ? cell.replaceAll('\0', '') : cell
  return text
    .trim()
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/^'(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/, '')
}
