import type { FastifyInstance } from 'fastify'
import { failure } from './failure.ts'

/**
 * Parses JSON bodies as Fastify does, and besides refuses what would be lost or bent without a
 * word: a field that is there twice, a NUL that PostgreSQL cannot keep, half a surrogate pair; and what is
 * nested without end.
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

/** Nothing that we take is nested as deeply, and what writes JSON runs out of its stack in the end. */
const maxDepth = 100

function faultOf(text: string, body: unknown): Error | undefined {
  const { keys, isTooDeep } = sizeOf(body)
  if (isTooDeep) return failure('json_too_deep', { limit: maxDepth })
  if (/\\u(0000|d[89a-f])/i.test(text) && !isStorable(body)) return failure('forbidden_character')
  const twice = keysIn(text) === keys ? undefined : repeatedKey(text)
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

/** How many keys there are, level by level. */
function sizeOf(value: unknown): { keys: number; isTooDeep: boolean } {
  let keys = 0
  let level = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return { keys, isTooDeep: true }
    const below: unknown[] = []
    for (const each of level) {
      if (typeof each !== 'object' || each === null) continue
      const inner = Object.values(each)
      if (!Array.isArray(each)) keys += inner.length
      for (const one of inner) if (typeof one === 'object') below.push(one)
    }
    level = below
  }
  return { keys, isTooDeep: false }
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
