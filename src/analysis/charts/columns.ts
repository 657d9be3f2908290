import { subjectColumn, valueColumn } from '../../../schemas/analysis/common.ts'
import { type FieldFault, invalid } from '../../failure.ts'
import { wrapped } from '../../svg-text.ts'
import type { EngineValue, Tables } from '../engine.ts'
import type { Relation } from '../steps/model.ts'

/** What a chart is read from, with the first of its 科目. */
export type Ground = { tables: Tables; source: Relation; subjects: (string | null)[] }

/** A column by the name people know, and the one it has in the engine. */
export type Column = { name: string; sql: string; kind: '推移' | '軸' | '科目' }

/** How many names a message shows. */
const shownNames = 20

/** Where a key stands in the configuration of a step. */
export const fieldOf = (key?: string): string =>
  key === undefined ? 'config.chart_config' : `config.chart_config.${key}`

export async function groundOf(tables: Tables, source: Relation): Promise<Ground> {
  const rows = await tables.rows(
    `select s from ${source.table} group by s order by min(n) limit ${shownNames + 1}`,
  )
  return { tables, source, subjects: rows.map(([subject]) => textOf(subject)) }
}

export const textOf = (value: EngineValue | undefined): string | null =>
  value === null || value === undefined ? null : String(value)

/** A key of the configuration, and the column or 科目 that it names. */
export type Named = readonly [key: string, name: string]

/** The columns that these keys name. Fails with all that are unknown, no axis, or named twice. */
export function columnsOf(
  { source }: Ground,
  names: readonly Named[],
): [Column, ...(Column | undefined)[]] {
  const columns: Column[] = source.axes.map(({ name, kind }, at) => ({ name, kind, sql: `a${at}` }))
  columns.push({ name: subjectColumn, kind: '科目', sql: 's' })
  const known = namesIn(columns.map(({ name }) => name))
  const found = names.map(([, name]) => columns.find((each) => each.name === name))
  const faults = names.flatMap(([key, name], at): FieldFault[] => {
    const field = fieldOf(key)
    if (name === valueColumn) return [{ field, rule: 'chart_value_not_expected', known }]
    if (!found[at]) return [{ field, rule: 'chart_column_unknown', name: shortOf(name), known }]
    const [other] = names.slice(0, at).find((each) => each[1] === name) ?? []
    return other ? [{ field, rule: 'chart_columns_same', name: shortOf(name), other }] : []
  })
  if (faults.length > 0) throw invalid(...faults)
  return found as [Column, ...Column[]]
}

/** The axis that a key names, where two 科目 are drawn against each other; null for none. */
export function optionalColumn(
  ground: Ground,
  key: string,
  name: string | null | undefined,
): Column | null {
  if (name === null || name === undefined) return null
  if (name === subjectColumn) throw invalid({ field: fieldOf(key), rule: 'chart_legend_subject' })
  return columnsOf(ground, [[key, name]])[0]
}

/** What the numbers of a chart are called: the 科目 where there is one. */
export const valueName = ({ subjects }: Ground): string =>
  (subjects.length === 1 ? subjects[0] : null) ?? valueColumn

/** Fails where a key that stands for numbers names anything but 値. */
export function requireValue(key: string, name: string): void {
  if (name !== valueColumn) throw invalid({ field: fieldOf(key), rule: 'chart_value_expected' })
}

/** Fails where numbers of several 科目 would be drawn as if they were of one; `key` could tell them apart. */
export function requireOneSubject(
  { subjects }: Ground,
  key: string,
  names: readonly Named[],
): void {
  if (subjects.length < 2 || names.some(([, name]) => name === subjectColumn)) return
  const rule = 'chart_several_subjects'
  throw invalid({ field: fieldOf(key), rule, subjects: namesIn(subjects) })
}

/** Fails with what is no 科目 of the table, and where two keys name the same. */
export async function requireSubjects(
  { tables, source, subjects }: Ground,
  names: readonly Named[],
): Promise<void> {
  const places = names.map((_, at) => `$${at + 1}`)
  const rows = await tables.rows(
    `select distinct s from ${source.table} where s in (${places})`,
    names.map(([, name]) => name),
  )
  const faults = names.flatMap(([key, name], at): FieldFault[] => {
    const field = fieldOf(key)
    const [other] = names.slice(0, at).find((each) => each[1] === name) ?? []
    if (other) return [{ field, rule: 'chart_subjects_same', other }]
    if (rows.some(([subject]) => subject === name)) return []
    const rule = 'chart_subject_unknown'
    return [{ field, rule, name: shortOf(name), known: namesIn(subjects) }]
  })
  if (faults.length > 0) throw invalid(...faults)
}

/** A name as a message shows it. */
export const shortOf = (name: string | null): string =>
  name === null ? '(空白)' : (wrapped(name, 40, 1)[0] ?? '')

function namesIn(names: readonly (string | null)[]): string[] {
  const shown = names.slice(0, shownNames).map(shortOf)
  return names.length > shownNames ? [...shown, '…'] : shown
}

/** A place in a table, by its columns, as a message shows it. */
export const cellText = (cell: Record<string, string | null>): string =>
  Object.entries(cell)
    .map(([name, value]) => `${shortOf(name)}: ${shortOf(value)}`)
    .join(', ')
