import type { Role } from '../../schemas/accounts/users.ts'
import type { Tree } from '../../schemas/driver-tree/trees.ts'
import type { Deps } from '../../src/fastify.ts'
import { insertProject } from './projects.ts'
import { type Client, expect } from './service.ts'

export const trees = '/api/v1/driver-tree/tree'
export const nodes = '/api/v1/driver-tree/node'

type SignIn = (...roles: Role[]) => Promise<Client>

/** A project with somebody new in each role, and somebody who is not in it. */
export async function setUp(db: Deps['db'], signIn: SignIn) {
  const manager = await signIn()
  const moderator = await signIn()
  const member = await signIn()
  const viewer = await signIn()
  const outsider = await signIn()
  const project = await insertProject(db, {
    project_manager: manager,
    project_moderator: moderator,
    member,
    viewer,
  })
  return { project, manager, moderator, member, viewer, outsider }
}

/** A tree without nodes, by its id. */
export async function createTree(client: Client, project: string): Promise<string> {
  const response = await client.post(`${trees}?project_id=${project}`, { name: '売上ツリー' })
  expect(response.statusCode, response.body).toBe(201)
  return response.json().tree_id
}

export function importInto(client: Client, treeId: string, formulas: string[], body: object = {}) {
  return client.post(`${trees}/${treeId}`, { position_x: 100, position_y: 100, formulas, ...body })
}

/** A tree of formulas, as it is answered. */
export async function planted(client: Client, project: string, formulas: string[]) {
  const treeId = await createTree(client, project)
  const response = await importInto(client, treeId, formulas)
  expect(response.statusCode, response.body).toBe(200)
  return response.json() as Tree
}

/** The id of the node of a tree that has this label. */
export function idOf(tree: Tree, label: string): string {
  const node = tree.nodes.find((each) => each.label === label)
  expect(node, label).toBeDefined()
  return node?.node_id as string
}

/** The labels of what each node is calculated from. */
export function formulasOf(tree: Tree): Record<string, string> {
  const labels = new Map(tree.nodes.map(({ node_id, label }) => [node_id, label]))
  return Object.fromEntries(
    tree.relationship.map(({ parent_id, operator, child_id_list }) => [
      labels.get(parent_id),
      [operator, ...child_id_list.map((id) => labels.get(id))].join(' '),
    ]),
  )
}

/** Everything that a tree is in the database. */
export async function rowsOf(db: Deps['db'], treeId: string) {
  const inTree = (
    table: 'driver_tree_nodes' | 'driver_tree_edges' | 'driver_tree_policies',
    ...order: string[]
  ) =>
    order
      .reduce(
        (query, column) => query.orderBy(column as 'tree_id'),
        db.selectFrom(table).selectAll().where('tree_id', '=', treeId),
      )
      .execute()
  return {
    tree: await db.selectFrom('driver_trees').selectAll().where('id', '=', treeId).execute(),
    nodes: await inTree('driver_tree_nodes', 'id'),
    edges: await inTree('driver_tree_edges', 'parent_id', 'position'),
    policies: await inTree('driver_tree_policies', 'id'),
  }
}
