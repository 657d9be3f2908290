import type { Db, Trx } from '../../../db/tables.ts'
import { type Changes, recordHistory } from '../history.ts'

/** Tags as they are kept: without white space around them, each once. */
export function distinctTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim()))]
}

/** Writes anew the rows that lists filter by. */
export async function writeTags(trx: Trx, id: string, tags: readonly string[]): Promise<void> {
  await trx.deleteFrom('incident_tags').where('incident_id', '=', id).execute()
  await addTags(trx, id, tags)
}

export async function addTags(trx: Trx, id: string, tags: readonly string[]): Promise<void> {
  if (tags.length === 0) return
  const rows = tags.map((tag) => ({ tag, incident_id: id }))
  await trx.insertInto('incident_tags').values(rows).execute()
}

/** The CIs that an incident affects, in the order of their ids. */
export async function affectedCiIds(db: Db, id: string): Promise<string[]> {
  const rows = await db
    .selectFrom('incident_cis')
    .select('ci_id')
    .where('incident_id', '=', id)
    .orderBy('ci_id')
    .execute()
  return rows.map(({ ci_id }) => ci_id)
}

export async function addCis(trx: Trx, id: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = ids.map((ci_id) => ({ ci_id, incident_id: id }))
  await trx.insertInto('incident_cis').values(rows).execute()
}

/** Says which CIs an incident affects that is held by the transaction, and answers what that changed. */
export async function setAffectedCis(
  trx: Trx,
  by: string,
  id: string,
  ids: readonly string[],
  at: string,
): Promise<Changes> {
  const from = await affectedCiIds(trx, id)
  const to = [...ids].sort()
  if (JSON.stringify(from) === JSON.stringify(to)) return {}
  await trx.deleteFrom('incident_cis').where('incident_id', '=', id).execute()
  await addCis(trx, id, to)
  const changes = { affected_ci_ids: { from, to } }
  await recordHistory(trx, id, by, changes, at)
  return changes
}
