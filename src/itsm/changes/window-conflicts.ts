import type { Db } from '../../../db/tables.ts'
import type { ChangeWindow } from '../../../schemas/itsm/change-windows.ts'
import { named } from './change-conflicts.ts'
import type { Affected, Conflict, Planned } from './conflicts.ts'
import { covers, occurrences, type Span } from './occurrences.ts'
import { describeWindows } from './windows.ts'

/** Freezes that a change overlaps, and CIs of it that are not in their maintenance windows. */
export async function windowConflicts(
  db: Db,
  change: Planned,
  affected: readonly Affected[],
): Promise<Conflict[]> {
  const span = { start: change.scheduled_start, end: change.scheduled_end }
  const rows = await db
    .selectFrom('change_windows')
    .selectAll()
    .where((eb) => eb.or([eb('over_at', 'is', null), eb('over_at', '>', span.start)]))
    // Of freezes those that overlap; a maintenance window to come keeps changes waiting for it.
    .where((eb) => eb.or([eb('kind', '=', 'maintenance'), eb('starts_at', '<', span.end)]))
    .orderBy('starts_at')
    .orderBy('id')
    .execute()
  const windows = await describeWindows(db, rows)
  const freezes = windows.filter(({ kind }) => kind === 'freeze')
  const maintenance = windows.filter(({ kind }) => kind === 'maintenance')
  return [
    ...freezes.flatMap((window) => freezeConflict(change, window, affected)),
    ...outsideConflict(span, maintenance, affected),
  ]
}

/** When a window is open within a span. */
export function opens({ starts_at, ends_at, recurrence }: ChangeWindow, span: Span): Span[] {
  if (recurrence) return occurrences(recurrence, starts_at, span)
  const isPart = ends_at !== null && starts_at < span.end && ends_at > span.start
  return isPart ? [{ start: starts_at, end: ends_at }] : []
}

function isFor({ ci_ids }: ChangeWindow, id: string): boolean {
  return ci_ids.length === 0 || ci_ids.includes(id)
}

function freezeConflict(
  { type, freeze_reason }: Planned,
  window: ChangeWindow,
  affected: readonly Affected[],
): Conflict[] {
  const cis = affected.filter(({ id }) => isFor(window, id))
  if (cis.length === 0 && window.ci_ids.length > 0) return []
  const isHard = window.severity === 'hard'
  const reason = type === 'emergency' ? freeze_reason?.trim() : undefined
  const all = named(cis)
  const what = {
    ja: `${isHard ? '凍結期間' : '注意期間'}「${window.name}」(${window.starts_at} から ${window.ends_at}) と重なります${cis.length > 0 ? `: ${all.ja}` : ''}。`,
    en: `It overlaps the ${window.severity} freeze "${window.name}" (${window.starts_at} to ${window.ends_at})${cis.length > 0 ? `: ${all.en}` : ''}.`,
  }
  const passes = isHard && reason
  return [
    {
      kind: 'freeze',
      severity: isHard && !reason ? 'blocks' : 'warns',
      ci_ids: cis.map(({ id }) => id),
      change_id: null,
      window_id: window.id,
      ja: passes ? `${what.ja}緊急変更として通します。理由: ${reason}` : what.ja,
      en: passes ? `${what.en} It passes as an emergency, because: ${reason}` : what.en,
    },
  ]
}

/** Only CIs that have maintenance windows can be outside of them; those that are over are none. */
function outsideConflict(
  span: Span,
  windows: readonly ChangeWindow[],
  affected: readonly Affected[],
): Conflict[] {
  const open = windows.map((window) => ({ window, spans: opens(window, span) }))
  const concerned = new Set<string>()
  const cis = affected.filter(({ id }) => {
    const own = open.filter(({ window }) => isFor(window, id))
    const spans = own.flatMap((each) => each.spans)
    const isOutside = own.length > 0 && !covers(spans, span)
    if (isOutside) for (const { window } of own) concerned.add(window.id)
    return isOutside
  })
  if (cis.length === 0) return []
  const [only, ...others] = [...concerned]
  const { ja, en } = named(cis)
  return [
    {
      kind: 'outside_maintenance_window',
      severity: 'warns',
      ci_ids: cis.map(({ id }) => id),
      change_id: null,
      window_id: others.length === 0 && only !== undefined ? only : null,
      ja: `次の構成アイテム ${cis.length} 件の保守時間に収まりません: ${ja}。`,
      en: `It is not wholly inside the maintenance windows of ${cis.length} CIs: ${en}.`,
    },
  ]
}
