import { describe, expect, test } from 'vitest'
import type { Decision } from '../../../db/tables/itsm-cab.ts'
import { explained } from '../../../src/itsm/cab/reasons.ts'
import { type ReasonCode, tally, tallyReview } from '../../../src/itsm/cab/tally.ts'

type Rule = 'any' | 'majority' | 'all'
type Case = [
  rule: Rule,
  quorum: number,
  /** A letter a seat: a approves, c conditionally, r rejects, s abstains, - has not voted; capitals are required. */
  seats: string,
  decided: 'approved' | 'rejected' | null,
  reason: ReasonCode,
  needed: number,
]

const decisions: Record<string, Decision> = {
  a: 'approve',
  c: 'conditional',
  r: 'reject',
  s: 'abstain',
}

/** `=` is a required seat that has not voted. */
function of(seats: string) {
  const each = [...seats].map((letter, n) => ({ letter, user_id: `u${n}` }))
  return {
    seats: each.map(({ letter, user_id }) => ({
      user_id,
      role: /[A-Z=]/.test(letter) ? ('required' as const) : ('optional' as const),
    })),
    votes: each.flatMap(({ letter, user_id }) => {
      const decision = decisions[letter.toLowerCase()]
      return decision ? [{ user_id, decision }] : []
    }),
  }
}

const cases: Case[] = [
  ['any', 0.5, '====', null, 'no_votes', 2],
  ['any', 0.5, 'A===', null, 'quorum_missing', 2],
  ['any', 0.5, 'AS==', 'approved', 'approved_by_one', 2],
  ['any', 0.5, 'AR==', 'rejected', 'required_reject', 2],
  ['any', 0.5, 'R===', null, 'quorum_missing', 2],
  ['any', 0.5, 'SS==', null, 'approval_missing', 2],
  ['any', 0.5, 'SSSS', 'rejected', 'nobody_approves', 2],
  ['any', 0.5, 'SSSSa', 'approved', 'approved_by_one', 2],
  ['any', 0.5, 'SSSSr', 'rejected', 'nobody_approves', 2],
  ['any', 0.5, 'ASr', 'approved', 'approved_by_one', 1],
  ['any', 0, '==a', 'approved', 'approved_by_one', 0],
  ['any', 0, '==r', null, 'approval_missing', 0],
  ['any', 0, '===', null, 'no_votes', 0],
  ['any', 1, 'AA=', null, 'quorum_missing', 3],
  ['any', 1, 'CSS', 'approved', 'approved_by_one', 3],
  ['any', 0.5, 'a--', null, 'quorum_missing', 2],
  ['any', 0.5, 'ar-', 'approved', 'approved_by_one', 2],
  ['any', 0.5, 'rr-', null, 'approval_missing', 2],
  ['any', 0.5, '', null, 'no_seats', 0],

  ['majority', 0.5, 'A===', null, 'quorum_missing', 2],
  ['majority', 0.5, 'AA==', 'approved', 'majority_reached', 2],
  ['majority', 0.5, 'AS==', 'approved', 'majority_reached', 2],
  ['majority', 0.5, 'AR==', null, 'majority_open', 2],
  ['majority', 0.5, 'ARAR', 'rejected', 'majority_lost', 2],
  ['majority', 0.5, 'ARAS', 'approved', 'majority_reached', 2],
  ['majority', 0.5, 'RR==', 'rejected', 'majority_lost', 2],
  ['majority', 0.5, 'RR===', null, 'quorum_missing', 3],
  ['majority', 0.5, 'RRR==', 'rejected', 'majority_lost', 3],
  ['majority', 0.5, 'RRS==', 'rejected', 'majority_lost', 3],
  ['majority', 0.5, 'RSS==', null, 'majority_open', 3],
  ['majority', 0.5, 'CC==', 'approved', 'majority_reached', 2],
  ['majority', 0.5, 'CR==', null, 'majority_open', 2],
  ['majority', 0.5, 'SS==', null, 'majority_open', 2],
  ['majority', 0.5, 'SSSS', 'rejected', 'majority_lost', 2],
  ['majority', 0.5, 'SSS=', null, 'majority_open', 2],
  ['majority', 0.5, '==aaa', null, 'quorum_missing', 1],
  ['majority', 0.5, 'R=aa', 'approved', 'majority_reached', 1],
  ['majority', 1, 'AAA=', null, 'quorum_missing', 4],
  ['majority', 1, 'AAAS', 'approved', 'majority_reached', 4],
  ['majority', 0, 'a', 'approved', 'majority_reached', 0],
  ['majority', 0, 'r-', 'rejected', 'majority_lost', 0],
  ['majority', 0, 'r--', null, 'majority_open', 0],
  ['majority', 0.5, 'aa--', 'approved', 'majority_reached', 2],
  ['majority', 0.5, 'a---', null, 'quorum_missing', 2],
  ['majority', 0.1, 'A=========', 'approved', 'majority_reached', 1],
  ['majority', 0.3, 'AA========', null, 'quorum_missing', 3],
  ['majority', 0.3, 'AAA=======', 'approved', 'majority_reached', 3],
  ['majority', 0.34, 'A==', null, 'quorum_missing', 2],
  ['majority', 1 / 3, 'A==', 'approved', 'majority_reached', 1],
  ['majority', 2 / 3, 'AA=', 'approved', 'majority_reached', 2],

  ['all', 0.5, 'AA==', null, 'approval_missing', 2],
  ['all', 0.5, 'AAAA', 'approved', 'all_approved', 2],
  ['all', 0.5, 'ACAA', 'approved', 'all_approved', 2],
  ['all', 0.5, 'AAAS', 'rejected', 'not_all_approve', 2],
  ['all', 0.5, 'AR==', 'rejected', 'not_all_approve', 2],
  ['all', 1, 'R===', null, 'quorum_missing', 4],
  ['all', 0.5, 'AAr', 'approved', 'all_approved', 1],
  ['all', 0.5, 'AA-', 'approved', 'all_approved', 1],
  ['all', 0.5, 'aa', 'approved', 'all_approved', 1],
  ['all', 0.5, 'a-', null, 'approval_missing', 1],
  ['all', 0.5, 'as', 'rejected', 'not_all_approve', 1],
  ['all', 0, '=a', null, 'approval_missing', 0],
]

describe('tally', () => {
  test.for(cases)('by %s at %d of "%s" is %s', ([rule, quorum, text, decided, reason, needed]) => {
    const { seats, votes } = of(text)
    const result = tally({ rule, quorum }, seats, votes)
    expect(result).toMatchObject({ decided, reasons: [reason], quorum: { needed } })
    const { approve, conditional, reject, abstain, missing } = result.counts
    expect(approve + conditional + reject + abstain + missing).toBe(seats.length)
    const [why] = explained(result).reasons
    expect(why?.ja).toMatch(/。$/)
    expect(why?.en).toMatch(/\.$/)
    expect(explained(tally({ rule, quorum }, seats, votes.toReversed())).decided).toBe(decided)
  })

  test('does not count votes of those who have no seat', () => {
    const { seats, votes } = of('A===')
    const strangers = ['x', 'y'].map((user_id) => ({ user_id, decision: 'approve' as const }))
    const result = tally({ rule: 'majority', quorum: 0.5 }, seats, [...votes, ...strangers])
    expect(result).toMatchObject({ decided: null, counts: { approve: 1, missing: 3 } })
  })

  test('says in numbers what is missing', () => {
    const { seats, votes } = of('AS===')
    const result = explained(tally({ rule: 'majority', quorum: 0.6 }, seats, votes))
    expect(result.reasons[0]).toEqual({
      code: 'quorum_missing',
      ja: '定足数に足りません (5 人中 2 人が投票、3 人必要)。',
      en: 'There is no quorum: 2 of 5 have voted, 3 must.',
    })
  })
})

describe('tallyReview', () => {
  test.for([
    ['', null, 'review_open'],
    ['s', null, 'review_open'],
    ['a', 'approved', 'review_approved'],
    ['c', 'approved', 'review_approved'],
    ['r', 'rejected', 'review_rejected'],
    ['sr', 'rejected', 'review_rejected'],
    ['sa', 'approved', 'review_approved'],
  ])('of "%s" is %s', ([text, decided, reason]) => {
    const { votes } = of(text as string)
    expect(tallyReview(votes)).toMatchObject({ decided, reasons: [reason] })
  })
})
