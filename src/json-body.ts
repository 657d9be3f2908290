import type { FastifyInstance } from 'fastify'
import { failure } from './failure.ts'

/**
 * Parses JSON bodies as Fastify does, and besides refuses what would be lost or bent without a
 * word: a field that is there twice, a NUL that PostgreSQL cannot keep, half a surrogate pair.
 */
export function installJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, text, done) => {
      if (text === '') return done(null, undefined)
      parse(request, text, (error, body) => {
        if (error) return done(reasonFor(text))
        const fault = faultOf(text, body)
        done(fault ?? null, body)
      })
    },
  )
}

function faultOf(text: string, body: unknown): Error | undefined {
  if (/\\u(0000|d[89a-f])/i.test(text) && !isStorable(body)) return failure('forbidden_character')
  const twice = keysIn(text) === keysOf(body) ? undefined : repeatedKey(text)
  return twice === undefined ? undefined : failure('duplicate_field', { field: twice })
}

/** Fastify's parser does not say why it refuses: broken JSON, or a name that poisons prototypes. */
function reasonFor(text: string): Error {
  try {
    JSON.parse(text)
    return failure('forbidden_field')
  } catch (error) {
    return failure('malformed_json', undefined, { reason: Object(error).message })
  }
}

/** In valid JSON every string is a value, or a key when a colon follows. */
const strings = /"(?:[^"\\]|\\.)*"(\s*:)?/g

function keysIn(text: string): number {
  let keys = 0
  for (const [, colon] of text.matchAll(strings)) if (colon) keys += 1
  return keys
}

function keysOf(value: unknown): number {
  let keys = 0
  const open = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    const inner = Object.values(next)
    if (!Array.isArray(next)) keys += inner.length
    for (const each of inner) if (typeof each === 'object') open.push(each)
  }
  return keys
}

/** The first key that its object has already, found by following the brackets. */
function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = []
  for (const [token, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (colon) {
      const key: string = JSON.parse(token.slice(0, -colon.length))
      const keys = open.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
  }
  return undefined
}

/** Whether PostgreSQL can keep it: no NUL, no half of a surrogate pair. */
export function isStorable(value: unknown): boolean {
  const open = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === 'string') {
      if (next.includes('\u0000') || !isWellFormed(next)) return false
    } else if (typeof next === 'object' && next !== null) {
      for (const [key, inner] of Object.entries(next)) open.push(key, inner)
    }
  }
  return true
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}
