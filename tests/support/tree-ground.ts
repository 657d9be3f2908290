import { newId, now } from '../../src/values.ts'
import { insertPolicy, insertTree } from './driver-trees.ts'
import { insertProject } from './projects.ts'
import type { Service } from './service.ts'

type Db = Service['deps']['db']
type Someone = { id: string }

/** A project with people in each role and a tree that has one of everything, by the names of path parameters. */
export async function furnishTree(
  db: Db,
  people: { manager: Someone; moderator?: Someone; member?: Someone; viewer?: Someone },
) {
  const { manager, moderator, member, viewer } = people
  const project_id = await insertProject(db, {
    project_manager: manager,
    ...(moderator && { project_moderator: moderator }),
    ...(member && { member }),
    ...(viewer && { viewer }),
  })
  const { tree_id, ids } = await insertTree(
    db,
    project_id,
    {
      売上: { operator: '*', children: ['単価', '数量'] },
      単価: { value: 100 },
      数量: { value: 10 },
    },
    '売上',
  )
  const node_id = ids.単価 as string
  const policy_id = await insertPolicy(db, { tree_id, node_id })
  const scenario_id = await insertScenario(db, tree_id)
  return {
    project_id,
    tree_id,
    node_id,
    root_id: ids.売上 as string,
    sibling_id: ids.数量 as string,
    policy_id,
    scenario_id,
    ...(await insertTreeFile(db, manager.id)),
  }
}

async function insertScenario(db: Db, tree_id: string): Promise<string> {
  const id = newId()
  const at = now()
  await db
    .insertInto('driver_tree_scenarios')
    .values({
      id,
      tree_id,
      name: '値上げ案',
      name_key: '値上げ案',
      description: null,
      changes: '{}',
      version: 1,
      created_by: null,
      created_at: at,
      updated_at: at,
    })
    .execute()
  return id
}

/** The rows of a file with one sheet and one column, of which nothing is in the storage. */
async function insertTreeFile(db: Db, owner_id: string) {
  const [file_id, sheet_id, column_id] = [newId(), newId(), newId()]
  const original_name = '実績.csv'
  await db
    .insertInto('driver_tree_files')
    .values({
      id: file_id,
      owner_id,
      project_file_id: null,
      original_name,
      content_type: 'text/csv',
      size: 10,
      sha256: '0'.repeat(64),
      key: `tree-files/${file_id}`,
      sheet_id,
      created_at: now(),
    })
    .execute()
  await db
    .insertInto('driver_tree_sheets')
    .values({
      id: sheet_id,
      file_id,
      position: 0,
      name: 'Sheet1',
      layout: 'flat',
      row_count: 1,
      skipped_reason: null,
      key: `tree-tables/${sheet_id}`,
    })
    .execute()
  await db
    .insertInto('driver_tree_columns')
    .values({ id: column_id, sheet_id, position: 0, name: '売上', role: '値', items: '["1"]' })
    .execute()
  return { file_id, sheet_id, column_id }
}
