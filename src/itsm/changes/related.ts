import type { Db } from '../../../db/tables.ts'

const steps = 3

/**
 * The CIs that some depend on and those that depend on them, over three steps each way and without turning
 * round, each with those of `ids` that it is related to. Two queries a step, however many CIs there are.
 */
export async function relatedCis(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>()
  const below = await follow(db, ids, 'ci_id', 'depends_on_id')
  const above = await follow(db, ids, 'depends_on_id', 'ci_id')
  for (const [ci, origins] of [...below, ...above]) {
    found.set(ci, new Set([...(found.get(ci) ?? []), ...origins]))
  }
  return found
}

type End = 'ci_id' | 'depends_on_id'

async function follow(
  db: Db,
  ids: readonly string[],
  from: End,
  to: End,
): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>()
  let frontier = new Map(ids.map((id) => [id, new Set([id])]))
  for (let step = 0; step < steps && frontier.size > 0; step += 1) {
    const edges = await db
      .selectFrom('ci_dependencies')
      .select([`${from} as near`, `${to} as far`])
      .where(from, 'in', [...frontier.keys()])
      .execute()
    const next = new Map<string, Set<string>>()
    for (const { near, far } of edges) {
      for (const origin of frontier.get(near) ?? []) {
        if (far === origin || found.get(far)?.has(origin)) continue
        addTo(found, far, origin)
        addTo(next, far, origin)
      }
    }
    frontier = next
  }
  return found
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key)
  if (set) set.add(value)
  else sets.set(key, new Set([value]))
}
