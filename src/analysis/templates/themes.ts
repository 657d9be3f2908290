import { themes as builtins } from '../../../db/seeds/analysis/themes.ts'
import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import {
  maxThemes,
  type NewTheme,
  type TemplateQuery,
  type Theme,
  type ThemeChange,
} from '../../../schemas/analysis/templates.ts'
import type { Caller } from '../../access.ts'
import { diff } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { requireProject } from '../../projects/access.ts'
import { newId, now } from '../../values.ts'
import {
  findThemeRow,
  getOwnTheme,
  holdForDeletion,
  holdScope,
  recordChange,
  requireScope,
  seenFrom,
  type ThemeRow,
  touch,
} from './access.ts'
import { getBuiltinTheme } from './catalogue.ts'
import { byPlace } from './wire.ts'

/** Like `listTemplates`, the themes: also those that have no question yet. */
export async function listThemes(
  db: Db,
  caller: Caller,
  { project_id }: TemplateQuery,
): Promise<Theme[]> {
  if (project_id !== undefined) await requireProject(db, caller, project_id, 'read')
  const rows = await db
    .selectFrom('analysis_validations')
    .selectAll()
    .where(seenFrom('project_id', project_id))
    .execute()
  const own = builtins.flatMap(({ id }) => builtinTheme(id) ?? [])
  return [...own, ...rows.map(toTheme)].sort(byPlace)
}

/** Fails with 404 for one of a project that the caller may not know of. */
export async function getTheme(db: Db, caller: Caller, id: string): Promise<Theme> {
  const builtin = builtinTheme(id)
  if (builtin) return builtin
  const row = await findThemeRow(db, caller, id)
  if (!row) throw failure('template_theme_not_found', { id })
  return toTheme(row)
}

/** Adds a theme: to a project for whoever may work in it, or for everybody. */
export async function createTheme(
  db: Db,
  caller: Caller,
  { project_id = null, validation_name, validation_order }: NewTheme,
): Promise<Theme> {
  await requireScope(db, caller, project_id)
  return transact(db, async (trx) => {
    await holdScope(trx, caller, project_id)
    await requireRoom(trx, project_id)
    const row: ThemeRow = {
      id: newId(),
      project_id,
      name: validation_name.trim(),
      validation_order: validation_order ?? (await lastOrder(trx, project_id)) + 1,
      version: 1,
      created_by: caller.id,
      created_at: now(),
      updated_at: now(),
    }
    await trx.insertInto('analysis_validations').values(row).execute()
    await recordChange(trx, caller, row, 'template_theme.created', row.id, auditOf(row))
    return toTheme(row)
  })
}

/** With a `version`, changes that one or fails. Fails with 409 for what the service brings along. */
export function updateTheme(
  db: Db,
  caller: Caller,
  id: string,
  { validation_name, validation_order }: ThemeChange,
  version?: number,
): Promise<Theme> {
  const wanted = {
    ...(validation_name !== undefined && { name: validation_name.trim() }),
    ...(validation_order !== undefined && { validation_order }),
  }
  return transact(db, async (trx) => {
    const { project_id } = await getOwnTheme(trx, caller, id)
    await holdScope(trx, caller, project_id)
    await touch(trx, 'analysis_validations', id, version)
    const before = await getOwnTheme(trx, caller, id)
    const after = { ...before, ...wanted }
    await trx.updateTable('analysis_validations').set(wanted).where('id', '=', id).execute()
    const changes = diff<object>(auditOf(before), auditOf(after))
    await recordChange(trx, caller, before, 'template_theme.updated', id, changes)
    return toTheme(after)
  })
}

/** Fails with 409 while it has questions. With a `version`, deletes that one or fails. */
export function deleteTheme(db: Db, caller: Caller, id: string, version?: number): Promise<void> {
  return transact(db, async (trx) => {
    await holdForDeletion(trx, caller, await getOwnTheme(trx, caller, id))
    await touch(trx, 'analysis_validations', id, version)
    const row = await getOwnTheme(trx, caller, id)
    const { count } = await trx
      .selectFrom('analysis_issues')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('validation_id', '=', id)
      .executeTakeFirstOrThrow()
    if (count > 0) throw failure('template_theme_in_use', { count })
    await trx.deleteFrom('analysis_validations').where('id', '=', id).execute()
    await recordChange(trx, caller, row, 'template_theme.deleted', id, auditOf(row))
  })
}

async function requireRoom(trx: Trx, projectId: string | null): Promise<void> {
  const { count } = await trx
    .selectFrom('analysis_validations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', projectId === null ? 'is' : '=', projectId)
    .executeTakeFirstOrThrow()
  if (count >= maxThemes) throw failure('too_many_templates', { limit: maxThemes })
}

async function lastOrder(trx: Trx, projectId: string | null): Promise<number> {
  const { last } = await trx
    .selectFrom('analysis_validations')
    .select((eb) => eb.fn.max('validation_order').as('last'))
    .where(seenFrom('project_id', projectId))
    .executeTakeFirstOrThrow()
  return Math.max(last ?? 0, builtins.length)
}

function auditOf({ name, validation_order }: ThemeRow): object {
  return { validation_name: name, validation_order }
}

function toTheme({ id, name, validation_order, project_id, ...row }: ThemeRow): Theme {
  const { version, created_at, updated_at } = row
  const named = { validation_id: id, validation_name: name, validation_order }
  return { ...named, is_builtin: false, project_id, version, created_at, updated_at }
}

function builtinTheme(id: string): Theme | undefined {
  const theme = getBuiltinTheme(id)
  return (
    theme && {
      validation_id: theme.id,
      validation_name: theme.name,
      validation_order: theme.validation_order,
      is_builtin: true,
      project_id: null,
      version: 1,
      created_at: null,
      updated_at: null,
    }
  )
}
