import type { Db, Trx } from '../../../db/tables.ts'
import { failure } from '../../failure.ts'
import { numberText } from '../numbers.ts'
import type { IncidentRow } from './access.ts'
import { holdRow } from './hold.ts'
import { isOpen } from './transitions.ts'

/** How many levels parents and children go deep, the highest and the lowest included. */
export const maxLevels = 5

type Member = Pick<IncidentRow, 'id' | 'number' | 'status'>

export function childrenOf(db: Db, ...ids: string[]): Promise<Member[]> {
  return db
    .selectFrom('incidents')
    .select(['id', 'number', 'status'])
    .where('parent_id', 'in', ids)
    .orderBy('number')
    .execute()
}

/** All below an incident, the nearest first. */
export async function descendantsOf(db: Db, id: string): Promise<Member[]> {
  const found: Member[] = []
  let level = await childrenOf(db, id)
  while (level.length > 0) {
    found.push(...level)
    level = await childrenOf(db, ...level.map((each) => each.id))
  }
  return found
}

/** Fails with the numbers of the children that are not done. */
export async function requireNoOpenChildren(db: Db, id: string): Promise<void> {
  const open = (await childrenOf(db, id)).filter(({ status }) => isOpen(status))
  if (open.length === 0) return
  const children = open.map((each) => ({
    id: each.id,
    incident_number: numberText('incident', each.number),
  }))
  const numbers = children.map(({ incident_number }) => incident_number)
  throw failure('open_children', { numbers }, { children })
}

/**
 * Fails unless one incident, held, can be put below the other. Holds the whole line above: whoever changes
 * any of it waits, so that two that are put below each other at once cannot both be.
 */
export async function requireLine(trx: Trx, child: IncidentRow, parentId: string): Promise<void> {
  if (child.parent_id === parentId) throw failure('link_exists')
  if (child.parent_id !== null) {
    const parent = await holdRow(trx, child.parent_id)
    throw failure('parent_taken', { number: numberText('incident', parent?.number ?? 0) })
  }
  let levels = 0
  for (let id: string | null = parentId; id !== null; levels += 1) {
    if (id === child.id || levels > maxLevels) throw failure('link_cycle')
    id = (await holdRow(trx, id))?.parent_id ?? null
  }
  if (levels + (await heightOf(trx, child.id)) > maxLevels) {
    throw failure('link_too_deep', { limit: maxLevels })
  }
}

/** How many levels there are from an incident down, itself included. */
async function heightOf(db: Db, id: string): Promise<number> {
  let height = 1
  let level = await childrenOf(db, id)
  while (level.length > 0) {
    height += 1
    level = await childrenOf(db, ...level.map((each) => each.id))
  }
  return height
}
