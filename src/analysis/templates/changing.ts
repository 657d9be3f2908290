import type { Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import {
  maxIssues,
  type NewTemplate,
  type TemplateAxis,
  type TemplateChange,
  type TemplateDetail,
} from '../../../schemas/analysis/templates.ts'
import type { Caller } from '../../access.ts'
import { diff } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { newId, now } from '../../values.ts'
import {
  getOwnIssue,
  holdForDeletion,
  holdScope,
  holdTheme,
  type IssueRow,
  recordChange,
  requireScope,
  seenFrom,
  touch,
} from './access.ts'
import { getBuiltinTheme } from './catalogue.ts'
import { runSample } from './sample.ts'
import { getTemplateDetail, type TemplateDeps } from './templates.ts'

/**
 * Adds a question to a theme: to a project for whoever may work in it, or for everybody. Fails with 422
 * where the sample cannot be run or the theme is none of the same project or of everybody.
 */
export async function createTemplate(
  deps: TemplateDeps,
  caller: Caller,
  { project_id = null, validation_id, issue_name, issue_order, ...input }: NewTemplate,
): Promise<TemplateDetail> {
  await requireScope(deps.db, caller, project_id)
  const rest = await rowOf(deps, input)
  const id = newId()
  await transact(deps.db, async (trx) => {
    await holdScope(trx, caller, project_id)
    await holdTheme(trx, validation_id, { project_id })
    await requireRoom(trx, project_id)
    const row: IssueRow = {
      id,
      validation_id,
      project_id,
      name: issue_name.trim(),
      issue_order: issue_order ?? (await lastOrder(trx, validation_id, project_id)) + 1,
      description: '',
      agent_prompt: '',
      initial_msg: '',
      initial_axis: '[]',
      dummy_hint: '',
      sample: null,
      dummy_formula: '[]',
      dummy_chart: '[]',
      ...rest,
      version: 1,
      created_by: caller.id,
      created_at: now(),
      updated_at: now(),
    }
    await trx.insertInto('analysis_issues').values(row).execute()
    await recordChange(trx, caller, row, 'template.created', id, auditOf(row))
  })
  return getTemplateDetail(deps, caller, id)
}

/**
 * With a `version`, changes that one or fails. Fails as `createTemplate` does, and with 409 for what the
 * service brings along.
 */
export async function updateTemplate(
  deps: TemplateDeps,
  caller: Caller,
  id: string,
  { issue_name, issue_order, validation_id, ...input }: TemplateChange,
  version?: number,
): Promise<TemplateDetail> {
  const { project_id } = await getOwnIssue(deps.db, caller, id)
  await requireScope(deps.db, caller, project_id)
  const wanted: Partial<IssueRow> = {
    ...(await rowOf(deps, input)),
    ...(issue_name !== undefined && { name: issue_name.trim() }),
    ...(issue_order !== undefined && { issue_order }),
    ...(validation_id !== undefined && { validation_id }),
  }
  await transact(deps.db, async (trx) => {
    await holdScope(trx, caller, project_id)
    await touch(trx, 'analysis_issues', id, version)
    const before = await getOwnIssue(trx, caller, id)
    if (validation_id !== undefined) await holdTheme(trx, validation_id, before)
    await trx.updateTable('analysis_issues').set(wanted).where('id', '=', id).execute()
    const changes = diff<object>(auditOf(before), auditOf({ ...before, ...wanted }))
    await recordChange(trx, caller, before, 'template.updated', id, changes)
  })
  return getTemplateDetail(deps, caller, id)
}

/** Sessions that were opened for it stay as they are. With a `version`, deletes that one or fails. */
export async function deleteTemplate(
  { db }: TemplateDeps,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  await transact(db, async (trx) => {
    await holdForDeletion(trx, caller, await getOwnIssue(trx, caller, id))
    await touch(trx, 'analysis_issues', id, version)
    const row = await getOwnIssue(trx, caller, id)
    await trx.deleteFrom('analysis_issues').where('id', '=', id).execute()
    await recordChange(trx, caller, row, 'template.deleted', id, { issue_name: row.name })
  })
}

type Written = Omit<TemplateChange, 'issue_name' | 'issue_order' | 'validation_id'>

/** The columns that are given; a sample is run for what it shows. */
async function rowOf(
  deps: TemplateDeps,
  { initial_axis, sample, ...texts }: Written,
): Promise<Partial<IssueRow>> {
  const row: Partial<IssueRow> = { ...texts }
  if (initial_axis) row.initial_axis = JSON.stringify(axesOf(initial_axis))
  if (sample === undefined) return row
  row.sample = sample && JSON.stringify(sample)
  const nothing = { dummy_formula: [], dummy_chart: [] }
  const results = sample ? await runSample(deps, sample.sheet, sample.steps) : nothing
  row.dummy_formula = JSON.stringify(results.dummy_formula)
  row.dummy_chart = JSON.stringify(results.dummy_chart)
  return row
}

function axesOf(axes: NonNullable<TemplateChange['initial_axis']>): TemplateAxis[] {
  const taken = new Set<string>()
  return axes.map(({ id: given, name, option, multiple = false }, n) => {
    const id = given?.toLowerCase() ?? newId()
    if (taken.has(id)) throw invalid({ field: `initial_axis.${n}.id`, rule: 'repeated_axis' })
    taken.add(id)
    return { id, name: name.trim(), option, multiple, axis_order: n + 1 }
  })
}

async function requireRoom(trx: Trx, projectId: string | null): Promise<void> {
  const { count } = await trx
    .selectFrom('analysis_issues')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', projectId === null ? 'is' : '=', projectId)
    .executeTakeFirstOrThrow()
  if (count >= maxIssues) throw failure('too_many_templates', { limit: maxIssues })
}

async function lastOrder(trx: Trx, themeId: string, projectId: string | null): Promise<number> {
  const { last } = await trx
    .selectFrom('analysis_issues')
    .select((eb) => eb.fn.max('issue_order').as('last'))
    .where('validation_id', '=', themeId)
    .where(seenFrom('project_id', projectId))
    .executeTakeFirstOrThrow()
  return Math.max(last ?? 0, getBuiltinTheme(themeId)?.issues.length ?? 0)
}

/** Of a sample the audit log keeps its size, and not what is in it. */
function auditOf({ validation_id, name, issue_order, sample, ...row }: IssueRow): object {
  const { description, agent_prompt, initial_msg, dummy_hint } = row
  return {
    ...{ validation_id, issue_name: name, issue_order, description },
    ...{ agent_prompt, initial_msg, dummy_hint },
    initial_axis: JSON.parse(row.initial_axis),
    sample_bytes: sample?.length ?? 0,
  }
}
