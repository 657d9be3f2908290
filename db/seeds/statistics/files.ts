import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export type Row = Record<string, string>

const folder = process.argv[2]
if (!folder) throw new Error('Usage: npx tsx db/seeds/statistics/make.ts <folder of the files>')

export type Feature = {
  type: string
  id: number
  geometry: object
  properties: Record<string, string>
}

export function geojson(name: string): { type: string; features: Feature[] } {
  return JSON.parse(readFileSync(join(folder as string, `${name}.geojson`), 'utf8'))
}

/** The files quote nothing. */
export function csv(name: string): Row[] {
  const [head = '', ...lines] = readFileSync(join(folder as string, name), 'utf8')
    .trim()
    .split('\n')
  const columns = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    if (cells.length !== columns.length) throw new Error(`${name}: ${line.slice(0, 80)}`)
    return Object.fromEntries(columns.map((column, n) => [column, cells[n] as string]))
  })
}

function zip(lines: string[]): Buffer {
  return gzipSync(`${lines.join('\n')}\n`, { level: 9 })
}

/** One JSON object a line, beside this file. */
export function write(
  name: string,
  rows: readonly object[],
  replacer?: (key: string, value: unknown) => unknown,
): void {
  const lines = rows.map((row) => JSON.stringify(row, replacer))
  writeFileSync(join(import.meta.dirname, name), zip(lines))
}

/** The area code of a prefecture. */
export function prefecture(code = ''): string {
  return `${code}000`
}
