import type { Db, Trx } from '../../../db/tables.ts'
import type { PlannedChange } from '../../../schemas/itsm/change-moves.ts'
import { failure, invalid } from '../../failure.ts'
import { boardOf } from '../cab/seats.ts'
import { affectedCis, type ChangeRow } from './access.ts'
import { type Conflict, findConflicts } from './conflicts.ts'
import { describeChange } from './describe.ts'
import { findTemplate } from './templates.ts'

type Shown = PlannedChange['conflicts']

/**
 * Fails unless a change can be submitted as it is: 422 with what is missing; 409 for a standard one
 * that strays from its template, or whose template is no longer in use, and for a normal one that needs
 * a board where there is none. An emergency does not wait for a board.
 */
export async function requireReady(trx: Trx, row: ChangeRow): Promise<void> {
  if (row.type === 'standard') return requireTemplate(trx, row)
  const needed = {
    justification: row.justification.trim(),
    implementation_plan: row.implementation_plan,
    // What cannot wait may have no time yet.
    ...(row.type === 'normal' && {
      scheduled_start: row.scheduled_start,
      scheduled_end: row.scheduled_end,
    }),
  }
  const missing = Object.entries(needed).filter(([, value]) => !value)
  if (missing.length > 0) {
    throw invalid(...missing.map(([field]) => ({ field, rule: 'needed_to_submit' as const })))
  }
  const isBoardMissing = row.type === 'normal' && (await boardOf(trx, row)) === undefined
  if (isBoardMissing) throw failure('board_required')
}

const templated = [
  'implementation_plan',
  'rollback_plan',
  'test_plan',
  'impact',
  'likelihood',
] as const

async function requireTemplate(trx: Trx, row: ChangeRow): Promise<void> {
  const template = row.template_id ? await findTemplate(trx, row.template_id) : undefined
  if (!template) throw invalid({ field: 'template_id', rule: 'template_required' })
  // A change that was approved by it stays so when it goes out of use.
  if (!template.active && row.status === 'draft') {
    throw failure('change_template_inactive', { name: template.name })
  }
  const fields = templated.filter((field) => row[field] !== template[field])
  if (fields.length > 0) throw failure('change_strays', { fields }, { fields })
}

/**
 * What stands in the way of a change. Fails with 409 and all of it when any of it blocks; an emergency
 * with a reason passes a freeze.
 */
export async function requireNoConflict(trx: Trx, row: ChangeRow): Promise<Shown> {
  const found = await findConflicts(trx, row)
  const conflicts = await showConflicts(trx, found)
  const passesFreeze = row.type === 'emergency' && row.freeze_reason !== null
  const blocks = ({ kind, severity }: Conflict) =>
    severity === 'blocks' && !(kind === 'freeze' && passesFreeze)
  if (found.some(blocks)) throw failure('change_conflicts', undefined, { conflicts })
  return conflicts
}

/** Fails with 409 when a change would start, now, in a freeze that it may not pass. */
export async function requireNoFreeze(trx: Trx, row: ChangeRow, at: string): Promise<void> {
  const scheduled_end =
    row.scheduled_end !== null && row.scheduled_end > at ? row.scheduled_end : null
  const started = { status: 'in_progress', actual_start: at, scheduled_start: null } as const
  const found = await findConflicts(trx, { ...row, ...started, scheduled_end }, at)
  const freezes = found.filter(({ kind, severity }) => kind === 'freeze' && severity === 'blocks')
  if (freezes.length === 0) return
  throw failure('change_conflicts', undefined, { conflicts: await showConflicts(trx, freezes) })
}

/**
 * Lets nobody else schedule a change of the same CIs, or of those that they hang together with, until
 * the transaction ends: of two that clash the later one sees the earlier one. In the order of their ids,
 * so that two do not wait for each other.
 */
export async function holdCis(trx: Trx, changeId: string): Promise<void> {
  const own = await affectedCis(trx, changeId)
  if (own.length === 0) return
  const related = await trx
    .selectFrom('ci_dependencies')
    .select(['ci_id', 'depends_on_id'])
    .where((eb) => eb.or([eb('ci_id', 'in', own), eb('depends_on_id', 'in', own)]))
    .execute()
  const ids = [...own, ...related.flatMap(({ ci_id, depends_on_id }) => [ci_id, depends_on_id])]
  for (const id of [...new Set(ids)].sort()) {
    await trx
      .updateTable('cis')
      .set((eb) => ({ version: eb.ref('version') }))
      .where('id', '=', id)
      .execute()
  }
}

export async function showPlanned(
  db: Db,
  row: ChangeRow,
  conflicts: Shown,
  vote_reopened = false,
): Promise<PlannedChange> {
  return { ...(await describeChange(db, row)), vote_reopened, conflicts }
}

async function showConflicts(db: Db, conflicts: readonly Conflict[]): Promise<Shown> {
  const ids = [...new Set(conflicts.flatMap(({ ci_ids }) => ci_ids))]
  const cis =
    ids.length === 0
      ? []
      : await db.selectFrom('cis').select(['id', 'name']).where('id', 'in', ids).execute()
  const named = new Map(cis.map((ci) => [ci.id, ci]))
  return conflicts.map(({ ci_ids, ...conflict }) => ({
    ...conflict,
    affected_cis: ci_ids.flatMap((id) => named.get(id) ?? []),
  }))
}
