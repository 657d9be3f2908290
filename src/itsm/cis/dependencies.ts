import { hold } from '../../../db/hold.ts'
import type { Db, Trx } from '../../../db/tables.ts'
import { failure } from '../../failure.ts'
import { groupBy } from '../../values.ts'
import { indexed, requireCis } from '../references.ts'

/** The ids of what each item depends on, in their order. */
export async function dependenciesOf(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, string[]>()
  const rows = await db
    .selectFrom('ci_dependencies')
    .selectAll()
    .where('ci_id', 'in', ids)
    .orderBy('depends_on_id')
    .execute()
  const groups = groupBy(rows, ({ ci_id }) => ci_id)
  return new Map(
    [...groups].map(([id, each]) => [id, each.map(({ depends_on_id }) => depends_on_id)]),
  )
}

/**
 * Fails with 409 and the path where the item would come to depend on itself. Whoever draws
 * dependencies goes one after the other: two that are sound each may make a cycle together.
 */
export async function setDependencies(trx: Trx, id: string, given: readonly string[]) {
  await hold(trx, 'ci-dependencies')
  const targets = [...new Set(given.map((each) => each.toLowerCase()))]
  await requireCis(trx, indexed('depends_on', targets))
  await trx.deleteFrom('ci_dependencies').where('ci_id', '=', id).execute()
  if (targets.length === 0) return
  const path = await wayTo(trx, id, targets)
  if (path) throw failure('ci_cycle', { path: await namesOn(trx, path) }, { path })
  await trx
    .insertInto('ci_dependencies')
    .values(targets.map((depends_on_id) => ({ ci_id: id, depends_on_id })))
    .execute()
}

/** The shortest way along dependencies from one of `targets` back to `id`, with `id` at both ends. */
async function wayTo(trx: Trx, id: string, targets: string[]): Promise<string[] | undefined> {
  const cameFrom = new Map<string, string | null>(targets.map((each) => [each, null]))
  for (let edge = targets; edge.length > 0; ) {
    if (cameFrom.has(id)) return [id, ...trace(cameFrom, id)]
    const next: string[] = []
    for (const [from, others] of await dependenciesOf(trx, edge)) {
      for (const each of others.filter((other) => !cameFrom.has(other))) {
        cameFrom.set(each, from)
        next.push(each)
      }
    }
    edge = next
  }
  return undefined
}

function trace(cameFrom: Map<string, string | null>, id: string): string[] {
  const before = cameFrom.get(id)
  return before ? [...trace(cameFrom, before), id] : [id]
}

async function namesOn(trx: Trx, path: string[]): Promise<string> {
  const rows = await trx.selectFrom('cis').select(['id', 'name']).where('id', 'in', path).execute()
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return path.map((id) => names.get(id) ?? id).join(' → ')
}
