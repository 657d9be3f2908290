import type { Caller } from '../../access.ts'
import type { Deps } from '../../fastify.ts'

/** What an edit of a tree needs besides the caller: where it is written, and who is told. */
export type Told = Pick<Deps, 'db' | 'channels'>

export type TreeEvent =
  | 'tree.updated'
  | 'tree.imported'
  | 'tree.reset'
  | 'tree.deleted'
  | 'node.created'
  | 'node.updated'
  | 'node.deleted'
  | 'policy.created'
  | 'policy.updated'
  | 'policy.deleted'

/** Tells the room of a tree, after the transaction, what was done and what version the tree has now. */
export function tellTree(
  { channels }: Told,
  caller: Caller,
  tree: { id: string; version: number },
  event: TreeEvent,
  data: { node_id?: string; policy_id?: string } = {},
): void {
  const { id, version } = tree
  channels.publish(`tree:${id}`, {
    type: 'event',
    event,
    data: { id, version, by: caller.id, ...data },
  })
}
