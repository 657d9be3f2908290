import { hostname } from 'node:os'
import type { RunRow } from '../../../db/tables/statistics-runs.ts'
import type { Db } from '../../../db/tables.ts'
import type { Actor } from '../../access.ts'
import { readRecords } from '../../csv.ts'
import { readText } from '../../csv-text.ts'
import { failure, invalid } from '../../failure.ts'
import { now } from '../../values.ts'
import { loadCatalogue } from '../catalogue.ts'
import type { Figure } from '../quality/batch.ts'
import { publishRun, requireSource } from '../runs/runs.ts'
import { collectFaults } from './faults.ts'
import { readOwnFormat } from './own-format.ts'
import { readSsdse } from './ssdse.ts'

export type ImportFormat = 'own' | 'ssdse'

export type ImportOptions = {
  /** The id of the source that the figures are from. */
  source: string
  /** When the source published them: a year, a month or a day. */
  published: string
  format: ImportFormat
  /** Holds only part of what the source has, on purpose. */
  isPart?: boolean | undefined
  instance?: string | undefined
  actor?: Actor | undefined
}

/** How large a file may be. */
export const maxBytes = 64 * 1024 * 1024
const maxFigures = 200_000
export const cellLimits = { maxCell: 200, maxColumns: 1000 }

/**
 * Reads a file of figures and publishes them, or keeps them back, as every run does. A file with
 * faults is refused whole, with the lines and columns of up to a hundred of them.
 */
export async function importCsv(
  { db }: { db: Db },
  stream: AsyncIterable<Uint8Array>,
  { source, published, format, isPart, actor, instance = hostname() }: ImportOptions,
): Promise<RunRow> {
  if (!isPublished(published)) throw invalid({ field: 'published', rule: 'published' })
  const started_at = now()
  const catalogue = await loadCatalogue(db)
  requireSource(catalogue, source)
  const faults = collectFaults()
  const records = readRecords(readText(stream, maxBytes, faults), faults, cellLimits)
  const reader = format === 'own' ? readOwnFormat : readSsdse
  const figures: Figure[] = []
  for await (const figure of reader(records, catalogue, source, faults)) {
    if (figures.length >= maxFigures) {
      throw failure('import_too_many', { limit: maxFigures })
    }
    figures.push(figure)
  }
  faults.end()
  if (figures.length === 0) {
    faults.stop({ line: 1, column: 1, field: 'file', rule: 'import_nothing' })
  }
  const request = {
    kind: 'csv',
    source_id: source,
    published,
    instance,
    isPart,
    started_at,
    actor,
  } as const
  return publishRun(db, request, figures)
}

function isPublished(text: string): boolean {
  if (!/^\d{4}(-\d\d(-\d\d)?)?$/.test(text)) return false
  const day = `${text}-01-01`.slice(0, 10)
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === day
}
