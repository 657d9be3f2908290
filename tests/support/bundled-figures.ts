import { createInterface } from 'node:readline'
import { openSeed } from '../../db/seeds/index.ts'
import type { AreaRow, IndicatorRow, ObservationStatus } from '../../db/tables/statistics.ts'
import { periodOf } from '../../src/statistics/periods.ts'
import type { Figure } from '../../src/statistics/quality/batch.ts'
import type { Observation } from '../../src/statistics/store.ts'

type Block = {
  i: string
  a: string
  v: string
  st: ObservationStatus
  s: string
  p: string[]
  x: (number | string)[]
  e?: (string | 0)[]
}

/** The bundled statistics as they hold, without a database. */
export async function readBundled() {
  const areas = new Map<string, AreaRow>()
  for await (const { code, level, parent, ja, en, until, next } of linesOf('areas')) {
    areas.set(code, {
      code,
      level,
      parent_code: parent,
      name_ja: ja,
      name_en: en ?? null,
      region_ja: null,
      latitude: null,
      longitude: null,
      valid_until: until ?? null,
      successor_code: next ?? null,
    })
  }
  const indicators = new Map<string, IndicatorRow>()
  for await (const row of linesOf('indicators')) {
    indicators.set(row.code, { family: null, formula: null, direction: null, position: 0, ...row })
  }
  const all: Observation[] = []
  for await (const { i, a, v, st, s, p, x, e } of linesOf('figures') as AsyncIterable<Block>) {
    for (const [n, period] of p.entries()) {
      if (e?.[n]) continue
      const figure = x[n] as number | string
      const isMark = typeof figure === 'string'
      const { label = period, type = 'date', year = 0 } = periodOf(period) ?? {}
      all.push({
        indicator: i,
        area: a,
        period,
        vintage: v,
        value: isMark ? null : figure,
        mark: isMark ? figure : null,
        status: isMark ? 'missing' : st,
        source_id: s,
        label,
        type,
        year,
      })
    }
  }
  return { catalogue: { areas, indicators }, all }
}

async function* linesOf(file: string) {
  const lines = createInterface({ input: openSeed(`statistics/${file}.ndjson.gz`) })
  for await (const line of lines) if (line) yield JSON.parse(line)
}

/** An observation as a source would send it again. */
export function asFigure(row: Observation): Figure {
  const { indicator, area, period, value, mark, status, source_id } = row
  return { indicator, area, period, value, mark, status, source_id }
}
