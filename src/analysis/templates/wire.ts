import { createHash } from 'node:crypto'
import type {
  SampleSheet,
  TemplateDetail,
  Template as TemplateHead,
} from '../../../schemas/analysis/templates.ts'
import type { Cell } from '../../sheet-tables.ts'
import type { IssueRow, ThemeRow } from './access.ts'
import { type BuiltinIssue, cellsOf, getBuiltinTheme, promptOf } from './catalogue.ts'
import type { SampleResults } from './sample.ts'

/** A question with the theme that is kept beside it; nothing where the service brings the theme along. */
export type Joined<Row> = Row & {
  theme_name: ThemeRow['name'] | null
  theme_order: ThemeRow['validation_order'] | null
}

export function toHead(
  row: Joined<Pick<IssueRow, 'id' | 'name' | 'issue_order' | 'validation_id' | 'project_id'>>,
): TemplateHead {
  const builtin = getBuiltinTheme(row.validation_id)
  return {
    validation_id: row.validation_id,
    validation_name: row.theme_name ?? builtin?.name ?? '－',
    validation_order: row.theme_order ?? builtin?.validation_order ?? 1,
    issue_id: row.id,
    issue_name: row.name,
    issue_order: row.issue_order,
    is_builtin: false,
    project_id: row.project_id,
  }
}

export function builtinHead({
  theme,
  validation_order,
  issue,
  issue_order,
}: BuiltinIssue): TemplateHead {
  return {
    validation_id: theme.id,
    validation_name: theme.name,
    validation_order,
    issue_id: issue.id,
    issue_name: issue.name,
    issue_order,
    is_builtin: true,
    project_id: null,
  }
}

export function toDetail(row: Joined<IssueRow>): TemplateDetail {
  const sample: TemplateDetail['sample'] = row.sample === null ? null : JSON.parse(row.sample)
  return {
    ...namesOf(toHead(row)),
    description: row.description,
    agent_prompt: row.agent_prompt,
    initial_msg: row.initial_msg,
    initial_axis: JSON.parse(row.initial_axis),
    dummy_input: recordsOf(sample?.sheet),
    dummy_hint: row.dummy_hint,
    dummy_formula: JSON.parse(row.dummy_formula),
    dummy_chart: JSON.parse(row.dummy_chart),
    sample,
    version: row.version,
    created_at: row.created_at,
    updated_at: row.updated_at,
  }
}

export function builtinDetail(builtin: BuiltinIssue, results: SampleResults): TemplateDetail {
  const { issue } = builtin
  const sheet = { name: issue.sheet.name, rows: cellsOf(issue) }
  return {
    ...namesOf(builtinHead(builtin)),
    description: issue.description,
    agent_prompt: promptOf(issue),
    initial_msg: issue.initial_msg,
    initial_axis: issue.axes.map((axis, n) => ({ ...axis, axis_order: n + 1 })),
    dummy_input: recordsOf(sheet),
    dummy_hint: issue.hint,
    ...results,
    sample: { sheet, steps: [...issue.steps] },
    version: 1,
    created_at: null,
    updated_at: null,
  }
}

/** The names that older clients know a question and its theme by. */
function namesOf(head: TemplateHead) {
  return { id: head.issue_id, name: head.issue_name, validation: head.validation_name, ...head }
}

/** The order of themes, and of their ids where that is the same. */
export function byPlace(
  a: Pick<TemplateHead, 'validation_order' | 'validation_id'>,
  b: Pick<TemplateHead, 'validation_order' | 'validation_id'>,
): number {
  const ids = a.validation_id < b.validation_id ? -1 : Number(a.validation_id > b.validation_id)
  return a.validation_order - b.validation_order || ids
}

/** The version, and what of an answer changes without it: the name of the theme, or the catalogue. */
export function templateEtag(detail: { version: number }): string {
  const digest = createHash('sha256').update(JSON.stringify(detail)).digest('base64url')
  return `"${detail.version}.${digest.slice(0, 16)}"`
}

/** The lines of a sheet below its first one, as records whose keys are the cells of that. */
export function recordsOf(sheet: SampleSheet | undefined): Record<string, Cell>[] {
  const [head = [], ...rows] = sheet?.rows ?? []
  const width = Math.max(head.length, ...rows.map((cells) => cells.length))
  const keys = keysOf(Array.from({ length: width }, (_, n) => head[n] ?? null))
  return rows.map((cells) => Object.fromEntries(keys.map((key, n) => [key, cells[n] ?? null])))
}

/** A key that comes again gets `.1`, `.2` … */
function keysOf(head: readonly Cell[]): string[] {
  const taken = new Set<string>()
  return head.map((cell, n) => {
    const wanted = cell === null || cell === '' ? `列${n + 1}` : String(cell)
    let key = wanted
    for (let count = 1; taken.has(key); count += 1) key = `${wanted}.${count}`
    taken.add(key)
    return key
  })
}
