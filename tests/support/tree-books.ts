import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { read } from 'xlsx'
import { readRecords } from '../../src/csv.ts'
import { createCalculator } from '../../src/driver-tree/calculation/calculator.ts'
import type { ModelPolicy, TreeModel } from '../../src/driver-tree/calculation/model.ts'
import { packed, sheetsOf } from '../../src/driver-tree/output/workbook.ts'
import { type SheetCell, writeSheets } from '../../src/sheets.ts'
import { libreOfficePath } from './libreoffice.ts'

const run = promisify(execFile)

/** It trusts the numbers in a file unless it is told not to. */
const settings = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>`

export type Sheets = Record<string, SheetCell[][]>

export const policy = (node_id: string, value: number, more: Partial<ModelPolicy> = {}) => ({
  id: `${node_id} × ${value}`,
  node_id,
  name: `${node_id} × ${value}`,
  value,
  is_active: true,
  period_from: null,
  period_to: null,
  cost: null,
  ...more,
})

/** What a tree and its policies that are active come to. */
export async function calculated(model: TreeModel) {
  const calculator = await createCalculator(model)
  const factors = model.policies.filter(({ is_active }) => is_active)
  return { calculator, simulation: await calculator.simulate({ factors, inputs: [] }) }
}

/** The sheets of a tree as they are before they are written. */
export async function sheetsFor(model: TreeModel): Promise<Sheets> {
  const { calculator, simulation } = await calculated(model)
  const sheets: Sheets = {}
  for (const { name, rows } of await sheetsOf(calculator, simulation, new Map())) {
    sheets[name] = []
    for await (const row of rows) sheets[name]?.push(row)
  }
  return sheets
}

/** Puts a wrong number into each formula, so that only who calculates it gets the right one. */
export function spoiled(sheets: Sheets): Sheets {
  const wrong = (cell: SheetCell) =>
    typeof cell === 'object' && cell !== null ? { ...cell, v: -987_654_321 } : cell
  return Object.fromEntries(
    Object.entries(sheets).map(([name, rows]) => [name, rows.map((row) => row.map(wrong))]),
  )
}

export async function written(sheets: Sheets): Promise<Uint8Array> {
  const room = { bytes: 2 ** 26 }
  const list = Object.entries(sheets).map(async ([name, rows]) => ({
    name,
    pieces: await packed(rows, room),
  }))
  return writeSheets({ sheets: await Promise.all(list) })
}

/** The cells of a workbook: numbers, texts, and null for nothing and for an empty text. */
export function cellsOf(bytes: Uint8Array): Record<string, (string | number | null)[][]> {
  const { Sheets } = read(bytes, { dense: true, cellFormula: false })
  return Object.fromEntries(
    Object.entries(Sheets).map(([name, sheet]) => [
      name,
      Array.from(sheet['!data'] ?? [], (row) =>
        Array.from(row ?? [], (cell) => (cell?.v === undefined || cell.v === '' ? null : cell.v)),
      ),
    ]),
  ) as Record<string, (string | number | null)[][]>
}

/** Workbooks as LibreOffice saves them after it calculated all of their formulas. */
export async function recalculatedBooks(
  books: Record<string, Uint8Array>,
): Promise<Record<string, Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), 'books-'))
  try {
    const names = Object.keys(books)
    const paths = names.map((_, at) => join(folder, `book${at}.xlsx`))
    for (const [at, name] of names.entries()) {
      await writeFile(paths[at] as string, books[name] as Uint8Array)
    }
    await mkdir(join(folder, 'profile', 'user'), { recursive: true })
    await writeFile(join(folder, 'profile', 'user', 'registrymodifications.xcu'), settings)
    const profile = `-env:UserInstallation=file://${folder}/profile`
    const to = ['--convert-to', 'xlsx:Calc MS Excel 2007 XML', '--outdir', join(folder, 'out')]
    await run(libreOfficePath as string, [profile, '--headless', ...to, ...paths])
    const found = names.map(async (name, at) => {
      return [name, await readFile(join(folder, 'out', `book${at}.xlsx`))] as const
    })
    return Object.fromEntries(await Promise.all(found))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The lines of a CSV file that begins with a mark; whatever is no RFC 4180 fails. */
export async function linesOf(csv: string): Promise<string[][]> {
  if (!csv.startsWith('\ufeff')) throw new Error('There is no mark')
  const stop = (fault: unknown): never => {
    throw new Error(JSON.stringify(fault))
  }
  const lines: string[][] = []
  const limits = { maxCell: 100_000, maxColumns: 1000 }
  for await (const { cells } of readRecords(Readable.from([csv.slice(1)]), { stop }, limits))
    lines.push(cells)
  return lines
}
