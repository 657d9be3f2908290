import { sql } from 'kysely'
import type { Db } from '../../../db/tables.ts'
import { type CiKind, maxRelated } from '../../../schemas/itsm/cis.ts'
import { failure } from '../../failure.ts'
import { groupBy } from '../../values.ts'

export type Related = { id: string; distance: number; direction: 'upstream' | 'downstream' }

type Found = { root: string; id: string; distance: number }

/**
 * Whatever each of the items depends on (upstream) and whatever depends on it (downstream), at most
 * `depth` dependencies away by the shortest way; the nearest first. An item without any has an empty
 * list. Two queries, however many items.
 */
export async function relatedCis(
  db: Db,
  ids: readonly string[],
  depth: number,
): Promise<Map<string, Related[]>> {
  const roots = [...new Set(ids)]
  if (roots.length === 0) return new Map()
  const found = [
    ...(await walk(db, roots, depth, 'upstream')),
    ...(await walk(db, roots, depth, 'downstream')),
  ]
  const sorted = found.sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1))
  const byRoot = groupBy(sorted, ({ root }) => root)
  return new Map(
    roots.map((root) => [root, (byRoot.get(root) ?? []).map(({ root: _, ...each }) => each)]),
  )
}

/** What is related to one item, with names: no more than `maxRelated`, the nearest. */
export async function listRelatedCis(db: Db, id: string, depth: number) {
  await db
    .selectFrom('cis')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('ci_not_found', { id }))
  const all = (await relatedCis(db, [id], depth)).get(id) ?? []
  const shown = all.slice(0, maxRelated)
  const rows =
    shown.length === 0
      ? []
      : await db
          .selectFrom('cis')
          .select(['id', 'name', 'kind'])
          .where(
            'id',
            'in',
            shown.map((each) => each.id),
          )
          .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  const related = shown.flatMap((each) => {
    const row = byId.get(each.id)
    return row ? [{ ...row, ...each, kind: row.kind as CiKind }] : []
  })
  return { related, truncated: all.length > shown.length }
}

/** Of each item and distance one row at most, so that many ways between two cost no more than one. */
async function walk(db: Db, roots: string[], depth: number, direction: Related['direction']) {
  const [from, to] =
    direction === 'upstream'
      ? [sql.ref('ci_id'), sql.ref('depends_on_id')]
      : [sql.ref('depends_on_id'), sql.ref('ci_id')]
  const { rows } = await sql<Found>`
    with recursive walk(root, id, distance) as (
      select ${from}, ${to}, 1 from ci_dependencies where ${from} in (${sql.join(roots)})
      union
      select walk.root, ci_dependencies.${to}, walk.distance + 1
      from walk join ci_dependencies on ci_dependencies.${from} = walk.id
      where walk.distance < ${sql.lit(depth)}
    )
    select root, id, min(distance) as distance from walk group by root, id`.execute(db)
  return rows.map((row) => ({ ...row, direction }))
}
