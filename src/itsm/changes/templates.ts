import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { contains } from '../../../db/text.ts'
import { transact } from '../../../db/transact.ts'
import type {
  ChangeTemplate,
  ChangeTemplateQuery,
  ChangeTemplateUpdate,
  NewChangeTemplate,
} from '../../../schemas/itsm/change-templates.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'

export type TemplateRow = Selectable<Tables['change_templates']>

/** By name. */
export async function listTemplates(db: Db, { active, search, ...page }: ChangeTemplateQuery) {
  let query = db.selectFrom('change_templates').selectAll().orderBy('name_key').orderBy('id')
  if (active !== undefined) query = query.where('active', '=', active ? 1 : 0)
  if (search !== undefined) {
    query = query.where((eb) => contains(eb.ref('name').$castTo<string>(), search))
  }
  const { templates, ...rest } = await paginate(query, page, 'templates')
  return { templates: templates.map(toTemplate), ...rest }
}

export async function getTemplate(db: Db, id: string): Promise<ChangeTemplate> {
  const row = await db
    .selectFrom('change_templates')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('change_template_not_found', { id }))
  return toTemplate(row)
}

/** Fails with `duplicate` when there is one of this name. */
export function createTemplate(
  db: Db,
  caller: Caller,
  input: NewChangeTemplate,
  at = now(),
): Promise<ChangeTemplate> {
  return transact(db, async (trx) => {
    const { description = '', justification = '', category = null, active = true } = input
    const row = await trx
      .insertInto('change_templates')
      .values({
        ...input,
        id: newId(),
        name_key: keyOf(input.name),
        description,
        justification,
        category,
        active: active ? 1 : 0,
        version: 1,
        created_by: caller.id,
        created_at: at,
        updated_at: at,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordAudit(trx, caller, 'change_template.created', row.id, input)
    return toTemplate(row)
  })
}

/** Changes made from it before stay as they are; those not yet submitted are held against it as it is now. */
export function updateTemplate(
  db: Db,
  caller: Caller,
  id: string,
  { active, ...change }: ChangeTemplateUpdate,
  version?: number,
): Promise<ChangeTemplate> {
  return transact(db, async (trx) => {
    const before = await holdTemplate(trx, id, version)
    const wanted = { ...change, ...(active !== undefined && ({ active: active ? 1 : 0 } as const)) }
    const row = await trx
      .updateTable('change_templates')
      .set({ ...wanted, ...(change.name && { name_key: keyOf(change.name) }), ...touched() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordAudit(trx, caller, 'change_template.updated', id, diff<object>(before, wanted))
    return toTemplate(row)
  })
}

/** Fails with 409 when changes were made from it. */
export function deleteTemplate(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  return transact(db, async (trx) => {
    await holdTemplate(trx, id, version)
    const used = await trx
      .selectFrom('changes')
      .select('id')
      .where('template_id', '=', id)
      .limit(1)
      .executeTakeFirst()
    if (used) throw failure('change_template_used')
    await trx.deleteFrom('change_templates').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'change_template.deleted', id)
  })
}

/** Holds a template, so that it is neither changed nor deleted until the transaction ends. */
export async function findTemplate(trx: Trx, id: string): Promise<TemplateRow | undefined> {
  return trx
    .updateTable('change_templates')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

async function holdTemplate(trx: Trx, id: string, version?: number): Promise<TemplateRow> {
  const row = await findTemplate(trx, id)
  if (!row) throw failure('change_template_not_found', { id })
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

function keyOf(name: string): string {
  return name.trim().toLowerCase()
}

function toTemplate({ name_key: _, ...row }: TemplateRow): ChangeTemplate {
  return { ...row, active: row.active === 1 }
}
