import type { Db } from '../../../db/tables.ts'
import { priorities } from '../../../schemas/itsm/common.ts'
import type { Grouping, MetricGroup } from '../../../schemas/itsm/metrics.ts'

/** The groups by what incidents have of them, in order: by rank or name, those without one last. */
export async function namedGroups(
  db: Db,
  grouping: Grouping,
  keys: Iterable<string | null>,
): Promise<Map<string | null, MetricGroup | null>> {
  if (grouping === 'none') return new Map([[null, null]])
  const all = [...keys]
  const ids = all.filter((key) => key !== null)
  const names = await namesOf(db, grouping, ids)
  const groups = ids.map((id): MetricGroup => ({ id, name: names.get(id) ?? null }))
  groups.sort((a, b) => order(grouping, a, b))
  return new Map([
    ...groups.map((group): [string | null, MetricGroup] => [group.id, group]),
    ...(all.includes(null) ? [[null, { id: null, name: null }] as [null, MetricGroup]] : []),
  ])
}

function order(grouping: Grouping, a: MetricGroup, b: MetricGroup): number {
  if (grouping === 'priority') return rankOf(b.id) - rankOf(a.id)
  const [left, right] = [a, b].map(({ name, id }) => `${name}\0${id}`) as [string, string]
  return left < right ? -1 : left > right ? 1 : 0
}

function rankOf(priority: string | null): number {
  return (priorities as readonly (string | null)[]).indexOf(priority)
}

async function namesOf(
  db: Db,
  grouping: Grouping,
  ids: string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  if (grouping === 'team') {
    const rows = await db
      .selectFrom('teams')
      .select(['id', 'name'])
      .where('id', 'in', ids)
      .execute()
    return new Map(rows.map(({ id, name }) => [id, name]))
  }
  if (grouping === 'assignee') {
    const rows = await db
      .selectFrom('users')
      .select(['id', 'display_name'])
      .where('id', 'in', ids)
      .execute()
    return new Map(rows.map(({ id, display_name }) => [id, display_name]))
  }
  return new Map(ids.map((id) => [id, id]))
}
