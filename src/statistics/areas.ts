import type { AreaLevel, AreaRow } from '../../db/tables/statistics.ts'
import { failure } from '../failure.ts'
import type { Catalogue } from './catalogue.ts'

/** The most figures that one answer carries; more is refused, with what to narrow. */
export const maxCells = 50_000

/** Texts of a list that may be repeated or separated by commas. */
export function listIn(texts: readonly string[] = []): string[] {
  return texts.flatMap((text) => text.split(/[,、]/)).flatMap((text) => text.trim() || [])
}

/** The areas that are asked for by name or by level; the nation when nothing is. */
export function areasIn(
  catalogue: Catalogue,
  { area, level }: { area?: readonly string[]; level?: AreaLevel },
  { max = 100, otherwise = ['00000'] }: { max?: number; otherwise?: readonly string[] } = {},
): AreaRow[] {
  const names = listIn(area)
  if (names.length > max) throw failure('too_many_areas', { count: names.length, limit: max })
  const asked = names.length === 0 && !level ? otherwise : names
  const codes = level ? catalogue.codesOf(level) : []
  const found = [
    ...asked.map(catalogue.resolveArea),
    ...codes.map((code) => areaOf(catalogue, code)),
  ]
  return [...new Set(found)]
}

export function areaOf(catalogue: Catalogue, code: string): AreaRow {
  return catalogue.areas.get(code) as AreaRow
}

/** What every row says of its area. */
export function areaFields({ code, name_ja, name_en }: AreaRow) {
  return { area_code: code, area_name: name_ja, area_name_en: name_en }
}

export function requireYears({ from, to }: { from?: number; to?: number }): void {
  if (from !== undefined && to !== undefined && from > to) throw failure('years_reversed')
}

export function requireCells(cells: number, narrow: readonly string[], limit = maxCells): void {
  if (cells > limit) throw failure('too_many_cells', { cells, limit, narrow: narrow.join(', ') })
}
