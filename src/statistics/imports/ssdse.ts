import type { CsvRecord } from '../../csv.ts'
import type { Catalogue } from '../catalogue.ts'
import { indicatorIn, isEstimate } from '../census.ts'
import { yearCode } from '../periods.ts'
import type { Figure } from '../quality/batch.ts'
import { plain, readArea, readFigure, statusOf } from './cells.ts'
import type { Faults } from './faults.ts'

const itemCode = /^#?[A-Z]\d{3,8}$/
const yearCell = /^\d{4}$/
const areaCell = /^(R?\d{5}|\d{2})$/

type Layout = {
  width: number
  /** Columns of indicators that the catalogue has, by their place. */
  items: Map<number, string>
  /** How many columns come before the first item. */
  ids: number
  years: Map<number, string>
}

/**
 * Figures of a file as the National Statistics Center lays out its SSDSE: a line of item codes, a
 * line of labels and a line an area. The year is in a line of years over the columns (A, E) or in
 * the first column (B). Items that the catalogue does not have, or works out itself, are left out;
 * persons and ages between two censuses are the estimates that they are.
 */
export async function* readSsdse(
  records: AsyncIterable<CsvRecord>,
  catalogue: Pick<Catalogue, 'areas' | 'indicators'>,
  source_id: string,
  faults: Faults,
): AsyncGenerator<Figure> {
  let layout: Layout | undefined
  for await (const { line, cells } of records) {
    if (!layout) {
      layout = layoutOf(line, cells, catalogue, faults)
      continue
    }
    const { width, items, ids, years } = layout
    if (cells.length !== width) {
      const [expected, found, column] = [width, cells.length, Math.min(width, cells.length) + 1]
      faults.add({ line, column, field: 'line', rule: 'import_columns', expected, found })
      continue
    }
    const heads = cells.slice(0, ids).map(plain)
    const areaAt = heads.findIndex((text) => areaCell.test(text))
    if (areaAt === -1) {
      if (isHeading(heads, cells.slice(ids))) addYears(layout, cells)
      else {
        const value = heads.join()
        faults.add({ line, column: 1, field: 'area', rule: 'import_area', value })
      }
      continue
    }
    const ownYear = heads.find((text) => yearCell.test(text))
    const area = readArea(heads[areaAt] as string, catalogue)
    if ('fault' in area) {
      faults.add({ line, column: areaAt + 1, field: 'area', ...area.fault })
      continue
    }
    for (const [n, item] of items) {
      const year = Number(ownYear ?? years.get(n))
      if (!year) faults.stop({ line: 1, column: n + 1, field: item, rule: 'import_years' })
      const text = cells[n] ?? ''
      if (plain(text) === '') continue
      const figure = readFigure(text)
      if ('fault' in figure) {
        faults.add({ line, column: n + 1, field: item, ...figure.fault })
        continue
      }
      const indicator = indicatorIn(year, item)
      const isMark = typeof figure.value === 'string'
      yield {
        indicator,
        area: area.value,
        period: yearCode(year),
        value: isMark ? null : (figure.value as number),
        mark: isMark ? (figure.value as string) : null,
        status: isMark
          ? statusOf(figure.value as string)
          : isEstimate(year, indicator)
            ? 'estimated'
            : 'final',
        source_id,
      }
    }
  }
}

function layoutOf(
  line: number,
  cells: readonly string[],
  { indicators }: Pick<Catalogue, 'indicators'>,
  faults: Faults,
): Layout {
  const codes = cells.map(plain)
  const ids = codes.findIndex((code) => itemCode.test(code))
  const items = new Map<number, string>()
  for (const [n, code] of codes.entries()) {
    const indicator = indicators.get(code)
    if (!indicator || indicator.formula || n < ids) continue
    if ([...items.values()].includes(code)) {
      const at = { line, column: n + 1, field: 'header' }
      faults.stop({ ...at, rule: 'import_column_twice', value: code })
    }
    items.set(n, code)
  }
  if (ids < 1 || items.size === 0) {
    faults.stop({ line, column: 1, field: 'header', rule: 'import_nothing' })
  }
  return { width: cells.length, items, ids, years: new Map() }
}

/** A line over the areas: of labels, or of years. */
function isHeading(heads: readonly string[], cells: readonly string[]): boolean {
  const isYears = cells.every((text) => text.trim() === '' || yearCell.test(plain(text)))
  const isLabels = cells.every((text) => !/^[\d.,-]*$/.test(plain(text)) || plain(text) === '')
  return heads.length > 0 && (isYears || isLabels)
}

function addYears({ items, years }: Layout, cells: readonly string[]): void {
  for (const n of items.keys()) {
    const year = plain(cells[n] ?? '')
    if (yearCell.test(year)) years.set(n, year)
  }
}
