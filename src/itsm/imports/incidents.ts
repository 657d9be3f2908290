import { insertMany } from '../../../db/bulk.ts'
import type { Tables, Trx } from '../../../db/tables.ts'
import { newId } from '../../values.ts'
import { priorityOf, rankOf } from '../incidents/priority.ts'
import { writeTexts } from '../incidents/texts.ts'
import { takeNumbers } from '../numbers.ts'
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
  const pending = rows.map(({ id }) => ({ import_id, incident_id: id, is_new: 1 }))
  await insertMany(trx, 'incident_import_pending', ['import_id', 'incident_id', 'is_new'], pending)
  return written
}

/** Those whose number is not there yet: neither kept from elsewhere, nor our own of an export of ours. */
async function unknownOf(trx: Trx, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const numbers = candidates.flatMap(({ number }) => (number === null ? [] : [number]))
  const known = new Set(numbers.length > 0 ? await knownNumbers(trx, numbers) : [])
  const own = await ownNumbers(trx, numbers)
  return candidates.filter(({ number, title, opened_at }) => {
    if (number === null) return true
    if (known.has(number) || own.get(number) === `${title}\n${opened_at}`) return false
    known.add(number)
    return true
  })
}

async function knownNumbers(trx: Trx, numbers: readonly string[]): Promise<string[]> {
  const rows = await trx
    .selectFrom('incidents')
    .select('external_number')
    .where('external_number', 'in', numbers)
    .execute()
  return rows.flatMap(({ external_number }) => external_number ?? [])
}

/** Another instance has numbers like ours: what is the same has title and time as well. */
async function ownNumbers(trx: Trx, numbers: readonly string[]): Promise<Map<string, string>> {
  const own = new Map(
    numbers.flatMap((number) => {
      const digits = /^INC(\d{8})$/.exec(number)?.[1]
      return digits === undefined ? [] : [[Number(digits), number] as const]
    }),
  )
  if (own.size === 0) return new Map()
  const rows = await trx
    .selectFrom('incidents')
    .select(['number', 'title', 'opened_at'])
    .where('number', 'in', [...own.keys()])
    .execute()
  return new Map(
    rows.map(({ number, title, opened_at }) => [own.get(number) ?? '', `${title}\n${opened_at}`]),
  )
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
  const { line: _, number: external_number, tags, priority: said, major, ...rest } = candidate
  const { assignee: _assignee, reporter: _reporter, team: _team, ...fields } = rest
  const derived = priorityOf(fields.impact, fields.urgency)
  const priority = said ?? derived
  return {
    ...fields,
    id: newId(),
    number,
    external_number,
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
