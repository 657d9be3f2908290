import type { Updateable } from 'kysely'
import type { Tables, Trx } from '../../../db/tables.ts'
import { diff } from '../../audit.ts'
import { touched } from '../../version.ts'
import { type Changes, recordHistory } from '../history.ts'
import { refreshClocks } from '../sla/refresh.ts'
import type { IncidentRow } from './access.ts'
import { writeTags } from './labels.ts'
import { priorityOf, rankOf } from './priority.ts'
import { writeTexts } from './texts.ts'

export type Columns = Updateable<Tables['incidents']>

/** Whatever somebody decides of an incident; the rest follows from it, or is kept beside it. */
const recorded: ReadonlySet<string> = new Set([
  'external_number',
  'title',
  'description',
  'status',
  'priority',
  'priority_reason',
  'impact',
  'urgency',
  'category',
  'reporter_id',
  'assignee_id',
  'team_id',
  'tags',
  'major',
  'resolution',
  'resolution_code',
  'parent_id',
  'pending_reason',
  'pending_until',
  'opened_at',
  'resolved_at',
  'closed_at',
] satisfies (keyof IncidentRow)[])

/** What its clocks follow from, besides its notes. */
const timing: readonly (keyof IncidentRow)[] = [
  'status',
  'priority',
  'category',
  'reporter_id',
  'team_id',
  'tags',
  'pending_until',
  'opened_at',
  'resolved_at',
  'closed_at',
]

/**
 * Changes fields of an incident that is held by the transaction, with what follows from them (text that is
 * searched, priority, tags), its history and its clocks. Every change of an incident goes through this.
 * `by` is null for the service itself; `at` is when it takes effect, which for something that came about
 * by itself may be a little while ago.
 */
export async function changeIncident(
  trx: Trx,
  by: string | null,
  before: IncidentRow,
  wanted: Columns,
  at: string,
): Promise<IncidentRow> {
  const columns = { ...wanted, ...derived(before, wanted) }
  const row = await trx
    .updateTable('incidents')
    .set({ ...columns, ...touched() })
    .where('id', '=', before.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  const changes = changesOf(before, columns)
  if (columns.tags !== undefined) await writeTags(trx, before.id, JSON.parse(columns.tags))
  await recordHistory(trx, before.id, by, changes, at)
  if ('title' in wanted || 'description' in wanted) await writeTexts(trx, [before.id])
  if (!timing.some((field) => field in changes)) return row
  await refreshClocks(trx, [before.id], at)
  return trx
    .selectFrom('incidents')
    .selectAll()
    .where('id', '=', before.id)
    .executeTakeFirstOrThrow()
}

/** Field by field, what was decided anew, in the words of the wire. */
export function changesOf(before: IncidentRow, after: Columns): Changes {
  const changes = Object.entries(diff<object>(before, after)).filter(([field]) =>
    recorded.has(field),
  )
  return Object.fromEntries(
    changes.map(([field, { from, to }]) => [
      field,
      { from: wireOf(field, from), to: wireOf(field, to) },
    ]),
  )
}

function derived(before: IncidentRow, wanted: Columns): Columns {
  const after = { ...before, ...wanted } as IncidentRow
  const isRanked = ['impact', 'urgency', 'priority_reason'].some((field) => field in wanted)
  const follows = isRanked && !('priority' in wanted) && after.priority_reason === null
  const priority = follows ? priorityOf(after.impact, after.urgency) : after.priority
  return {
    ...(priority !== before.priority && { priority, priority_rank: rankOf(priority) }),
  }
}

function wireOf(field: string, value: unknown): unknown {
  if (field === 'tags') return JSON.parse(String(value))
  return field === 'major' ? value === 1 : value
}
