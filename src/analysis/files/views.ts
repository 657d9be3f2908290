import type { Selectable } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import { readTogether } from '../../../db/transact.ts'
import type { AnalysisFile, AnalysisSheet, SheetColumn } from '../../../schemas/analysis/files.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { type Language, rules } from '../../messages.ts'
import { groupBy } from '../../values.ts'
import { getSessionRow, type SessionRow } from '../sessions/access.ts'
import { isAxis, isAxisByNature, isAxisLeftOut } from './roles.ts'

export type SheetRow = Selectable<Tables['analysis_sheets']>
export type FileRow = Selectable<Tables['analysis_files']> & { project_file_name: string }

/** The files of a session, the newest first. Fails with 404 for a session one may not know of. */
export function listFiles(db: Db, caller: Caller, sessionId: string, language: Language) {
  return readTogether(db, async (reading) => {
    const session = await getSessionRow(reading, caller, sessionId)
    const rows = await filesOf(reading, session.id).orderBy('analysis_files.id', 'desc').execute()
    return { files: await toFiles(reading, session, rows, language), total: rows.length }
  })
}

/** A file as clients see it. */
export async function viewFile(
  db: Db,
  session: SessionRow,
  fileId: string,
  language: Language,
): Promise<AnalysisFile> {
  const [file] = await toFiles(db, session, [await getFileRow(db, session.id, fileId)], language)
  return file as AnalysisFile
}

/** Fails with 404 `analysis_file_not_found` for a file that is not of the session. */
export function getFileRow(db: Db, sessionId: string, id: string): Promise<FileRow> {
  return filesOf(db, sessionId)
    .where('analysis_files.id', '=', id)
    .executeTakeFirstOrThrow(() => failure('analysis_file_not_found', { id }))
}

/** The sheets of files, in their order. */
export function sheetsOf(db: Db, fileIds: readonly string[]): Promise<SheetRow[]> {
  return db
    .selectFrom('analysis_sheets')
    .selectAll()
    .where('file_id', 'in', fileIds)
    .orderBy('position')
    .execute()
}

export function columnsOf({ columns }: Pick<SheetRow, 'columns'>): SheetColumn[] {
  return JSON.parse(columns)
}

function filesOf(db: Db, sessionId: string) {
  return db
    .selectFrom('analysis_files')
    .innerJoin('project_files', 'project_files.id', 'project_file_id')
    .selectAll('analysis_files')
    .select('project_files.original_name as project_file_name')
    .where('session_id', '=', sessionId)
}

async function toFiles(
  db: Db,
  { current_snapshot_id }: SessionRow,
  rows: readonly FileRow[],
  language: Language,
): Promise<AnalysisFile[]> {
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return []
  const sheets = groupBy(await sheetsOf(db, ids), ({ file_id }) => file_id)
  const snapshots = await db
    .selectFrom('analysis_snapshots')
    .select('file_id')
    .select((eb) =>
      eb.fn
        .max(eb.case().when('id', '=', current_snapshot_id).then(1).else(0).end())
        .as('is_current'),
    )
    .where('file_id', 'in', ids)
    .groupBy('file_id')
    .execute()
  const uses = new Map(snapshots.map(({ file_id, is_current }) => [file_id, Number(is_current)]))
  return rows.map(
    ({ id, project_file_id, project_file_name, sheet_id, created_by, created_at }) => {
      const own = sheets.get(id) ?? []
      const used = own.find((sheet) => sheet.id === sheet_id) as SheetRow
      const columns = columnsOf(used)
      const axes = columns.filter(isAxis).map(({ name }, n) => [`軸${n + 1}`, name])
      return {
        id,
        project_file_id,
        project_file_name,
        sheet_name: used.name,
        axis_config: Object.fromEntries(axes),
        config_list: own.map((sheet) => toSheet(sheet, language)),
        needs_aggregation: used.repeated_keys !== null || isAxisLeftOut(columns),
        repeated_keys: used.repeated_keys && JSON.parse(used.repeated_keys),
        is_input: uses.get(id) === 1,
        is_used: uses.has(id),
        created_by,
        created_at,
      }
    },
  )
}

function toSheet(sheet: SheetRow, language: Language): AnalysisSheet {
  const { name: sheet_name, layout, row_count, skipped_reason } = sheet
  const columns = columnsOf(sheet)
  const codes: AnalysisSheet['notes'][number]['code'][] = JSON.parse(sheet.notes)
  return {
    sheet_name,
    layout,
    axis: columns.filter(isAxisByNature).map(({ name }) => name),
    columns,
    row_count,
    skipped_reason,
    skipped_message: skipped_reason === null ? null : textOf(skipped_reason, language),
    notes: codes.map((code) => ({ code, message: textOf(code, language) })),
  }
}

/** A rule in the language of a reader; one that is no longer there stands for itself. */
function textOf(rule: string, language: Language): string {
  return Object.hasOwn(rules, rule) ? rules[rule as keyof typeof rules][language] : rule
}
