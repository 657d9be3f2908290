import type { Db, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { IncidentLink } from '../../../schemas/itsm/links.ts'
import { type Caller, requireCan } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { now } from '../../values.ts'
import { holdProblem, type ProblemRow } from '../problems/access.ts'
import { cutIncident, linkIncidents } from '../problems/incidents.ts'
import { getIncidentRow } from './access.ts'
import { isTarget, linksOf } from './link-targets.ts'

/**
 * Links an incident to a problem as those do who link from the other side, and answers the link. It may be
 * closed: causes are looked for when it is over.
 */
export function addProblemLink(
  db: Db,
  caller: Caller,
  id: string,
  problemId: string,
): Promise<IncidentLink> {
  return transact(db, async (trx) => {
    const problem = await problemFor(trx, caller, id, problemId)
    if (!problem) throw invalid({ field: 'target_id', rule: 'unknown_link_target' })
    const added = await linkIncidents(trx, caller, problem, [id], now())
    if (added === 0) throw failure('link_exists')
    await recordAudit(trx, caller, 'incident.linked', id, linkTo(problemId))
    const links = await linksOf(trx, caller, await getIncidentRow(trx, caller, id))
    const made = links.find((link) => link.kind === 'problem' && link.target_id === problemId)
    return made as IncidentLink
  })
}

export async function removeProblemLink(
  db: Db,
  caller: Caller,
  id: string,
  problemId: string,
): Promise<void> {
  await transact(db, async (trx) => {
    const problem = await problemFor(trx, caller, id, problemId)
    const isGone = problem && (await cutIncident(trx, caller, problem, id, now()))
    if (!isGone) throw failure('link_not_found')
    await recordAudit(trx, caller, 'incident.unlinked', id, linkTo(problemId))
  })
}

/** Held before anything of the incident is, in the order of those who link from its side. */
async function problemFor(
  trx: Trx,
  caller: Caller,
  id: string,
  problemId: string,
): Promise<ProblemRow | undefined> {
  requireCan('problem.write', caller)
  await getIncidentRow(trx, caller, id)
  const isThere = await isTarget(trx, 'problem', problemId)
  return isThere ? holdProblem(trx, problemId) : undefined
}

function linkTo(target_id: string) {
  return { kind: 'problem', target_id }
}
