import type { TreeDataQuery } from '../../../schemas/driver-tree/calculation.ts'
import type { TreeTrial } from '../../../schemas/driver-tree/trials.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { invalid } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import type { Language } from '../../messages.ts'
import { getTreeRow, type TreeRow } from '../trees/access.ts'
import { type Answer, writeAnswer } from './answers.ts'
import type { Calculated } from './calculators.ts'
import { planOf } from './plans.ts'

export type TreeDeps = Pick<Deps, 'db' | 'calculators'>

/** A tree that the caller may read, calculated. */
export async function readCalculated(
  { db, calculators }: TreeDeps,
  caller: Caller,
  treeId: string,
): Promise<Calculated> {
  return calculators.read(db, await getTreeRow(db, caller, treeId))
}

/** What the saved policies that are active make of a tree, as JSON. */
export async function readTreeData(
  { db, calculators }: TreeDeps,
  tree: TreeRow,
  { node_id, ...page }: TreeDataQuery,
  language: Language,
): Promise<Answer & { version: number }> {
  const calculated = await calculators.read(db, tree)
  const { plan } = planOf(calculated, {})
  const asked = { ...page, node_ids: node_id }
  const answer = await writeAnswer(calculated, {
    plan,
    asked,
    field: 'node_id',
    language,
    isSaved: true,
  })
  return { ...answer, version: calculated.model.version }
}

/** What policies and other inputs would make of a tree, as JSON; nothing is saved. */
export async function simulateTree(
  deps: TreeDeps,
  caller: Caller,
  treeId: string,
  { node_ids, ...changes }: TreeTrial,
  page: PageQuery,
  language: Language,
): Promise<Answer> {
  const calculated = await readCalculated(deps, caller, treeId)
  const { plan, faults } = planOf(calculated, changes)
  if (faults.length > 0) throw invalid(...faults.slice(0, 50))
  const asked = { ...page, node_ids }
  return writeAnswer(calculated, { plan, asked, field: 'node_ids', language })
}
