import { hold } from '../../../db/hold.ts'
import type { Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import {
  maxTreeFileBytes,
  maxTreeFiles,
  type NewTreeFile,
  type TreeFileUpload,
} from '../../../schemas/driver-tree/files.ts'
import type { Caller } from '../../access.ts'
import { holdCaller } from '../../accounts/hold.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { checkFile, extensionOf } from '../../file-content.ts'
import { bringIn, dropIncoming, type Kept } from '../../incoming.ts'
import { type Language, rules } from '../../messages.ts'
import type { ReceivedFile } from '../../multipart.ts'
import { getProjectRow } from '../../projects/access.ts'
import { shareProject } from '../../projects/hold.ts'
import { clean } from '../../sheet-roles.ts'
import { newId, now } from '../../values.ts'
import { type TreeColumnRow, type TreeFileRow, type TreeSheetRow, toSheet } from './files.ts'
import {
  claimAll,
  readSheets,
  type SheetExtension,
  type StoredSheet,
  sheetExtensions,
  type TreeFileDeps,
} from './reading.ts'

/** What is known of a file before its sheets are written down. */
type NewFile = Omit<TreeFileRow, 'id' | 'owner_id' | 'sheet_id' | 'created_at'>

/** Takes in a workbook or a CSV file with the tables of its sheets, or nothing at all. */
export async function createTreeFile(
  deps: TreeFileDeps,
  caller: Caller,
  { name, body }: ReceivedFile,
  language: Language,
): Promise<TreeFileUpload> {
  const incoming: Kept[] = []
  try {
    const to = { folder: 'tree-files', maxBytes: maxTreeFileBytes, extensions: sheetExtensions }
    const { file, place, body: checked } = await checkFile(deps.storage, to, name, body)
    const kept = await bringIn(deps, place, checked)
    incoming.push(kept)
    const extension = file.extension as SheetExtension
    const sheets = await readSheets(deps, kept.key, extension, incoming)
    const row = {
      ...kept,
      original_name: file.name,
      content_type: file.type,
      project_file_id: null,
    }
    return await transact(deps.db, async (trx) => {
      await holdCaller(trx, caller)
      await claimAll(trx, incoming)
      return toUpload(await insertTreeFile(trx, caller, row, sheets), sheets, language)
    })
  } finally {
    await dropIncoming(deps, incoming)
  }
}

/** Makes a file of a project one of the caller's for trees; its bytes stay where they are. */
export async function createTreeFileOfProject(
  deps: TreeFileDeps,
  caller: Caller,
  { project_file_id: id }: NewTreeFile,
  language: Language,
): Promise<TreeFileUpload> {
  const { key, project_id, ...source } = await getSource(deps, caller, id)
  const incoming: Kept[] = []
  try {
    const extension = extensionOf(source.original_name, sheetExtensions) as SheetExtension
    const sheets = await readSheets(deps, key, extension, incoming)
    return await transact(deps.db, async (trx) => {
      await holdCaller(trx, caller)
      await shareProject(trx, project_id)
      await getSource({ db: trx }, caller, id)
      await claimAll(trx, incoming)
      const row = { ...source, key: null, project_file_id: id }
      return toUpload(await insertTreeFile(trx, caller, row, sheets), sheets, language)
    })
  } finally {
    await dropIncoming(deps, incoming)
  }
}

async function getSource({ db }: Pick<TreeFileDeps, 'db'>, caller: Caller, id: string) {
  const notFound = () => failure('tree_source_not_found', { id })
  const source = await db
    .selectFrom('project_files')
    .select(['project_id', 'original_name', 'content_type', 'size', 'sha256', 'key'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow(notFound)
  await getProjectRow(db, caller, source.project_id).catch((error) => {
    throw Object(error).statusCode === 404 ? notFound() : error
  })
  if (source.size > maxTreeFileBytes) throw failure('file_too_large', { limit: maxTreeFileBytes })
  return source
}

/** The first sheet with a table is selected. */
async function insertTreeFile(
  trx: Trx,
  caller: Caller,
  file: NewFile,
  sheets: readonly StoredSheet[],
) {
  await requireRoom(trx, caller)
  const file_id = newId()
  const rows: TreeSheetRow[] = sheets.map(
    ({ columns: _, notes: __, name, ...sheet }, position) => ({
      ...sheet,
      name: clean(name),
      id: newId(),
      file_id,
      position,
    }),
  )
  const sheet_id = rows.find(({ key }) => key !== null)?.id ?? null
  const own = { id: file_id, owner_id: caller.id, sheet_id, created_at: now() }
  await trx
    .insertInto('driver_tree_files')
    .values({ ...file, ...own })
    .execute()
  await trx.insertInto('driver_tree_sheets').values(rows).execute()
  await insertColumns(
    trx,
    sheets.flatMap((sheet, n) => columnsOf(sheet, rows[n]?.id as string)),
  )
  const { original_name: filename, size, project_file_id } = file
  const changes = { name: filename, size, project_file_id }
  await recordAudit(trx, caller, 'tree_file.uploaded', file_id, changes)
  return { file_id, filename, rows }
}

function toUpload(
  { rows, ...file }: Awaited<ReturnType<typeof insertTreeFile>>,
  sheets: readonly StoredSheet[],
  language: Language,
): TreeFileUpload {
  const answered = rows.map((row, n) => ({
    ...toSheet(row, language),
    text_cells: textsOf(sheets[n]),
    notes: (sheets[n]?.notes ?? []).map((code) => ({ code, message: rules[code][language] })),
  }))
  return { ...file, sheets: answered }
}

async function requireRoom(trx: Trx, caller: Caller): Promise<void> {
  await hold(trx, `tree_files:${caller.id}`)
  const { count } = await trx
    .selectFrom('driver_tree_files')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('owner_id', '=', caller.id)
    .executeTakeFirstOrThrow()
  if (count >= maxTreeFiles) throw failure('tree_files_full', { limit: maxTreeFiles })
}

const rowsAtOnce = 1000

async function insertColumns(trx: Trx, rows: readonly TreeColumnRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const some = rows.slice(at, at + rowsAtOnce)
    await trx.insertInto('driver_tree_columns').values(some).execute()
  }
}

function columnsOf({ columns, key }: StoredSheet, sheet_id: string): TreeColumnRow[] {
  if (key === null) return []
  return columns.map(({ name, role_guess: role, items }, position) => ({
    id: newId(),
    sheet_id,
    position,
    name,
    role,
    items: JSON.stringify(items.slice(0, 5).map(clean)),
  }))
}

function textsOf(sheet: StoredSheet | undefined): number {
  return (sheet?.columns ?? []).reduce((sum, { texts = 0 }) => sum + texts, 0)
}
