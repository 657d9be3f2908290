import type { SheetColumn } from '../../../schemas/analysis/files.ts'
import { isNumberColumn } from '../parsing/columns.ts'
import type { SnapshotInput } from '../steps/model.ts'
import type { SheetRow } from './views.ts'

/** The table of a sheet as a snapshot keeps it: with the roles that its columns have now. */
export function inputOf(
  file_id: string,
  { id: sheet_id, name: sheet_name, key, layout }: SheetRow,
  columns: readonly SheetColumn[],
): SnapshotInput {
  return {
    file_id,
    sheet_id,
    sheet_name,
    key: key as string,
    layout: layout ?? 'flat',
    columns: columns.map((column) => ({
      name: column.name,
      role: column.role,
      is_number: isNumberColumn(column),
    })),
  }
}

export function isSameInput(one: SnapshotInput | null, other: SnapshotInput | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
