import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createParquetWriter } from '../../src/analysis/engine.ts'
import type { SnapshotInput } from '../../src/analysis/steps/model.ts'
import type { Deps } from '../../src/fastify.ts'
import { newId } from '../../src/values.ts'
import { insertSession, sessionsUrl } from './analysis.ts'
import { type Client, expect } from './service.ts'
import { setUp } from './tree-work.ts'

type SignIn = Parameters<typeof setUp>[1]

const columns: SnapshotInput['columns'] = [
  { name: '年度', role: '推移', is_number: false },
  { name: '部門', role: '軸', is_number: false },
  { name: '売上', role: '値', is_number: true },
  { name: 'コスト', role: '値', is_number: true },
]

/** Years, teams, and what they sold and spent. */
const cells = [
  ['2023', '2023', '2024', '2024'],
  ['営業', '開発', '営業', '開発'],
  [1_000_000, 500_000, 1_200_000, 600_000],
  [800_000, 0, 900_000, 450_000],
]

/** Puts a small table into the storage and makes a snapshot start from it. */
export async function chooseTable({ db, storage }: Deps, snapshotId: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kaname-table-'))
  const path = join(folder, 'table.parquet')
  const writer = await createParquetWriter(
    path,
    columns.map(({ is_number }, index) => ({ name: `c${index}`, is_number })),
  )
  await writer.append(cells)
  await writer.close()
  const key = `analysis/${newId()}`
  await storage.put(key, createReadStream(path), 1e6)
  await rm(folder, { recursive: true })
  const input: SnapshotInput = {
    file_id: newId(),
    sheet_id: newId(),
    sheet_name: '売上',
    key,
    layout: 'flat',
    columns,
  }
  await db
    .updateTable('analysis_snapshots')
    .set({ input: JSON.stringify(input), file_id: input.file_id })
    .where('id', '=', snapshotId)
    .execute()
}

/** A session with a table, and somebody in each role. */
export async function openSteps(deps: Deps, signIn: SignIn) {
  const people = await setUp(deps.db, signIn)
  const ids = await insertSession(deps.db, people.project, { created_by: people.member.id })
  await chooseTable(deps, ids.snapshot_id)
  return { ...people, ...ids, url: `${sessionsUrl}/${ids.session_id}/step` }
}

export const onlySales = { category_filter: { 科目: ['売上'] } }

/** Adds a step that is taken, and answers it. */
export async function added(client: Client, url: string, step: object) {
  const response = await client.post(url, {
    name: '絞り込み',
    type: 'filter',
    input: 'original',
    ...step,
  })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}
