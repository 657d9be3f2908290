import type { Fault } from './faults.ts'
import { type AxisId, axisIds } from './shapes.ts'

export type ListQuery = {
  /** Five digits for a ministry, eight for a survey. */
  statsCode?: string
  /** Two or four digits. */
  statsField?: string
  searchWord?: string
  /** `yyyy`, `yyyymm` or `yyyymm-yyyymm`. */
  surveyYears?: string
  openYears?: string
  /** `yyyy`, `yyyymm`, `yyyymmdd` or `yyyymmdd-yyyymmdd`. */
  updatedDate?: string
  /** 1 nation, 2 prefectures, 3 municipalities. */
  collectArea?: 1 | 2 | 3
}

/** Which members of an axis: at most 100 codes, or a span of codes, or levels as `2` or `2-3`. */
export type Narrowing = {
  codes?: readonly string[]
  from?: string
  to?: string
  level?: string
}

export type DataQuery = {
  statsDataId: string
  narrow?: { readonly [id in AxisId]?: Narrowing }
}

/** The most codes that one cdX parameter may have (API 3.0 manual). */
const maxCodes = 100

/** The parameters of a getStatsData call; the `bad_query` fault for one that e-Stat would refuse. */
export function dataParametersOf({ statsDataId, narrow = {} }: DataQuery): URLSearchParams | Fault {
  if (!/^\d{10}$/.test(statsDataId)) return badQuery('statsDataId has ten digits')
  const parameters = new URLSearchParams({ statsDataId })
  for (const [id, narrowing = {}] of Object.entries(narrow)) {
    const { codes, from, to, level } = narrowing
    if (!(axisIds as readonly string[]).includes(id)) return badQuery(`there is no axis ${id}`)
    const axis = `${id.charAt(0).toUpperCase()}${id.slice(1)}`
    if (codes && (codes.length === 0 || codes.length > maxCodes)) {
      return badQuery(`${id} takes 1 to ${maxCodes} codes, not ${codes.length}`)
    }
    const texts = [...(codes ?? []), from, to].filter((code) => code !== undefined)
    if (!texts.every((code) => /^[^\s,]+$/.test(code))) return badQuery(`a code of ${id} is none`)
    if (level !== undefined && !/^(?:\d+|\d+-\d*|-\d+)$/.test(level)) {
      return badQuery(`a level of ${id} is like 2, 2-3, -3 or 2-`)
    }
    if (codes) parameters.set(`cd${axis}`, codes.join(','))
    if (from !== undefined) parameters.set(`cd${axis}From`, from)
    if (to !== undefined) parameters.set(`cd${axis}To`, to)
    if (level !== undefined) parameters.set(`lv${axis}`, level)
  }
  return parameters
}

export function listParametersOf(query: ListQuery): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value))
  }
  return parameters
}

function badQuery(message: string): Fault {
  return { fault: 'bad_query', message }
}
