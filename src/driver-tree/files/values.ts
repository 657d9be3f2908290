import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { unpackTable } from '../../sheet-tables.ts'
import { createPause } from '../../slices.ts'
import { listColumns, visibleTreeFiles } from './files.ts'
import { bytesOf } from './reading.ts'
import { type LabelledData, valuesOf } from './sheet-values.ts'

/** What a sheet has for nodes. */
export type SheetValues = {
  sheet_id: string
  sheet_name: string
  file_id: string
  file_name: string
  /** The file of a project that the sheet belongs to. */
  project_file_id: string | null
  /** By `labelKeyOf` of the name of the column or 科目; nodes may share their keys, so nobody changes them. */
  values: ReadonlyMap<string, LabelledData>
}

/**
 * The numbers of a sheet by column or 科目, as the roles of its columns say. Fails with 404
 * `tree_sheet_not_found` for a sheet of somebody else's file, and with 422 where the roles do not make
 * a table: several 推移, no 値, a key that comes twice.
 */
export async function readSheetValues(
  { db, storage }: Pick<Deps, 'db' | 'storage'>,
  caller: Caller,
  sheetId: string,
): Promise<SheetValues> {
  const sheet = await db
    .selectFrom('driver_tree_sheets')
    .selectAll()
    .where('id', '=', sheetId)
    .executeTakeFirst()
  const file =
    sheet &&
    (await visibleTreeFiles(db, caller)
      .select(['id', 'original_name', 'project_file_id'])
      .where('id', '=', sheet.file_id)
      .executeTakeFirst())
  if (!sheet || !file) throw failure('tree_sheet_not_found', { id: sheetId })
  const { name, key } = sheet
  if (key === null) throw failure('tree_sheet_without_table', { sheet: name })
  const rows = await listColumns(db, [sheetId])
  const cells = await unpackTable(await bytesOf({ storage }, key))
  const columns = rows.map((row, n) => ({ name: row.name, role: row.role, cells: cells[n] ?? [] }))
  return {
    sheet_id: sheet.id,
    sheet_name: name,
    file_id: file.id,
    file_name: file.original_name,
    project_file_id: file.project_file_id,
    values: await valuesOf({ name, columns }, createPause()),
  }
}
