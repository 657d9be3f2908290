import { expect } from './service.ts'

type Example = string | number | boolean | null | Example[] | { [field: string]: Example }

/**
 * Holds an answer against an example that a document prints: every field of the example is there, with
 * a value of its kind. The answer may have more fields. Examples call ids `…-uuid`; of a list, each
 * entry is like the first of the example; null and `{}` say no more than that the field is there.
 */
export function expectLike(answer: unknown, example: Example, at = 'answer'): void {
  if (example === null) {
    expect(answer, at).not.toBeUndefined()
  } else if (Array.isArray(example)) {
    expect(Array.isArray(answer), `${at} is a list`).toBe(true)
    const [first] = example
    if (first === undefined) return
    for (const [n, each] of (answer as unknown[]).entries()) expectLike(each, first, `${at}.${n}`)
  } else if (typeof example === 'object') {
    expect(typeof answer, `${at} is an object`).toBe('object')
    expect(answer, at).not.toBeNull()
    for (const [field, value] of Object.entries(example)) {
      expect(answer, at).toHaveProperty([field])
      expectLike((answer as Record<string, unknown>)[field], value, `${at}.${field}`)
    }
  } else if (typeof example === 'string') {
    expect(answer, at).toMatch(patternOf(example))
  } else {
    expect(typeof answer, `${at}: ${JSON.stringify(answer)}`).toBe(typeof example)
  }
}

function patternOf(example: string): RegExp {
  const isId = /-uuid$|^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(example)
  if (isId) return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
  const isTime = /^\d{4}-\d{2}-\d{2}T/.test(example)
  return isTime ? /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/ : /^.+$/s
}
