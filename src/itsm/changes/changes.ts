import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Change, NewChange } from '../../../schemas/itsm/changes.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { newId, now } from '../../values.ts'
import { recordHistory } from '../history.ts'
import { takeNumbers } from '../numbers.ts'
import { leaveProblems } from '../problems/changes.ts'
import { type ChangeRow, getChangeRow } from './access.ts'
import { assessChange } from './assessment.ts'
import { describeChange } from './describe.ts'
import { columnsOf, requireReferences, setCis } from './fields.ts'
import { holdOwnChange } from './holding.ts'
import { findTemplate, type TemplateRow } from './templates.ts'
import { requirePeriod } from './times.ts'

export async function getChange(db: Db, id: string): Promise<Change> {
  return describeChange(db, await getChangeRow(db, id))
}

/** Drafts a change, which is requested by the caller. What is not said is copied from the template. */
export function createChange(
  db: Db,
  caller: Caller,
  input: NewChange,
  at = now(),
): Promise<Change> {
  return transact(db, async (trx) => {
    await requireReferences(trx, input)
    const values = valuesOf(input, await templateOf(trx, input))
    requirePeriod(values.scheduled_start, values.scheduled_end, 'scheduled_end')
    const id = newId()
    const row = await trx
      .insertInto('changes')
      .values({
        ...values,
        id,
        number: await takeNumbers(trx, 'change'),
        requester_id: caller.id,
        version: 1,
        created_at: at,
        updated_at: at,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await setCis(trx, id, input.affected_ci_ids ?? [])
    const assessed = await trx
      .updateTable('changes')
      .set(await assessChange(trx, row))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordHistory(trx, id, caller.id, { status: { from: null, to: 'draft' } }, at)
    await recordAudit(trx, caller, 'change.created', id, input)
    return describeChange(trx, assessed)
  })
}

/** Deletes a draft. What was submitted once stays, and can be cancelled. */
export function deleteChange(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
  at = now(),
): Promise<void> {
  return transact(db, async (trx) => {
    const { status, vote_round } = await holdOwnChange(trx, caller, id, version)
    if (status !== 'draft' || vote_round > 0) throw failure('change_not_deletable')
    await leaveProblems(trx, caller, id, at)
    await trx.deleteFrom('incident_links').where('target_id', '=', id).execute()
    await trx.deleteFrom('changes').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'change.deleted', id)
  })
}

/** The template that a change is made from; a standard change needs one. It must be in use. */
async function templateOf(
  trx: Trx,
  { type, template_id }: NewChange,
): Promise<TemplateRow | undefined> {
  if (!template_id && type !== 'standard') return undefined
  const template = template_id ? await findTemplate(trx, template_id) : undefined
  if (template?.active) return template
  throw invalid({ field: 'template_id', rule: 'template_required' })
}

type Values = Omit<
  ChangeRow,
  'id' | 'number' | 'requester_id' | 'version' | 'created_at' | 'updated_at'
>

function valuesOf(input: NewChange, template: TemplateRow | undefined): Values {
  const impact = input.impact ?? template?.impact
  const likelihood = input.likelihood ?? template?.likelihood
  if (!impact) throw invalid({ field: 'impact', rule: 'required' })
  if (!likelihood) throw invalid({ field: 'likelihood', rule: 'required' })
  return {
    title: input.title,
    type: input.type,
    description: template?.description ?? '',
    justification: template?.justification ?? '',
    implementation_plan: template?.implementation_plan ?? null,
    rollback_plan: template?.rollback_plan ?? null,
    test_plan: template?.test_plan ?? null,
    category: template?.category ?? null,
    template_id: template?.id ?? null,
    ...untouched,
    ...columnsOf(input),
    impact,
    likelihood,
  }
}

/** What a draft has not come to yet. Its risk is found once its CIs are known. */
const untouched = {
  status: 'draft',
  risk_level: 'low',
  risk_score: 0,
  risk_reasons: '[]',
  scheduled_start: null,
  scheduled_end: null,
  actual_start: null,
  actual_end: null,
  implementer_id: null,
  team_id: null,
  board_id: null,
  vote_round: 0,
  decided_at: null,
  freeze_reason: null,
  review_due_at: null,
  outcome: null,
  lessons: null,
  reviewed_at: null,
  cancel_reason: null,
} as const
