import type { Trx } from '../../../db/tables.ts'
import type { ChangeUpdate, NewChange } from '../../../schemas/itsm/changes.ts'
import { requireBoard } from '../cab/board-access.ts'
import { indexed, requireCis, requireTeams, requireUsers } from '../references.ts'
import type { ChangeRow } from './access.ts'
import { utc } from './times.ts'

const texts = ['implementation_plan', 'rollback_plan', 'test_plan', 'freeze_reason'] as const
const times = ['scheduled_start', 'scheduled_end'] as const
const others = [
  'title',
  'type',
  'description',
  'justification',
  'impact',
  'likelihood',
  'implementer_id',
  'team_id',
  'board_id',
] as const

/** What a client has sent, as it is stored: plans of white space are none, times are in UTC. */
export function columnsOf(input: NewChange | ChangeUpdate): Partial<ChangeRow> {
  const { category } = input
  return Object.fromEntries(
    [
      ...others.map((field) => [field, input[field]]),
      ...texts.map((field) => [field, input[field]?.trim() === '' ? null : input[field]]),
      ...times.map((field) => [field, input[field] ? utc(field, input[field]) : input[field]]),
      ['category', category?.trim() ?? category],
    ].filter(([, value]) => value !== undefined),
  )
}

/** Fails with 422 and the fields unless all that a body refers to is there. */
export async function requireReferences(
  trx: Trx,
  { implementer_id, team_id, board_id, affected_ci_ids }: NewChange | ChangeUpdate,
): Promise<void> {
  await requireUsers(trx, { implementer_id })
  await requireTeams(trx, { team_id })
  await requireCis(trx, indexed('affected_ci_ids', affected_ci_ids))
  await requireBoard(trx, board_id)
}

/** Writes down anew which CIs a change affects. */
export async function setCis(trx: Trx, changeId: string, cis: readonly string[]): Promise<void> {
  await trx.deleteFrom('change_cis').where('change_id', '=', changeId).execute()
  if (cis.length === 0) return
  await trx
    .insertInto('change_cis')
    .values(cis.map((ci_id) => ({ change_id: changeId, ci_id })))
    .execute()
}
