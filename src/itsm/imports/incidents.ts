import { insertMany } from '../../../db/bulk.ts'
import type { Tables, Trx } from '../../../db/tables.ts'
import { newId } from '../../values.ts'
import { priorityOf, rankOf } from '../incidents/priority.ts'
import { writeTexts } from '../incidents/texts.ts'
import { takeNumbers } from '../numbers.ts'
import { unknownOf } from './known.ts'
import type { Names } from './people.ts'
import type { Candidate } from './rows.ts'

type Row = Tables['incidents']

/** Whose import it is, and when they sent it. */
export type Sender = { import_id: string; created_by: string; at: string }

export type Written = {
  imported: number
  skipped: number
  unknown_people: number
  unknown_teams: number
}

const columns = [
  'id',
  'number',
  'external_number',
  'title',
  'description',
  'status',
  'priority',
  'priority_rank',
  'impact',
  'urgency',
  'priority_reason',
  'category',
  'reporter_id',
  'assignee_id',
  'team_id',
  'tags',
  'major',
  'resolution',
  'resolution_code',
  'reopen_count',
  'reassignment_count',
  'opened_at',
  'resolved_at',
  'closed_at',
  'sla_phase',
  'version',
  'created_by',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof Row)[]

export const pendingColumns = ['import_id', 'incident_id', 'is_new', 'state_by_events'] as const

/** Why a priority is not the one that follows from impact and urgency. */
const importedReason = '取り込み元の優先度 (as imported)'

/**
 * Writes a batch of incidents, but for those that are there already by their number; their past and their
 * clocks come later, by `incident_import_pending`. Without `trx` writing nothing, counts what would be.
 */
export async function writeIncidents(
  trx: Trx,
  sender: Sender,
  candidates: readonly Candidate[],
  names: Names,
  isDry: boolean,
): Promise<Written> {
  const fresh = await unknownOf(trx, candidates)
  if (!isDry && fresh.length < candidates.length) await adopt(trx, sender, candidates)
  await names.learn(trx, {
    users: fresh.flatMap(({ assignee, reporter }) => [assignee, reporter]),
    teams: fresh.map(({ team }) => team),
  })
  const found = fresh.map((each) => ({
    assignee: names.userOf(each.assignee),
    reporter: names.userOf(each.reporter),
    team: names.teamOf(each.team),
  }))
  const written = {
    imported: fresh.length,
    skipped: candidates.length - fresh.length,
    unknown_people: countOf(found.flatMap(({ assignee, reporter }) => [assignee, reporter])),
    unknown_teams: countOf(found.map(({ team }) => team)),
  }
  if (isDry || fresh.length === 0) return written
  const first = await takeNumbers(trx, 'incident', fresh.length)
  const rows = fresh.map((each, n) => rowOf(each, first + n, sender, found[n] ?? {}))
  await insertMany(trx, 'incidents', columns, rows)
  const tags = rows.flatMap(({ id }, n) =>
    (fresh[n]?.tags ?? []).map((tag) => ({ tag, incident_id: id })),
  )
  await insertMany(trx, 'incident_tags', ['tag', 'incident_id'], tags)
  await writeTexts(
    trx,
    rows.map(({ id }) => id),
  )
  const { import_id } = sender
  const pending = rows.map(({ id }, n) => ({
    import_id,
    incident_id: id,
    is_new: 1,
    state_by_events: fresh[n]?.state_by_events ? 1 : 0,
  }))
  await insertMany(trx, 'incident_import_pending', pendingColumns, pending)
  return written
}

/** Incidents that an import which failed has left without their past get it from this one. */
async function adopt(trx: Trx, { import_id }: Sender, candidates: readonly Candidate[]) {
  const numbers = candidates.flatMap(({ number }) => number ?? [])
  if (numbers.length === 0) return
  await trx
    .updateTable('incident_import_pending')
    .set({ import_id })
    .where('incident_id', 'in', (query) =>
      query.selectFrom('incidents').select('id').where('external_number', 'in', numbers),
    )
    .where('import_id', 'in', (query) =>
      query.selectFrom('incident_imports').select('id').where('state', '=', 'failed'),
    )
    .execute()
}

type Found = {
  assignee?: string | null | undefined
  reporter?: string | null | undefined
  team?: string | null | undefined
}

function rowOf(
  candidate: Candidate,
  number: number,
  { created_by, at }: Sender,
  { assignee = null, reporter = null, team = null }: Found,
): Pick<Row, (typeof columns)[number]> {
  const { tags, priority: said, major, number: theirs, external_number, ...rest } = candidate
  const { line: _, id: _id, state_by_events: _state, ...named } = rest
  const { assignee: _assignee, reporter: _reporter, team: _team, ...fields } = named
  const derived = priorityOf(fields.impact, fields.urgency)
  const priority = said ?? derived
  return {
    ...fields,
    id: newId(),
    number,
    external_number: theirs ?? external_number,
    priority,
    priority_rank: rankOf(priority),
    priority_reason: priority === derived ? null : importedReason,
    reporter_id: reporter ?? created_by,
    assignee_id: assignee,
    team_id: team,
    tags: JSON.stringify(tags),
    major: major ? 1 : 0,
    sla_phase: 'none',
    version: 1,
    created_by,
    created_at: at,
    updated_at: at,
  }
}

/** How many were named and not found. */
function countOf(ids: readonly (string | null | undefined)[]): number {
  return ids.filter((id) => id === null).length
}
