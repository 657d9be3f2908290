import { dateFormats } from '../../../schemas/itsm/incident-imports.ts'
import { invalid } from '../../failure.ts'
import { choices, incidentFields, type Values } from './fields.ts'
import { type DateFormat, isZone } from './times.ts'

/** How the files of an import are to be read. */
export type ImportOptions = {
  mapping?: Record<string, string> | undefined
  values: Values
  time_zone: string
  date_format: DateFormat
  dry_run: boolean
  /** Whether the first file is a workbook. */
  is_workbook: boolean
}

/** The fields of the form besides files, with how long each may be. */
export const optionTexts = {
  mapping: 10_000,
  values: 20_000,
  dry_run: 5,
  time_zone: 50,
  date_format: 3,
}

/** Fails with 422 and the field of the form that is wrong. */
export function optionsIn(texts: Record<string, string>): Omit<ImportOptions, 'is_workbook'> {
  const { mapping, values, dry_run = 'false', time_zone = 'Asia/Tokyo' } = texts
  const date_format = texts.date_format ?? 'iso'
  if (dry_run !== 'true' && dry_run !== 'false') {
    throw invalid({ field: 'dry_run', rule: 'enum', allowedValues: ['true', 'false'] })
  }
  if (!isZone(time_zone)) throw invalid({ field: 'time_zone', rule: 'import_zone' })
  const format = dateFormats.find((each) => each === date_format)
  if (!format) throw invalid({ field: 'date_format', rule: 'enum', allowedValues: dateFormats })
  return {
    mapping: mapping ? mappingIn(mapping) : undefined,
    values: values ? valuesIn(values) : {},
    time_zone,
    date_format: format,
    dry_run: dry_run === 'true',
  }
}

function mappingIn(text: string): Record<string, string> {
  const mapping = wordsIn('mapping', jsonIn('mapping', text, shapes.mapping), shapes.mapping)
  for (const value of Object.values(mapping)) {
    if (incidentFields.some((field) => field === value)) continue
    throw invalid({ field: 'mapping', rule: 'import_field', value, known: incidentFields })
  }
  return mapping
}

function valuesIn(text: string): Values {
  const all = Object.entries(Object(jsonIn('values', text, shapes.values)))
  for (const [value] of all) {
    if (value in choices) continue
    throw invalid({ field: 'values', rule: 'import_field', value, known: Object.keys(choices) })
  }
  const values = Object.fromEntries(
    all.map(([field, words]) => [field, wordsIn('values', words, shapes.values)]),
  )
  for (const [field, words] of Object.entries(values)) {
    const known: readonly string[] = choices[field as keyof typeof choices]
    for (const value of Object.values(words)) {
      if (!known.includes(value))
        throw invalid({ field: `values.${field}`, rule: 'import_field', value, known })
    }
  }
  return values
}

const shapes = {
  mapping: '{"Number": "number", "Opened": "opened_at"}',
  values: '{"status": {"Awaiting User": "pending"}}',
}

function jsonIn(field: string, text: string, shape: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Said below, as of everything else that is no object.
  }
  throw invalid({ field, rule: 'import_json', shape })
}

function wordsIn(field: string, value: unknown, shape: string): Record<string, string> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const words: [string, unknown][] = isObject ? Object.entries(value) : [['', undefined]]
  if (words.some(([, word]) => typeof word !== 'string')) {
    throw invalid({ field, rule: 'import_json', shape })
  }
  return Object.fromEntries(words as [string, string][])
}
