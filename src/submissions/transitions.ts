import type { Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { SubmissionStatus } from '../../schemas/submissions/common.ts'
import type {
  SubmissionSession,
  SubmissionStatusChange,
} from '../../schemas/submissions/sessions.ts'
import type { Caller } from '../access.ts'
import { diff, recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import { enqueue } from '../jobs.ts'
import { later, now } from '../values.ts'
import { touched } from '../version.ts'
import { getStaffSession, type SessionRow, working } from './access.ts'
import { describeSession, reviewStatusOf } from './descriptions.ts'
import { holdSession, type Told, tellSession } from './sessions.ts'

/** Also what came on paper is answered, so nothing need have been uploaded. */
const transitions = {
  not_uploaded: ['needs_reupload', 'approved'],
  needs_reupload: ['approved', 'not_uploaded'],
  approved: ['needs_reupload'],
} as const satisfies Record<SubmissionStatus, readonly SubmissionStatus[]>

/**
 * Answers a submitter, who is told by mail. The same answer again is given again if something came
 * in between or something else is said with it; otherwise nothing happens.
 */
export async function setSessionStatus(
  told: Told,
  caller: Caller,
  id: string,
  answer: SubmissionStatusChange,
  version?: number,
): Promise<SubmissionSession> {
  const { row, isChanged } = await transact(told.db, async (trx) => {
    await getStaffSession(trx, caller, id)
    const before = await holdSession(trx, id, version)
    requireTransition(before, answer.status)
    return isSame(before, answer)
      ? { row: before, isChanged: false }
      : { row: await setStatus(trx, caller, before, answer), isChanged: true }
  })
  return isChanged ? tellSession(told, caller, row) : describeSession(told.db, caller, row, working)
}

/** That nothing has been uploaded can be said again only while it is true. */
function requireTransition({ status: from, received_at }: SessionRow, to: SubmissionStatus): void {
  const legal = transitions[from].filter((each) => each !== 'not_uploaded' || received_at === null)
  if (from === to || legal.some((each) => each === to)) return
  throw failure('illegal_transition', { from, to, legal }, { legal })
}

function isSame(before: SessionRow, { status, comment }: SubmissionStatusChange): boolean {
  const isSaid = comment === undefined || (comment || null) === before.comment
  const isAnswered = status === 'not_uploaded' || reviewStatusOf(before) !== 'waiting'
  return before.status === status && isSaid && isAnswered
}

async function setStatus(
  trx: Trx,
  caller: Caller,
  before: SessionRow,
  { status, comment }: SubmissionStatusChange,
): Promise<SessionRow> {
  const at = now()
  const { received_at } = before
  const isAnswer = status !== 'not_uploaded'
  // Later than what it answers, also within a millisecond.
  const answered = received_at !== null && received_at >= at ? later(received_at, 0.001) : at
  const wanted = { status, comment: comment || null, reviewed_at: isAnswer ? answered : null }
  const row = await trx
    .updateTable('submission_sessions')
    .set({ ...wanted, ...touched() })
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await recordAudit(trx, caller, 'submission.reviewed', before.id, diff<object>(before, wanted))
  if (isAnswer) {
    await enqueue(
      trx,
      'send_session_mail',
      { session_id: before.id, reason: status },
      { from: caller },
    )
  }
  return row
}
