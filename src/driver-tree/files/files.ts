import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { TreeColumn, TreeFile, TreeSheet } from '../../../schemas/driver-tree/files.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { enqueue } from '../../jobs.ts'
import { type Language, rules } from '../../messages.ts'
import { paginate } from '../../page.ts'
import { visibleProjects } from '../../projects/access.ts'
import { groupBy } from '../../values.ts'

export type TreeFileRow = Selectable<Tables['driver_tree_files']>
export type TreeSheetRow = Selectable<Tables['driver_tree_sheets']>

/** One's own files, the newest first, each with its sheets and the columns of the selected one. */
export async function listTreeFiles(db: Db, caller: Caller, page: PageQuery, language: Language) {
  const query = visibleTreeFiles(db, caller).selectAll().orderBy('id', 'desc')
  const { files, ...rest } = await paginate(query, page, 'files')
  return { files: await withSheets(db, files, language), ...rest }
}

export async function getTreeFile(
  db: Db,
  caller: Caller,
  id: string,
  language: Language,
): Promise<TreeFile> {
  const [file] = await withSheets(db, [await getTreeFileRow(db, caller, id)], language)
  return file as TreeFile
}

/** Own files; one of a project only for as long as the caller may read it there. */
export function visibleTreeFiles(db: Db, caller: Caller) {
  return db
    .selectFrom('driver_tree_files')
    .where('owner_id', '=', caller.id)
    .where((eb) =>
      eb.or([
        eb('project_file_id', 'is', null),
        eb(
          'project_file_id',
          'in',
          eb
            .selectFrom('project_files')
            .select('project_files.id')
            .where(
              'project_files.project_id',
              'in',
              visibleProjects(db, caller).select('projects.id'),
            ),
        ),
      ]),
    )
}

/** Fails with 404 `tree_file_not_found` for files of others. */
export function getTreeFileRow(db: Db, caller: Caller, id: string): Promise<TreeFileRow> {
  return visibleTreeFiles(db, caller)
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('tree_file_not_found', { id }))
}

/** Removes a file; trees keep what they took from it. */
export function deleteTreeFile(db: Db, caller: Caller, id: string): Promise<void> {
  return transact(db, async (trx) => {
    const file = await getTreeFileRow(trx, caller, id)
    const keys = await keysOf(trx, [file])
    await trx.deleteFrom('driver_tree_files').where('id', '=', id).execute()
    for (const key of keys) await enqueue(trx, 'remove_file', { key }, { from: caller })
    await recordAudit(trx, caller, 'tree_file.deleted', id, { name: file.original_name })
  })
}

/** Everything that the storage has of files: themselves, unless they are a project's, and their tables. */
export async function keysOf(
  db: Db,
  files: readonly Pick<TreeFileRow, 'id' | 'key'>[],
): Promise<string[]> {
  const ids = files.map(({ id }) => id)
  const sheets = await db
    .selectFrom('driver_tree_sheets')
    .select('key')
    .where('file_id', 'in', ids)
    .execute()
  return [...files, ...sheets].flatMap(({ key }) => key ?? [])
}

async function withSheets(
  db: Db,
  files: readonly TreeFileRow[],
  language: Language,
): Promise<TreeFile[]> {
  if (files.length === 0) return []
  const sheets = await db
    .selectFrom('driver_tree_sheets')
    .selectAll()
    .where(
      'file_id',
      'in',
      files.map(({ id }) => id),
    )
    .orderBy('position')
    .execute()
  const selected = files.flatMap(({ sheet_id }) => sheet_id ?? [])
  const columns = await listColumns(db, selected)
  const sheetsOf = groupBy(sheets, ({ file_id }) => file_id)
  const columnsOf = groupBy(columns, ({ sheet_id }) => sheet_id)
  return files.map((file) => {
    const own = sheetsOf.get(file.id) ?? []
    return {
      file_id: file.id,
      filename: file.original_name,
      sheet_id: file.sheet_id,
      sheet_name: own.find(({ id }) => id === file.sheet_id)?.name ?? null,
      columns: (columnsOf.get(file.sheet_id ?? '') ?? []).map(toColumn),
      sheets: own.map((sheet) => toSheet(sheet, language)),
      size: file.size,
      project_file_id: file.project_file_id,
      uploaded_at: file.created_at,
    }
  })
}

export type TreeColumnRow = Selectable<Tables['driver_tree_columns']>

export async function listColumns(db: Db, sheetIds: readonly string[]): Promise<TreeColumnRow[]> {
  if (sheetIds.length === 0) return []
  return db
    .selectFrom('driver_tree_columns')
    .selectAll()
    .where('sheet_id', 'in', sheetIds)
    .orderBy('position')
    .execute()
}

function toColumn({ id, name, items, role }: TreeColumnRow): TreeColumn {
  return { columns_id: id, columns_name: name, items: JSON.parse(items), role }
}

export function toSheet(
  row: Omit<TreeSheetRow, 'file_id' | 'position' | 'key'>,
  language: Language,
): TreeSheet {
  const { id: sheet_id, name, layout, row_count, skipped_reason } = row
  const skipped_message = skipped_reason === null ? null : textOf(skipped_reason, language)
  return { sheet_id, name, layout, row_count, skipped_reason, skipped_message }
}

/** A rule in the language of a reader; one that is no longer there stands for itself. */
function textOf(rule: string, language: Language): string {
  return Object.hasOwn(rules, rule) ? rules[rule as keyof typeof rules][language] : rule
}
