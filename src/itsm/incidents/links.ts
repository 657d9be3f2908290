import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { IncidentLink, LinkKind, NewIncidentLink } from '../../../schemas/itsm/links.ts'
import type { Caller } from '../../access.ts'
import { recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { now } from '../../values.ts'
import { recordHistory } from '../history.ts'
import { numberText } from '../numbers.ts'
import { getIncidentRow, type IncidentRow } from './access.ts'
import { cancel } from './endings.ts'
import { requireLine } from './family.ts'
import { holdBoth, holdIncident, holdRow } from './hold.ts'
import { isTarget, linksOf } from './link-targets.ts'
import { addProblemLink, removeProblemLink } from './problem-links.ts'
import { type Step, type Told, takeStep, tellSteps } from './steps.ts'
import { requireTransition, requireUnfrozen } from './transitions.ts'

/** All but those of problems, which have two sides. */
type StoredKind = Exclude<Tables['incident_links']['kind'], 'problem'>

/** What leads to another incident, which is held as well. */
const ofIncidents: ReadonlySet<LinkKind> = new Set([
  'parent',
  'child',
  'related',
  'duplicate_of',
] as const)

/** What an incident hangs together with, and what says so of it. */
export async function listLinks(
  db: Db,
  caller: Caller,
  id: string,
): Promise<{ links: IncidentLink[] }> {
  return { links: await linksOf(db, caller, await getIncidentRow(db, caller, id)) }
}

/** Links an incident to something the caller may read, and answers the link. */
export async function addLink(
  told: Told,
  caller: Caller,
  id: string,
  { kind, target_id, close = false }: NewIncidentLink,
): Promise<IncidentLink> {
  if (close && kind !== 'duplicate_of') {
    throw invalid({ field: 'close', rule: 'only_for_duplicates' })
  }
  if (kind === 'problem') return addProblemLink(told.db, caller, id, target_id)
  const { steps, link } = await transact(told.db, async (trx) => {
    await getIncidentRow(trx, caller, id)
    if (ofIncidents.has(kind)) await holdBoth(trx, id, target_id)
    const incident = await holdIncident(trx, caller, id)
    const at = now()
    requireUnfrozen(incident.status)
    await requireTarget(trx, id, kind, target_id)
    const steps =
      kind === 'parent' || kind === 'child'
        ? [await setParent(trx, caller, kind, incident, target_id, at)]
        : await insertLink(trx, caller, incident, kind, target_id, close, at)
    const links = await linksOf(trx, caller, await getIncidentRow(trx, caller, id))
    const isNew = (each: IncidentLink) =>
      each.kind === kind && each.target_id === target_id && !each.inward
    return { steps, link: links.find(isNew) as IncidentLink }
  })
  tellSteps(told, steps)
  return link
}

export async function removeLink(
  told: Told,
  caller: Caller,
  id: string,
  kind: LinkKind,
  targetId: string,
): Promise<void> {
  if (kind === 'problem') return removeProblemLink(told.db, caller, id, targetId)
  const steps = await transact(told.db, async (trx) => {
    const incident = await holdIncident(trx, caller, id)
    const at = now()
    requireUnfrozen(incident.status)
    if (kind === 'parent' || kind === 'child') {
      return [await clearParent(trx, caller, kind, incident, targetId, at)]
    }
    await deleteLink(trx, caller, id, kind, targetId, at)
    return []
  })
  tellSteps(told, steps)
}

async function requireTarget(
  trx: Trx,
  id: string,
  kind: LinkKind,
  targetId: string,
): Promise<void> {
  if (id === targetId || !(await isTarget(trx, kind, targetId))) {
    throw invalid({ field: 'target_id', rule: 'unknown_link_target' })
  }
}

async function setParent(
  trx: Trx,
  caller: Caller,
  kind: 'parent' | 'child',
  incident: IncidentRow,
  targetId: string,
  at: string,
): Promise<Step> {
  const child = kind === 'parent' ? incident : await holdTarget(trx, targetId)
  requireUnfrozen(child.status)
  const parentId = kind === 'parent' ? targetId : incident.id
  await requireLine(trx, child, parentId)
  return takeStep(trx, caller, child, { parent_id: parentId }, 'incident.linked', at)
}

async function clearParent(
  trx: Trx,
  caller: Caller,
  kind: 'parent' | 'child',
  incident: IncidentRow,
  targetId: string,
  at: string,
): Promise<Step> {
  const child = kind === 'parent' ? incident : await holdRow(trx, targetId)
  const parentId = kind === 'parent' ? targetId : incident.id
  if (child?.parent_id !== parentId) throw failure('link_not_found')
  return takeStep(trx, caller, child, { parent_id: null }, 'incident.unlinked', at)
}

async function insertLink(
  trx: Trx,
  caller: Caller,
  incident: IncidentRow,
  kind: StoredKind,
  target_id: string,
  close: boolean,
  at: string,
): Promise<Step[]> {
  if (kind === 'related') await requireNoneBack(trx, incident.id, target_id)
  const created = await trx
    .insertInto('incident_links')
    .values({
      incident_id: incident.id,
      kind,
      target_id,
      created_by: caller.id,
      created_at: at,
    })
    .onConflict((conflict) => conflict.columns(['incident_id', 'kind', 'target_id']).doNothing())
    .returning('target_id')
    .executeTakeFirst()
  if (!created) throw failure('link_exists')
  const changes = { [`link:${kind}`]: { from: null, to: target_id } }
  await recordHistory(trx, incident.id, caller.id, changes, at)
  await recordAudit(trx, caller, 'incident.linked', incident.id, { kind, target_id })
  return close ? [await cancelDuplicate(trx, caller, incident, target_id, at)] : []
}

/** Two that are related are so from either side: once is enough. */
async function requireNoneBack(trx: Trx, id: string, target_id: string): Promise<void> {
  await holdTarget(trx, target_id)
  const back = await trx
    .selectFrom('incident_links')
    .select('kind')
    .where('incident_id', '=', target_id)
    .where('kind', '=', 'related')
    .where('target_id', '=', id)
    .executeTakeFirst()
  if (back) throw failure('link_exists')
}

async function cancelDuplicate(
  trx: Trx,
  caller: Caller,
  incident: IncidentRow,
  originalId: string,
  at: string,
): Promise<Step> {
  requireTransition(incident.status, 'cancelled')
  const original = numberText('incident', (await holdTarget(trx, originalId)).number)
  const reason = `${original} と重複しています。 / Duplicate of ${original}.`
  return cancel(trx, caller, incident, reason, at)
}

async function deleteLink(
  trx: Trx,
  caller: Caller,
  id: string,
  kind: StoredKind,
  target_id: string,
  at: string,
): Promise<void> {
  const removed = await trx
    .deleteFrom('incident_links')
    .where('incident_id', '=', id)
    .where('kind', '=', kind)
    .where('target_id', '=', target_id)
    .returning('target_id')
    .executeTakeFirst()
  if (!removed) throw failure('link_not_found')
  await recordHistory(trx, id, caller.id, { [`link:${kind}`]: { from: target_id, to: null } }, at)
  await recordAudit(trx, caller, 'incident.unlinked', id, { kind, target_id })
}

/** One that has just been seen; it may be gone by now. */
async function holdTarget(trx: Trx, id: string): Promise<IncidentRow> {
  const row = await holdRow(trx, id)
  if (!row) throw invalid({ field: 'target_id', rule: 'unknown_link_target' })
  return row
}
