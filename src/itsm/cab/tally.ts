import type { BoardRule, Decision, SeatRole } from '../../../db/tables/itsm-cab.ts'

type Board = { rule: BoardRule; quorum: number }
type Seat = { user_id: string; role: SeatRole }
type Vote = { user_id: string; decision: Decision }

/** Why a vote is decided, or is not. Sentences for each are in src/itsm/cab/reasons.ts. */
export type ReasonCode =
  | 'no_seats'
  | 'no_votes'
  | 'quorum_missing'
  | 'approved_by_one'
  | 'approval_missing'
  | 'required_reject'
  | 'nobody_approves'
  | 'majority_reached'
  | 'majority_open'
  | 'majority_lost'
  | 'all_approved'
  | 'not_all_approve'
  | 'review_approved'
  | 'review_rejected'
  | 'review_open'

export type Tally = {
  decided: null | 'approved' | 'rejected'
  /** `needed` of the `of` members who count for it must have voted; `voted` have. */
  quorum: { needed: number; voted: number; of: number; reached: boolean }
  counts: Record<Decision | 'missing', number>
  reasons: ReasonCode[]
}

/**
 * What votes come to, one a seat; whoever has none does not count.
 *
 * Quorum: the share of required members who have voted, an abstention being a vote; of all members where
 * none is required. Nothing is decided before it is there, nor without a vote. Then, where a conditional
 * approval is an approval:
 * - `any`: a rejection by a required member rejects; else one approval approves.
 * - `majority`: more than half of approvals and rejections together, of all members, approves; rejected
 *   when that could not be reached any more if all who have not voted approved. A tie is no majority.
 * - `all`: approved when every required member approves (every member where none is required); rejected
 *   when one of them rejects or abstains.
 */
export function tally(board: Board, seats: readonly Seat[], votes: readonly Vote[]): Tally {
  const required = seats.filter(({ role }) => role === 'required')
  const counting = required.length > 0 ? required : seats
  const cast = new Map(votes.map(({ user_id, decision }) => [user_id, decision]))
  const given = (some: readonly Seat[]) => some.map(({ user_id }) => cast.get(user_id))

  const counts = countsOf(given(seats))
  const voted = counting.length - countsOf(given(counting)).missing
  const needed = neededOf(board.quorum, counting.length)
  const quorum = {
    needed,
    voted,
    of: counting.length,
    reached: seats.length > 0 && voted >= needed,
  }

  const open = (reason: ReasonCode): Tally => ({ decided: null, quorum, counts, reasons: [reason] })
  if (seats.length === 0) return open('no_seats')
  if (counts.missing === seats.length) return open('no_votes')
  if (!quorum.reached) return open('quorum_missing')
  const [decided, reason] = rules[board.rule](
    counts,
    countsOf(given(required)),
    countsOf(given(counting)),
  )
  return { decided, quorum, counts, reasons: [reason] }
}

/**
 * The technical review of a change of low risk: the first vote that is no abstention decides, whoever of
 * those who may vote casts it.
 */
export function tallyReview(votes: readonly Vote[]): Tally {
  const counts = countsOf(votes.map(({ decision }) => decision))
  const deciding = votes.find(({ decision }) => decision !== 'abstain')
  const voted = deciding ? 1 : 0
  const quorum = { needed: 1, voted, of: 1, reached: deciding !== undefined }
  if (!deciding) return { decided: null, quorum, counts, reasons: ['review_open'] }
  return deciding.decision === 'reject'
    ? { decided: 'rejected', quorum, counts, reasons: ['review_rejected'] }
    : { decided: 'approved', quorum, counts, reasons: ['review_approved'] }
}

type Counts = Tally['counts']
type Outcome = [Tally['decided'], ReasonCode]

const rules: Record<BoardRule, (all: Counts, required: Counts, counting: Counts) => Outcome> = {
  any(all, required) {
    if (required.reject > 0) return ['rejected', 'required_reject']
    if (yesIn(all) > 0) return ['approved', 'approved_by_one']
    return all.missing > 0 ? [null, 'approval_missing'] : ['rejected', 'nobody_approves']
  },
  majority(all) {
    const yes = yesIn(all)
    if (yes > all.reject) return ['approved', 'majority_reached']
    const isLost = yes + all.missing <= all.reject
    return isLost ? ['rejected', 'majority_lost'] : [null, 'majority_open']
  },
  all(_all, _required, counting) {
    if (counting.reject + counting.abstain > 0) return ['rejected', 'not_all_approve']
    return counting.missing > 0 ? [null, 'approval_missing'] : ['approved', 'all_approved']
  },
}

function yesIn({ approve, conditional }: Counts): number {
  return approve + conditional
}

/** The least number that is this share of them; a hair less than it is one for arithmetic's sake. */
function neededOf(quorum: number, members: number): number {
  return Math.max(0, Math.ceil(quorum * members - 1e-9))
}

function countsOf(given: readonly (Decision | undefined)[]): Counts {
  const counts = { approve: 0, reject: 0, abstain: 0, conditional: 0, missing: 0 }
  for (const decision of given) counts[decision ?? 'missing'] += 1
  return counts
}
