/**
 * e-Stat's JSON is made from XML: one element is an object and several are an array, an empty element
 * is an empty text, and a text of digits may be a number. These give one form of each; what has no such
 * form becomes undefined, which no schema accepts.
 */
type Loose = Record<string, unknown>

/** No, one or several elements as an array. */
export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return isEmpty(value) ? [] : [value]
}

/** Attributes and children of an element; of an empty one none. */
export function elementOf(value: unknown): Loose | undefined {
  if (isEmpty(value)) return {}
  return typeof value === 'object' && !Array.isArray(value) ? (value as Loose) : undefined
}

/** The text of an attribute, or of an element that has none. */
export function scalarOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return isEmpty(value) ? '' : undefined
}

/** The text of an element with or without attributes. */
export function textOf(value: unknown): string | undefined {
  const element = elementOf(value)
  return element ? scalarOf(element.$) : scalarOf(value)
}

/** A text that says something, or null. */
export function labelOf(value: unknown): string | null | undefined {
  const text = scalarOf(value)
  return text === '' ? null : text
}

/** A whole number written either way, or null where there is none. */
export function integerOf(value: unknown): number | null | undefined {
  const text = scalarOf(value)?.trim()
  if (text === '') return null
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
}

function isEmpty(value: unknown): value is '' | null | undefined {
  return value === undefined || value === null || value === ''
}
