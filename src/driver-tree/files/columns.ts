import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import { columnRoles } from '../../../schemas/driver-tree/common.ts'
import type { ColumnRoles, SheetChoice } from '../../../schemas/driver-tree/files.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { getTreeFileRow, listColumns, type TreeFileRow, type TreeSheetRow } from './files.ts'

const done = { success: true }

/** Selects the sheet that lists show; the roles of its columns stay as they are. */
export function selectSheet(db: Db, caller: Caller, fileId: string, { sheet_id }: SheetChoice) {
  return transact(db, async (trx) => {
    const file = await getTreeFileRow(trx, caller, fileId)
    const sheet = await getUsableSheet(trx, file, sheet_id)
    await trx.updateTable('driver_tree_files').set({ sheet_id }).where('id', '=', fileId).execute()
    const changes = { sheet: { to: sheet.name } }
    await recordAudit(trx, caller, 'tree_file.sheet_selected', fileId, changes)
    return done
  })
}

/** Says what columns of a sheet are; whether that makes a table shows when a tree takes it. */
export function setColumnRoles(
  db: Db,
  caller: Caller,
  { file_id, sheet_id }: { file_id: string; sheet_id: string },
  { columns }: ColumnRoles,
) {
  const ids = columns.map(({ column_id }) => column_id.toLowerCase())
  const twice = ids.findIndex((id, n) => ids.indexOf(id) < n)
  if (twice >= 0) throw invalid({ field: `columns.${twice}.column_id`, rule: 'tree_column_twice' })
  return transact(db, async (trx) => {
    const file = await getTreeFileRow(trx, caller, file_id)
    const sheet = await getUsableSheet(trx, file, sheet_id)
    const known = new Map((await listColumns(trx, [sheet.id])).map((row) => [row.id, row]))
    const unknown = ids.find((id) => !known.has(id))
    if (unknown) throw failure('tree_column_not_found', { id: unknown })
    for (const role of columnRoles) {
      const some = ids.filter((_, n) => columns[n]?.role === role)
      if (some.length === 0) continue
      await trx.updateTable('driver_tree_columns').set({ role }).where('id', 'in', some).execute()
    }
    const changes = columns.flatMap(({ role: to }, n) => {
      const { name = '', role: from } = known.get(ids[n] as string) ?? {}
      return from === to ? [] : [{ column: name, from, to }]
    })
    await recordAudit(trx, caller, 'tree_file.roles_set', file_id, { sheet: sheet.name, changes })
    return done
  })
}

/** Fails with 404 `tree_sheet_not_found`, and with 422 for a sheet that holds no table. */
async function getUsableSheet(db: Db, file: TreeFileRow, id: string): Promise<TreeSheetRow> {
  const sheet = await db
    .selectFrom('driver_tree_sheets')
    .selectAll()
    .where('id', '=', id)
    .where('file_id', '=', file.id)
    .executeTakeFirstOrThrow(() => failure('tree_sheet_not_found', { id }))
  if (sheet.key === null) throw failure('tree_sheet_without_table', { sheet: sheet.name })
  return sheet
}
