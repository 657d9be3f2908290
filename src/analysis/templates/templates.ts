import { createHash } from 'node:crypto'
import type { Db } from '../../../db/tables.ts'
import type {
  Template,
  TemplateDetail,
  TemplateQuery,
} from '../../../schemas/analysis/templates.ts'
import { build, version } from '../../about.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { requireProject } from '../../projects/access.ts'
import { findIssueRow, type IssueRow, seenFrom } from './access.ts'
import {
  type BuiltinIssue,
  cellsOf,
  getBuiltinIssue,
  listBuiltinIssues,
  promptOf,
} from './catalogue.ts'
import { runSample, type SampleResults } from './sample.ts'
import { builtinDetail, builtinHead, byPlace, type Joined, toDetail, toHead } from './wire.ts'

export type TemplateDeps = Pick<Deps, 'db' | 'engine' | 'cache'>

/**
 * Those that the service brings along and those for everybody, and with a `project_id` those of that
 * project too, by the order of themes and of questions. Fails with 404 for a project that the caller
 * may not know of.
 */
export async function listTemplates(
  db: Db,
  caller: Caller,
  { project_id }: TemplateQuery,
): Promise<Template[]> {
  if (project_id !== undefined) await requireProject(db, caller, project_id, 'read')
  const rows = await db
    .selectFrom('analysis_issues as issue')
    .leftJoin('analysis_validations as theme', 'theme.id', 'issue.validation_id')
    .select(['issue.id', 'issue.name', 'issue_order', 'validation_id', 'issue.project_id'])
    .select(['theme.name as theme_name', 'theme.validation_order as theme_order'])
    .where(seenFrom('issue.project_id', project_id))
    .execute()
  return [...listBuiltinIssues().map(builtinHead), ...rows.map(toHead)].sort(byOrders)
}

/** Themes of the same order one after the other, and what the service brings along first. */
function byOrders(a: Template, b: Template): number {
  return (
    byPlace(a, b) ||
    a.issue_order - b.issue_order ||
    Number(b.is_builtin) - Number(a.is_builtin) ||
    (a.issue_id < b.issue_id ? -1 : 1)
  )
}

/** Fails with 404 for one of a project that the caller may not know of. */
export async function getTemplateDetail(
  deps: TemplateDeps,
  caller: Caller,
  id: string,
): Promise<TemplateDetail> {
  const builtin = getBuiltinIssue(id)
  if (builtin) return builtinDetail(builtin, await builtinResults(deps, builtin))
  return toDetail(await getJoinedRow(deps.db, caller, id))
}

/** What the sample of a question gives that the service brings along; run once, and kept. */
async function builtinResults(deps: TemplateDeps, { issue }: BuiltinIssue): Promise<SampleResults> {
  const digest = createHash('sha256').update(JSON.stringify(issue)).digest('base64url')
  const kept = await deps.cache.remember(`template:${version}:${build}:${digest}`, async () => {
    const sheet = { name: issue.sheet.name, rows: cellsOf(issue) }
    return Buffer.from(JSON.stringify(await runSample(deps, sheet, issue.steps)))
  })
  return JSON.parse(kept.toString())
}

/** What a session begins with. */
export type SessionTemplate = Pick<
  TemplateDetail,
  'issue_id' | 'issue_name' | 'validation_id' | 'validation_name' | 'agent_prompt' | 'initial_msg'
>

/**
 * What a session begins with. With a `projectId`, templates of other projects are none. Fails with 404
 * for one that the caller may not know of.
 */
export async function getTemplate(
  db: Db,
  caller: Caller,
  id: string,
  projectId?: string,
): Promise<SessionTemplate> {
  const builtin = getBuiltinIssue(id)
  if (builtin) {
    const { initial_msg } = builtin.issue
    return sessionTemplate(builtinHead(builtin), promptOf(builtin.issue), initial_msg)
  }
  const row = await getJoinedRow(db, caller, id)
  const isForeign = row.project_id !== null && row.project_id !== projectId
  if (projectId !== undefined && isForeign) throw failure('template_not_found', { id })
  return sessionTemplate(toHead(row), row.agent_prompt, row.initial_msg)
}

function sessionTemplate(
  { issue_id, issue_name, validation_id, validation_name }: Template,
  agent_prompt: string,
  initial_msg: string,
): SessionTemplate {
  return { issue_id, issue_name, validation_id, validation_name, agent_prompt, initial_msg }
}

async function getJoinedRow(db: Db, caller: Caller, id: string): Promise<Joined<IssueRow>> {
  const row = await findIssueRow(db, caller, id)
  if (!row) throw failure('template_not_found', { id })
  const theme = await db
    .selectFrom('analysis_validations')
    .select(['name', 'validation_order'])
    .where('id', '=', row.validation_id)
    .executeTakeFirst()
  return { ...row, theme_name: theme?.name ?? null, theme_order: theme?.validation_order ?? null }
}
