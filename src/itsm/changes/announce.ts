import type { Trx } from '../../../db/tables.ts'
import type { ItsmEvent } from '../../../schemas/itsm/common.ts'
import { notify } from '../notices/notices.ts'
import { numberText } from '../numbers.ts'
import type { ChangeRow } from './access.ts'

type ChangeEvent = Extract<ItsmEvent, `change.${string}`>
type Hearer = 'requester' | 'implementer' | 'lead'

/** Who hears of what, and in what words. Those who may vote are asked by the votes themselves. */
const announcements = {
  'change.submitted': {
    to: ['lead', 'implementer'],
    ja: '変更が申請されました。',
    en: 'The change has been submitted.',
  },
  'change.approved': {
    to: ['requester', 'implementer', 'lead'],
    ja: '変更はテンプレートにより承認されました。',
    en: 'The change is approved by its template.',
  },
  'change.scheduled': {
    to: ['implementer'],
    ja: '変更が予定に入りました。',
    en: 'The change has been scheduled.',
  },
  'change.started': {
    to: ['requester'],
    ja: '変更が開始されました。',
    en: 'The change has been started.',
  },
  'change.completed': {
    to: ['requester'],
    ja: '変更が終わりました。',
    en: 'The change has ended.',
  },
  'change.cancelled': {
    to: ['requester', 'implementer', 'lead'],
    ja: '変更が取り消されました。',
    en: 'The change has been cancelled.',
  },
  'change.review_due': {
    to: ['requester', 'implementer', 'lead'],
    ja: '緊急変更のレビュー期限を過ぎています。レビューを記録してください。',
    en: 'The review of an emergency change is overdue. Record it.',
  },
} as const satisfies Partial<Record<ChangeEvent, { to: readonly Hearer[]; ja: string; en: string }>>

/** Tells those of a change who have to know, in the transaction of what happened. */
export async function announceChange(
  trx: Trx,
  by: string | null,
  event: keyof typeof announcements,
  row: ChangeRow,
): Promise<void> {
  const { to, ja, en } = announcements[event]
  const people: Record<Hearer, string | null> = {
    requester: row.requester_id,
    implementer: row.implementer_id,
    lead: to.some((each) => each === 'lead') ? await leadOf(trx, row.team_id) : null,
  }
  const { id, title, status, type, risk_level, scheduled_start, scheduled_end, outcome } = row
  await notify(trx, {
    event,
    subject: { kind: 'change', id, number: numberText('change', row.number), title },
    to: to.map((each) => people[each]),
    by,
    text: { ja, en },
    data: { status, type, risk_level, scheduled_start, scheduled_end, outcome },
  })
}

async function leadOf(trx: Trx, teamId: string | null): Promise<string | null> {
  if (teamId === null) return null
  const team = await trx
    .selectFrom('teams')
    .select('lead_id')
    .where('id', '=', teamId)
    .executeTakeFirst()
  return team?.lead_id ?? null
}
