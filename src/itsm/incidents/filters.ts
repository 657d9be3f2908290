import { type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Db, Tables } from '../../../db/tables.ts'
import type { IncidentFilters } from '../../../schemas/itsm/incident-lists.ts'
import type { SlaStatus } from '../../../schemas/itsm/incidents.ts'
import type { Caller } from '../../access.ts'
import { overseesIncidents, visibleIncidents } from './access.ts'
import { instantOf } from './instants.ts'
import type { Sought } from './text-search.ts'

type Expressions = ExpressionBuilder<Tables, 'incidents'>

/** The times that a filter may set bounds to, by the names of the bounds. */
const times = {
  opened: 'opened_at',
  updated: 'updated_at',
  resolved: 'resolved_at',
  due: 'next_due_at',
} as const

/**
 * The incidents that somebody sees and asks for. What they do not see they cannot ask about either: notes
 * that are internal, files that are internal, parents and configuration items. What they search for comes
 * as it has been sought already.
 */
export function filteredIncidents(
  db: Db,
  caller: Caller,
  filters: IncidentFilters,
  sought: Sought | undefined,
  at: string,
) {
  const oversees = overseesIncidents(caller)
  let query = visibleIncidents(db, caller)
  for (const field of ['status', 'priority', 'impact', 'urgency'] as const) {
    const words = wordsIn(filters[field])
    const column = sql.ref<string>(`incidents.${field}`)
    if (words.length === 1) query = query.where(column, '=', words[0] as string)
    if (words.length > 1) query = query.where(column, 'in', words)
  }
  const statuses = wordsIn(filters.sla_status) as SlaStatus[]
  if (statuses.length > 0) {
    query = query.where((eb) => eb.or(statuses.map((status) => isAt(eb, status, at))))
  }
  query = byPeople(query, db, caller, filters)
  for (const [name, column] of Object.entries(times) as [keyof typeof times, string][]) {
    const [from, to] = [filters[`${name}_from`], filters[`${name}_to`]]
    const ref = sql.ref<string>(`incidents.${column}`)
    if (from !== undefined) query = query.where(ref, '>=', instantOf(`${name}_from`, from))
    if (to !== undefined) query = query.where(ref, '<', instantOf(`${name}_to`, to))
  }
  const { category, major, external_number, number, parent_id, ci_id } = filters
  if (category !== undefined) query = query.where('category', '=', category)
  if (major !== undefined) query = query.where('major', '=', major ? 1 : 0)
  if (external_number !== undefined) query = query.where('external_number', '=', external_number)
  if (number !== undefined) query = query.where('number', '=', Number(number.replace(/\D/g, '')))
  const asksForHidden = parent_id !== undefined || ci_id !== undefined
  if (asksForHidden && !oversees) query = query.where(sql<SqlBool>`1 = 0`)
  if (parent_id !== undefined) query = query.where('parent_id', '=', parent_id)
  if (ci_id !== undefined) {
    const affected = db.selectFrom('incident_cis').select('incident_id').where('ci_id', '=', ci_id)
    query = query.where('incidents.id', 'in', affected)
  }
  if (sought) query = query.where(sought.condition)
  return byBelongings(query, db, oversees, filters)
}

type Query = ReturnType<typeof visibleIncidents>

function byPeople(query: Query, db: Db, { id }: Caller, filters: IncidentFilters): Query {
  const { assignee, team, reporter } = filters
  let found = query
  if (assignee === 'none') found = found.where('assignee_id', 'is', null)
  else if (assignee === 'inactive') {
    const gone = db.selectFrom('users').select('id').where('deactivated_at', 'is not', null)
    found = found.where('assignee_id', 'in', gone)
  } else if (assignee !== undefined) {
    found = found.where('assignee_id', '=', assignee === 'me' ? id : assignee)
  }
  if (team === 'none') found = found.where('team_id', 'is', null)
  else if (team === 'mine') {
    const own = db.selectFrom('team_members').select('team_id').where('user_id', '=', id)
    found = found.where('team_id', 'in', own)
  } else if (team !== undefined) found = found.where('team_id', '=', team)
  if (reporter === undefined) return found
  return found.where('reporter_id', '=', reporter === 'me' ? id : reporter)
}

function byBelongings(query: Query, db: Db, oversees: boolean, filters: IncidentFilters): Query {
  const { tag, has_attachments } = filters
  let found = query
  if (tag !== undefined) {
    const tagged = db.selectFrom('incident_tags').select('incident_id').where('tag', '=', tag)
    found = found.where('incidents.id', 'in', tagged)
  }
  if (has_attachments !== undefined) {
    found = found.where((eb) => {
      const files = eb
        .selectFrom('incident_files')
        .select('incident_files.id')
        .whereRef('incident_id', '=', 'incidents.id')
        .$if(!oversees, (each) => each.where('is_public', '=', 1))
      return has_attachments ? eb.exists(files) : eb.not(eb.exists(files))
    })
  }
  return found
}

/** The same as `slaStatusOf` says of one. */
function isAt(eb: Expressions, status: SlaStatus, at: string) {
  const phase = (name: Tables['incidents']['sla_phase']) => eb('sla_phase', '=', name)
  const isOpen = eb.or([eb('next_due_at', 'is', null), eb('next_due_at', '>', at)])
  const isFar = eb.or([eb('next_risk_at', 'is', null), eb('next_risk_at', '>', at)])
  const running = phase('running')
  if (status === 'violated') {
    return eb.or([phase('breached'), eb.and([running, eb('next_due_at', '<=', at)])])
  }
  if (status === 'at_risk') return eb.and([running, isOpen, eb('next_risk_at', '<=', at)])
  if (status === 'compliant') return eb.and([running, isOpen, isFar])
  return status === 'none' ? eb('sla_phase', 'in', ['none', 'cancelled']) : phase(status)
}

function wordsIn(entries: readonly string[] = []): string[] {
  return [...new Set(entries.flatMap((entry) => entry.split(',')))]
}
