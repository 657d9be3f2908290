import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { utils, write } from 'xlsx'
import type { TreeFile, TreeFileUpload } from '../../schemas/driver-tree/files.ts'
import type { Cell } from '../../src/sheet-tables.ts'
import type { Client, Service } from './service.ts'
import { sendForm } from './uploads.ts'

export const filesUrl = '/api/v1/driver-tree/file'

export const block: Cell[][] = [
  ['年度', 2023, 2023, 2024, 2024],
  ['部門', '営業', '開発', '営業', '開発'],
  [],
  ['売上', 1000, 500, 1200, 600],
  ['コスト', 800, 400, 900, 450],
]

export const flat: Cell[][] = [
  ['年度', '部門', '売上', 'コスト'],
  [2023, '営業', 1000, 800],
  [2023, '開発', 500, 400],
  [2024, '営業', 1200, 900],
]

/** A workbook with these sheets. */
export function workbookOf(
  sheets: Record<string, Cell[][]>,
  bookType: 'xlsx' | 'biff8' = 'xlsx',
): Buffer {
  const book = utils.book_new()
  for (const [name, rows] of Object.entries(sheets)) {
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), name)
  }
  return write(book, { type: 'buffer', bookType })
}

export function sendTreeFile(client: Client, filename: string, body: Buffer | string) {
  return sendForm(client, [{ name: 'file', filename, body }], filesUrl)
}

/** Uploads a workbook that is taken. */
export async function uploadTreeFile(
  client: Client,
  sheets: Record<string, Cell[][]>,
  filename = '売上.xlsx',
): Promise<TreeFileUpload> {
  const response = await sendTreeFile(client, filename, workbookOf(sheets))
  if (response.statusCode !== 201) throw new Error(response.body)
  return response.json()
}

export async function readTreeFile(client: Client, id: string): Promise<TreeFile> {
  return (await client.get(`${filesUrl}/${id}`)).json()
}

/** What the storage and the tables hold of somebody's files, to see that nothing is left over. */
export async function treeHoldings({ deps }: Service) {
  const folders = ['tree-files', 'tree-tables']
  const files = await Promise.all(
    folders.map((folder) => readdir(join(deps.config.dataDir, 'files', folder)).catch(() => [])),
  )
  const incoming = await deps.db.selectFrom('incoming_files').select('key').execute()
  const rows = await deps.db.selectFrom('driver_tree_files').select('id').execute()
  return { files: files.flat().sort(), incoming, rows: rows.length }
}
