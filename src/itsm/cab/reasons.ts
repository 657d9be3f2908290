import type { ReasonCode, Tally } from './tally.ts'

type Sentence = { ja: string; en: string }

const sentences: Record<ReasonCode, (tally: Tally) => Sentence> = {
  no_seats: () => ({
    ja: '投票できる委員がいません。委員を加えてください。',
    en: 'Nobody on the board may vote. Add members.',
  }),
  no_votes: () => ({ ja: 'まだ投票がありません。', en: 'Nobody has voted yet.' }),
  quorum_missing: ({ quorum: { voted, of, needed } }) => ({
    ja: `定足数に足りません (${of} 人中 ${voted} 人が投票、${needed} 人必要)。`,
    en: `There is no quorum: ${voted} of ${of} have voted, ${needed} must.`,
  }),
  approved_by_one: () => ({
    ja: '定足数に達し、承認が一票以上あり、必須の委員の却下はありません。',
    en: 'There is a quorum, an approval, and no rejection by a required member.',
  }),
  approval_missing: ({ counts: { missing } }) => ({
    ja: `承認が足りません。まだ ${missing} 人が投票していません。`,
    en: `Approvals are missing: ${missing} have not voted yet.`,
  }),
  required_reject: () => ({
    ja: '必須の委員が却下しました。',
    en: 'A required member rejects.',
  }),
  nobody_approves: () => ({
    ja: '全員が投票し、承認がありません。',
    en: 'All have voted, and nobody approves.',
  }),
  majority_reached: ({ counts }) => ({
    ja: `過半数が承認しました (承認 ${yes(counts)}、却下 ${counts.reject})。`,
    en: `A majority approves: ${yes(counts)} against ${counts.reject}.`,
  }),
  majority_open: ({ counts }) => ({
    ja: `過半数に達していません (承認 ${yes(counts)}、却下 ${counts.reject}、未投票 ${counts.missing})。`,
    en: `There is no majority yet: ${yes(counts)} against ${counts.reject}, ${counts.missing} have not voted.`,
  }),
  majority_lost: ({ counts }) => ({
    ja: `過半数に届きません (承認 ${yes(counts)}、却下 ${counts.reject}、未投票 ${counts.missing})。`,
    en: `A majority cannot be reached any more: ${yes(counts)} against ${counts.reject}, ${counts.missing} have not voted.`,
  }),
  all_approved: () => ({
    ja: '承認が必要な委員が全員承認しました。',
    en: 'Everybody whose approval is needed approves.',
  }),
  not_all_approve: () => ({
    ja: '承認が必要な委員の中に、却下か棄権の人がいます。',
    en: 'Somebody whose approval is needed rejects or abstains.',
  }),
  review_approved: () => ({
    ja: '技術レビューで一人が承認しました。',
    en: 'One approver has approved in a technical review.',
  }),
  review_rejected: () => ({
    ja: '技術レビューで一人が却下しました。',
    en: 'One approver has rejected in a technical review.',
  }),
  review_open: () => ({
    ja: '技術レビューの承認か却下を待っています。',
    en: 'It waits for one approval or rejection in a technical review.',
  }),
}

/** A tally that explains itself in sentences. */
export function explained(tally: Tally) {
  const reasons = tally.reasons.map((code) => ({ code, ...sentences[code](tally) }))
  return { ...tally, reasons }
}

function yes({ approve, conditional }: Tally['counts']): number {
  return approve + conditional
}
