import { insertTree } from './driver-trees.ts'
import { insertProject } from './projects.ts'
import type { Client, Service } from './service.ts'

type Db = Service['deps']['db']

export const trees = '/api/v1/driver-tree/tree'

/** A number for each of two years and two departments, in this order. */
export function yearly(...values: (number | null)[]) {
  const keys = ['2023', '2024'].flatMap((year) => ['営業', '開発'].map((name) => [year, name]))
  return { data: { period: '年度', axes: ['部門'], keys, values } }
}

/** 売上 = 単価 × 数量 over two years and two departments: 50 + 200 in 2023, 60 + 200 in 2024. */
export async function insertSales(db: Db, members: Parameters<typeof insertProject>[1] = {}) {
  const project = await insertProject(db, members)
  const tree = await insertTree(
    db,
    project,
    {
      売上: { operator: '*', children: ['単価', '数量'] },
      単価: yearly(10, 20, 10, 25),
      数量: yearly(5, 10, 6, 8),
    },
    '売上',
  )
  return { project, ...tree, url: `${trees}/${tree.tree_id}` }
}

/** 売上 = 単価 × 数量 with two single numbers: 100 × 10. */
export async function insertThousand(db: Db, members: Parameters<typeof insertProject>[1] = {}) {
  const project = await insertProject(db, members)
  const tree = await insertTree(
    db,
    project,
    {
      売上: { operator: '*', children: ['単価', '数量'] },
      単価: { value: 100 },
      数量: { value: 10 },
    },
    '売上',
  )
  return { project, ...tree, url: `${trees}/${tree.tree_id}` }
}

/** The calculation of a tree, of which nothing else is expected than that there is one. */
export async function readData(client: Client, url: string, query = '') {
  const response = await client.get(`${url}/data${query}`)
  if (response.statusCode !== 200) throw new Error(response.body)
  return response.json()
}
