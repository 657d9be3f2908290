import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { ProblemCommunication } from '../../../schemas/itsm/problem-links.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { hashOf, now } from '../../values.ts'
import type { IncidentRow } from '../incidents/access.ts'
import { announceNote } from '../incidents/note-telling.ts'
import { writeNote } from '../incidents/notes.ts'
import { tellIncident } from '../incidents/tell.ts'
import { numberText } from '../numbers.ts'
import { holdProblem, type ProblemRow } from './access.ts'

/**
 * Writes a note on every open incident of a problem, each text once: asked again with the same one, only
 * incidents that were linked in between get it. Whom the text mentions is told by none of so many notes.
 */
export async function communicate(
  told: Pick<Deps, 'db' | 'channels'>,
  caller: Caller,
  id: string,
  { kind, content, is_public }: ProblemCommunication,
  at = now(),
) {
  const { notes, open_count } = await transact(told.db, async (trx) => {
    const problem = await holdProblem(trx, id)
    const text = content ?? textOf(problem, kind)
    const open = await openIncidents(trx, id)
    const hash = hashOf(JSON.stringify([text, is_public]))
    const rows = open.map((incident) => ({
      problem_id: id,
      incident_id: incident.id,
      hash,
      created_at: at,
    }))
    const fresh =
      rows.length === 0
        ? []
        : await trx
            .insertInto('problem_messages')
            .values(rows)
            .onConflict((conflict) => conflict.doNothing())
            .returning('incident_id')
            .execute()
    const note = { content: text, note_type: noteTypes[kind], is_public }
    const notes = []
    const untold = new Set(fresh.map(({ incident_id }) => incident_id))
    for (const incident of open.filter((each) => untold.has(each.id))) {
      const note_id = await writeNote(trx, caller.id, incident.id, note, at)
      await announceNote(trx, caller.id, incident, note_id, note)
      notes.push({ incident_id: incident.id, note_id })
    }
    await recordAudit(trx, caller, 'problem.communicated', id, { kind, is_public, notes })
    return { notes, open_count: open.length }
  })
  for (const { incident_id, note_id } of notes) {
    tellIncident(told, incident_id, 'incident.noted', { note_id })
  }
  return { told_count: notes.length, open_count }
}

const noteTypes = { workaround: 'work_note', solution: 'resolution_note' } as const

function textOf(problem: ProblemRow, kind: ProblemCommunication['kind']): string {
  const text = kind === 'workaround' ? problem.workaround : problem.permanent_solution
  if (!text?.trim()) throw failure('problem_text_missing', { kind })
  return `${numberText('problem', problem.number)}: ${text}`
}

function openIncidents(db: Db, problemId: string): Promise<IncidentRow[]> {
  return db
    .selectFrom('incident_links as links')
    .innerJoin('incidents', 'incidents.id', 'links.incident_id')
    .where('links.kind', '=', 'problem')
    .where('links.target_id', '=', problemId)
    .where('incidents.status', 'not in', ['resolved', 'closed', 'cancelled'])
    .orderBy('incidents.id')
    .selectAll('incidents')
    .execute()
}
