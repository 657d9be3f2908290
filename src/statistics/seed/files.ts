import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { openSeed, seedDigest } from '../../../db/seeds/index.ts'
import type { AreaLevel, ObservationStatus } from '../../../db/tables/statistics.ts'

/** Figures of one indicator, area and edition: periods, values or marks, and what took their place. */
export type SeedBlock = {
  i: string
  a: string
  v: string
  st: ObservationStatus
  s: string
  p: string[]
  x: (number | string)[]
  e?: (string | 0)[]
}

export type SeedArea = {
  code: string
  level: AreaLevel
  parent: string | null
  ja: string
  en?: string
  region?: string
  lat?: number
  lon?: number
  until?: string
  next?: string
}

const files = ['areas', 'indicators', 'sources', 'figures'] as const
type File = (typeof files)[number]

const nameOf = (file: File) => `statistics/${file}.ndjson.gz`

/** Tells one edition of the bundled statistics from another. */
export function editionOfSeed(): string {
  return createHash('sha256')
    .update(files.map((file) => seedDigest(nameOf(file))).join())
    .digest('hex')
}

export async function* readLines<Row>(file: File): AsyncGenerator<Row> {
  const lines = createInterface({ input: openSeed(nameOf(file)) })
  for await (const line of lines) if (line) yield JSON.parse(line)
}

export async function readAll<Row>(file: File): Promise<Row[]> {
  const rows: Row[] = []
  for await (const row of readLines<Row>(file)) rows.push(row)
  return rows
}
