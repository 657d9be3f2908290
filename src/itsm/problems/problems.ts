import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import { priorities } from '../../../schemas/itsm/common.ts'
import type { NewProblem, Problem, ProblemChange } from '../../../schemas/itsm/problems.ts'
import type { CursorQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { newId, now } from '../../values.ts'
import { listHistory } from '../history.ts'
import { notify } from '../notices/notices.ts'
import { numberText, takeNumbers } from '../numbers.ts'
import { indexed, requireCis, requireTeams, requireUsers } from '../references.ts'
import {
  describeProblem,
  getProblemRow,
  holdProblem,
  type ProblemRow,
  requireUnfinished,
} from './access.ts'
import { linkIncidents } from './incidents.ts'
import { legalFrom } from './moves.ts'
import { derived, reviseProblem, searchTextOf } from './revise.ts'
import { leadOf } from './team.ts'

export async function getProblem(db: Db, id: string): Promise<Problem> {
  return describeProblem(db, await getProblemRow(db, id))
}

export async function listProblemHistory(db: Db, id: string, page: CursorQuery) {
  await getProblemRow(db, id)
  return listHistory(db, id, page)
}

/** A new one is a draft; the incidents that it is about are linked with it. */
export function createProblem(
  db: Db,
  caller: Caller,
  { incident_ids = [], affected_ci_ids = [], ...input }: NewProblem,
  at = now(),
): Promise<Problem> {
  return transact(db, async (trx) => {
    await requireReferences(trx, { ...input, affected_ci_ids })
    const row = { ...newRow(input), id: newId(), created_by: caller.id, created_at: at }
    const blank = { ...row, root_cause_status: 'unknown' as const, number: 0, updated_at: at }
    const change = { root_cause: row.root_cause, root_cause_status: input.root_cause_status }
    const number = await takeNumbers(trx, 'problem')
    const made = { ...blank, ...derived(blank, definedOf(change), at), number }
    await trx.insertInto('problems').values(made).execute()
    await setCis(trx, row.id, affected_ci_ids)
    await recordAudit(trx, caller, 'problem.created', row.id, { ...input, affected_ci_ids })
    if (incident_ids.length > 0) await linkIncidents(trx, caller, made, incident_ids, at)
    await tellCreated(trx, caller, made)
    return describeProblem(trx, made)
  })
}

/** With a `version`, changes that one or fails; without, the last writer wins. */
export function updateProblem(
  db: Db,
  caller: Caller,
  id: string,
  { affected_ci_ids, status, ...change }: ProblemChange,
  version?: number,
  at = now(),
): Promise<Problem> {
  return transact(db, async (trx) => {
    const before = await holdProblem(trx, id, version)
    requireSameStatus(before, status)
    requireUnfinished(before)
    await requireReferences(trx, { ...change, affected_ci_ids })
    const cis = affected_ci_ids && (await replaceCis(trx, id, affected_ci_ids))
    const besides = cis && JSON.stringify(cis.from) !== JSON.stringify(cis.to)
    const row = await reviseProblem(
      trx,
      caller,
      before,
      columnsOf(change),
      at,
      besides ? { affected_ci_ids: cis } : {},
    )
    return describeProblem(trx, row)
  })
}

export async function deleteProblem(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  await transact(db, async (trx) => {
    const { status } = await holdProblem(trx, id, version)
    if (status !== 'draft' && status !== 'cancelled') {
      throw failure('problem_not_deletable', { status })
    }
    await trx
      .deleteFrom('incident_links')
      .where('kind', '=', 'problem')
      .where('target_id', '=', id)
      .execute()
    await trx.deleteFrom('problems').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'problem.deleted', id)
  })
}

/** A change of the status takes its own route, which asks for what the status needs. */
function requireSameStatus({ id, status: from }: ProblemRow, to: string | undefined): void {
  if (to === undefined || to === from) return
  const legal = legalFrom(from)
  throw failure('problem_status_by_transition', { id, from, legal }, { legal })
}

type References = Pick<ProblemChange, 'assignee_id' | 'team_id' | 'affected_ci_ids'>

export async function requireReferences(
  db: Db,
  {
    assignee_id,
    team_id,
    affected_ci_ids,
  }: { [Name in keyof References]?: References[Name] | undefined },
): Promise<void> {
  await requireUsers(db, { assignee_id })
  await requireTeams(db, { team_id })
  await requireCis(db, indexed('affected_ci_ids', affected_ci_ids))
}

function newRow(input: Omit<NewProblem, 'incident_ids' | 'affected_ci_ids'>) {
  const { priority = 'medium', root_cause = null, workaround = null, description = null } = input
  return {
    title: input.title,
    description,
    search_text: searchTextOf({ title: input.title, description, root_cause, workaround }),
    status: 'draft' as const,
    status_reason: null,
    priority,
    priority_rank: priorities.indexOf(priority) + 1,
    category: input.category ?? ('other' as const),
    business_impact: input.business_impact ?? ('medium' as const),
    impact_analysis: input.impact_analysis ?? null,
    root_cause,
    root_cause_reason: input.root_cause_reason ?? null,
    root_cause_at: null,
    workaround,
    known_error: input.known_error ? (1 as const) : (0 as const),
    permanent_solution: input.permanent_solution ?? null,
    affected_services: JSON.stringify(input.affected_services ?? []),
    assignee_id: input.assignee_id ?? null,
    team_id: input.team_id ?? null,
    rca_phase: 'not_started' as const,
    resolved_at: null,
    closed_at: null,
    first_closed_at: null,
    reopen_count: 0,
    version: 1,
  }
}

function columnsOf({
  known_error,
  affected_services,
  ...change
}: Omit<ProblemChange, 'affected_ci_ids' | 'status'>) {
  return {
    ...change,
    ...(known_error !== undefined && { known_error: known_error ? (1 as const) : (0 as const) }),
    ...(affected_services && { affected_services: JSON.stringify(affected_services) }),
  }
}

function definedOf<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as Partial<Fields>
}

async function replaceCis(trx: Trx, id: string, ciIds: readonly string[]) {
  const rows = await trx
    .deleteFrom('problem_cis')
    .where('problem_id', '=', id)
    .returning('ci_id')
    .execute()
  await setCis(trx, id, ciIds)
  return { from: rows.map(({ ci_id }) => ci_id).sort(), to: [...ciIds].sort() }
}

async function setCis(trx: Trx, problem_id: string, ciIds: readonly string[]): Promise<void> {
  if (ciIds.length === 0) return
  const rows: Tables['problem_cis'][] = ciIds.map((ci_id) => ({ problem_id, ci_id }))
  await trx.insertInto('problem_cis').values(rows).execute()
}

async function tellCreated(trx: Trx, caller: Caller, row: ProblemRow): Promise<void> {
  const number = numberText('problem', row.number)
  await notify(trx, {
    event: 'problem.created',
    subject: { kind: 'problem', id: row.id, number, title: row.title },
    to: [row.assignee_id, await leadOf(trx, row.team_id)],
    by: caller.id,
    text: { ja: `問題 ${number} が登録されました。`, en: `The problem ${number} was opened.` },
  })
}
