import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { PlannedChange } from '../../../schemas/itsm/change-moves.ts'
import type { ChangeUpdate } from '../../../schemas/itsm/changes.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { now } from '../../values.ts'
import { type Changes, recordHistory } from '../history.ts'
import { affectedCis, type ChangeRow, getChangeRow } from './access.ts'
import { assessChange } from './assessment.ts'
import { requestVotes } from './ballots.ts'
import { columnsOf, requireReferences, setCis } from './fields.ts'
import { holdOwnChange } from './holding.ts'
import { requireNoConflict, requireReady, showPlanned } from './readiness.ts'
import { reviseChange } from './revise.ts'
import { requirePeriod } from './times.ts'

type Wanted = Partial<ChangeRow>

const editable: readonly ChangeRow['status'][] = [
  'draft',
  'submitted',
  'under_review',
  'approved',
  'scheduled',
]

/** What decides which way a change goes, and so is settled when it goes it. */
const settled = ['type', 'board_id'] as const

/** What is voted on: the plans, the time, the CIs, and how risky it is said to be. */
const votedOn: readonly string[] = [
  'implementation_plan',
  'rollback_plan',
  'test_plan',
  'scheduled_start',
  'scheduled_end',
  'impact',
  'likelihood',
  'affected_ci_ids',
]

/**
 * Changes fields of a change until it has started. Once it was submitted, another plan, time, CI or
 * risk opens the vote again, and so does an implementer whose vote has decided it. With a `version`, changes that one or fails; without, the last writer wins.
 */
export function updateChange(
  db: Db,
  caller: Caller,
  id: string,
  input: ChangeUpdate,
  version?: number,
  at = now(),
): Promise<PlannedChange> {
  return transact(db, async (trx) => {
    const before = await holdOwnChange(trx, caller, id, version)
    const wanted = columnsOf(input)
    requireEditable(before, wanted)
    await requireReferences(trx, input)
    const cis = await changeCis(trx, id, input.affected_ci_ids)
    const changes = { ...diff<object>(before, wanted), ...cis }
    const touched = Object.keys(changes)
    const risk = await riskOf(trx, before, wanted, touched)
    const isVoteDue =
      isSubmitted(before) &&
      (touched.some((each) => votedOn.includes(each)) ||
        (risk.risk_level ?? before.risk_level) !== before.risk_level ||
        (touched.includes('implementer_id') && (await hasApproved(trx, before, wanted))))
    const moved = isVoteDue ? reopened(before) : {}
    const all = { ...wanted, ...risk, ...moved }
    const row = await reviseChange(trx, caller.id, before, all, at)
    await recordHistory(trx, id, caller.id, cis, at)
    await recordAudit(trx, caller, 'change.updated', id, { ...diff<object>(before, all), ...cis })
    if (!isVoteDue && !(isSubmitted(before) && touched.includes('freeze_reason'))) {
      return showPlanned(trx, row, [])
    }
    if (isVoteDue) await requireReady(trx, row)
    const conflicts = await requireNoConflict(trx, row)
    if (!isVoteDue) return showPlanned(trx, row, conflicts)
    const votes = row.type !== 'standard'
    if (votes) await requestVotes(trx, caller.id, row)
    return showPlanned(trx, await getChangeRow(trx, id), conflicts, votes)
  })
}

function isSubmitted({ status }: ChangeRow): boolean {
  return status !== 'draft'
}

/** Once submitted, a change keeps the risk that it is voted on by, until what makes it up is edited. */
async function riskOf(
  trx: Trx,
  before: ChangeRow,
  wanted: Wanted,
  touched: readonly string[],
): Promise<Wanted> {
  const isAffected = touched.some((each) => each === 'category' || votedOn.includes(each))
  return isSubmitted(before) && !isAffected ? {} : assessChange(trx, { ...before, ...wanted })
}

/** Whether who is to carry out a change has cast, or is given, a vote of the round that approved it. */
async function hasApproved(
  trx: Trx,
  { id, status, vote_round }: ChangeRow,
  { implementer_id }: Wanted,
): Promise<boolean> {
  if (!implementer_id || !['approved', 'scheduled'].includes(status)) return false
  const vote = await trx
    .selectFrom('change_votes')
    .select('id')
    .where('change_id', '=', id)
    .where('round', '=', vote_round)
    .where((eb) => eb.or([eb('user_id', '=', implementer_id), eb('cast_by', '=', implementer_id)]))
    .executeTakeFirst()
  return vote !== undefined
}

/** What a template has approved is only to be scheduled again. */
function reopened({ type, vote_round }: ChangeRow): Wanted {
  if (type === 'standard') return { status: 'approved' }
  return { status: 'submitted', vote_round: vote_round + 1, decided_at: null }
}

function requireEditable(before: ChangeRow, wanted: Wanted): void {
  const { status } = before
  if (!editable.includes(status)) throw failure('change_frozen', { status })
  const after = { ...before, ...wanted }
  const fields = settled.filter((field) => after[field] !== before[field])
  if (fields.length > 0 && isSubmitted(before)) throw failure('change_draft_required', { fields })
  if (after.type === 'standard' && after.template_id === null) {
    throw invalid({ field: 'type', rule: 'template_required' })
  }
  requirePeriod(after.scheduled_start, after.scheduled_end, 'scheduled_end')
}

/** Which CIs it affects, where that changes. */
async function changeCis(trx: Trx, id: string, cis: string[] | undefined): Promise<Changes> {
  if (!cis) return {}
  const from = await affectedCis(trx, id)
  const to = [...cis].sort()
  if (JSON.stringify(from) === JSON.stringify(to)) return {}
  await setCis(trx, id, to)
  return { affected_ci_ids: { from, to } }
}
