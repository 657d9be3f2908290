import type { Db } from '../../../db/tables.ts'
import type { ChangeStatus } from '../../../schemas/itsm/common.ts'
import { groupBy } from '../../values.ts'
import { numberText } from '../numbers.ts'
import type { Affected, Conflict, Planned } from './conflicts.ts'
import { takesPartOf } from './occupied.ts'
import { relatedCis } from './related.ts'

/** Those that may come about. Drafts are nothing yet, and what is over is in nobody's way. */
const pending: ChangeStatus[] = [
  'submitted',
  'under_review',
  'approved',
  'scheduled',
  'in_progress',
]

/** Those whose time is taken. */
const firm: ChangeStatus[] = ['scheduled', 'in_progress']

type Other = { id: string; number: number; title: string; status: ChangeStatus }

/** Other changes at the same time: of the same or a related CI, or by the same implementer. */
export async function changeConflicts(
  db: Db,
  change: Planned,
  affected: readonly Affected[],
  at: string,
): Promise<Conflict[]> {
  const ids = affected.map(({ id }) => id)
  const related = await relatedCis(db, ids)
  const touching = await othersTouching(db, change, [...new Set([...ids, ...related.keys()])], at)
  const byChange = groupBy(touching, ({ id }) => id)
  const found: Conflict[] = []
  for (const [, rows] of byChange) {
    const other = rows[0] as Other
    const theirs = new Set(rows.map(({ ci_id }) => ci_id))
    const same = affected.filter(({ id }) => theirs.has(id))
    const near = new Set([...theirs].flatMap((ci) => [...(related.get(ci) ?? [])]))
    const rest = affected.filter(({ id }) => near.has(id) && !theirs.has(id))
    if (same.length > 0) found.push(sameCi(other, same))
    if (rest.length > 0) found.push(relatedCi(other, rest))
  }
  const busy = await othersBy(db, change, at)
  return [...found, ...busy.map(sameImplementer)]
}

const shown = ['changes.id', 'changes.number', 'changes.title', 'changes.status'] as const

function overlapping(db: Db, { id, scheduled_start, scheduled_end }: Planned, at: string) {
  const span = { start: scheduled_start, end: scheduled_end }
  return db
    .selectFrom('changes')
    .where('changes.id', '!=', id)
    .where('status', 'in', pending)
    .where((eb) => takesPartOf(eb, span, at))
    .orderBy('changes.number')
}

async function othersTouching(db: Db, change: Planned, ciIds: readonly string[], at: string) {
  if (ciIds.length === 0) return []
  return overlapping(db, change, at)
    .innerJoin('change_cis', 'change_cis.change_id', 'changes.id')
    .select([...shown, 'change_cis.ci_id'])
    .where('change_cis.ci_id', 'in', ciIds)
    .execute()
}

async function othersBy(db: Db, change: Planned, at: string): Promise<Other[]> {
  if (change.implementer_id === null) return []
  return overlapping(db, change, at)
    .select(shown)
    .where('implementer_id', '=', change.implementer_id)
    .execute()
}

function sameCi(other: Other, cis: readonly Affected[]): Conflict {
  const { ja, en } = named(cis)
  return {
    ...about(other, cis),
    kind: 'same_ci',
    severity: firm.includes(other.status) ? 'blocks' : 'warns',
    ja: `変更 ${nameOf(other).ja} が同じ時間に、同じ構成アイテム ${cis.length} 件に触れます: ${ja}。`,
    en: `Change ${nameOf(other).en} touches ${cis.length} of the same CIs at the same time: ${en}.`,
  }
}

function relatedCi(other: Other, cis: readonly Affected[]): Conflict {
  const { ja, en } = named(cis)
  return {
    ...about(other, cis),
    kind: 'related_ci',
    severity: 'warns',
    ja: `変更 ${nameOf(other).ja} が同じ時間に、次の ${cis.length} 件と依存関係にある構成アイテムに触れます: ${ja}。`,
    en: `Change ${nameOf(other).en} touches CIs at the same time that these ${cis.length} are related to: ${en}.`,
  }
}

function sameImplementer(other: Other): Conflict {
  return {
    ...about(other, []),
    kind: 'same_implementer',
    severity: 'warns',
    ja: `実施者は同じ時間に変更 ${nameOf(other).ja} も実施します。`,
    en: `The implementer carries out change ${nameOf(other).en} at the same time.`,
  }
}

function about({ id }: Other, cis: readonly Affected[]) {
  return { ci_ids: cis.map((ci) => ci.id), change_id: id, window_id: null }
}

function nameOf({ number, title, status }: Other) {
  const text = numberText('change', number)
  return { ja: `${text}「${title}」(${status})`, en: `${text} "${title}" (${status})` }
}

/** All of them: one that is left out is the one that goes wrong. */
export function named(cis: readonly Affected[]): { ja: string; en: string } {
  const names = cis.map(({ name }) => name)
  return { ja: names.join('、'), en: names.join(', ') }
}
