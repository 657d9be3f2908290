import type { App } from '../../src/fastify.ts'
import type { Operation, Schema } from './operations.ts'
import { formOf, samples, zip } from './uploads.ts'

export type Request = {
  method: Operation['method']
  url: string
  headers: Record<string, string>
  payload?: string | Buffer
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Random = {
  next: () => number
  chance: (share: number) => boolean
  one: <T>(of: readonly T[]) => T
}

function randomFrom(seed: number): Random {
  const next = numbersFrom(seed)
  return {
    next,
    chance: (share) => next() < share,
    one: (of) => of[Math.floor(next() * of.length)] as (typeof of)[number],
  }
}

const huge = 'あ'.repeat(30_000)

/** What no field expects, and some expect at their edge. */
export const hostile: readonly unknown[] = [
  null,
  true,
  '',
  ' ',
  -1,
  0,
  1.5,
  2 ** 31,
  -(2 ** 63),
  2 ** 53,
  1e308,
  [],
  {},
  [null],
  { a: { b: 1 } },
  huge,
  'a\u0000b',
  '\ud800',
  'x\udc00y',
  '\u202e\u2028\ufeff',
  '%_\\\'";--',
  '=1+1',
  '@@@@ @a @b',
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '٣٤٥',
  '🈁'.repeat(120),
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00.000Z',
  '10000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-12-31T23:59:60Z',
  '1970-01-01T00:00:00+23:59',
  '99999-01-01',
  '__proto__',
  '-'.repeat(36),
  'none',
  'me',
  '01990f6e-5c00-7000-8000-000000000000',
  'FFFFFFFF-FFFF-7FFF-8FFF-FFFFFFFFFFFF',
  Array.from({ length: 10_000 }, (_, i) => i),
  Array.from({ length: 200 }, () => 'a'),
]

/** Bodies that are no object of any schema. */
export const broken: readonly string[] = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '1e400',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"title":"a","title":"b"}',
  '\u0000',
  '\ufeff{}',
]

/** What is there to be asked about. */
export type Ground = {
  /** An id of each kind, by a word that the names of fields for it have in them. */
  ids: Record<string, string>
  /** The kind of a field whose name says none. */
  kindOf: (name: string) => string
  /** The address of an operation. */
  pathTo: (path: string) => string
  /** By the name of a field, what it holds where its own schema leaves that open. */
  schemaOf?: Record<string, Schema>
}

/** Requests of one operation, valid and broken ones, the same every time for one seed. */
export function requestsOf(
  app: App,
  operation: Operation,
  ground: Ground,
  count: number,
  seed = 7,
): Request[] {
  const { components } = app.swagger() as unknown as { components: { schemas: Schemas } }
  const name = `${operation.method} ${operation.path}`
  const random = randomFrom(
    [...name].reduce((sum, char) => sum * 31 + char.charCodeAt(0), seed) | 0,
  )
  const maker = { schemas: components.schemas, ground, random }
  return Array.from({ length: count }, (_, n) => requestOf(maker, operation, n))
}

type Schemas = Record<string, Schema>
type Maker = { schemas: Schemas; ground: Ground; random: Random }

function requestOf(maker: Maker, { method, path, parameters, body }: Operation, n: number) {
  const { random, ground } = maker
  const isPlain = n < 4
  const url = ground.pathTo(path)
  const strayed = isPlain || random.chance(0.9) ? url : url.replace(/[^/]+$/, strayOf(random))
  const query = new URLSearchParams()
  for (const { name, in: at, schema, required } of parameters) {
    if (at !== 'query' || !(required || random.chance(0.3))) continue
    const isGood = isPlain || random.chance(0.7)
    const value = isGood ? [madeOf(maker, schema, name)].flat()[0] : random.one(hostile)
    query.append(name, textOf(withReferences(maker, value ?? '', name)))
  }
  const request: Request = {
    method,
    url: query.size > 0 ? `${strayed}?${query}` : strayed,
    headers: {},
  }
  if (!isPlain && random.chance(0.2)) {
    request.headers['if-match'] = random.one(['*', '"1"', 'W/"1"', '"x", "2"', '1', '""', '"-9e9"'])
  }
  if (method === 'POST' && random.chance(0.2)) {
    request.headers['idempotency-key'] = random.one(['a', `k-${n}-${path}`, 'x'.repeat(300), ' '])
  }
  return body ? { ...request, ...bodyOf(maker, body, isPlain) } : request
}

const strays = [
  '%00',
  '%ff',
  '..%2f',
  'x'.repeat(500),
  '%F0%9F',
  '0',
  'FFFFFFFF-FFFF-7FFF-8FFF-FFFFFFFFFFFF',
]

const strayOf = (random: Random): string => random.one(strays)

/** As a query string says it; what has no text is said in JSON. */
function textOf(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.slice(0, 3000)
}

/** Types that are another, or the right one in a way that some take for another. */
const oddTypes: readonly string[] = [
  'text/plain',
  'application/xml',
  'application/json; charset=shift_jis',
  'application/json; charset=utf-16',
  'application/json;',
  'application/json\t',
  'APPLICATION/JSON',
  'application/json, text/html',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'application/x-www-form-urlencoded',
  '',
]

type Body = NonNullable<Operation['body']>

function bodyOf(maker: Maker, { type, schema, example }: Body, isPlain: boolean) {
  const { random } = maker
  if (type !== 'application/json') return formFor(maker, schema)
  const isOdd = !isPlain && random.chance(0.05)
  const headers = { 'content-type': isOdd ? random.one(oddTypes) : type }
  if (!isPlain && random.chance(0.1)) return { headers, payload: random.one(broken) }
  const isExample = example !== undefined && random.chance(0.3)
  const whole = isExample ? structuredClone(example) : madeOf(maker, schema, 'body')
  const value = withReferences(maker, whole, '')
  if (!isPlain && random.chance(0.8)) spoil(random, value)
  if (!isPlain && random.chance(0.3)) spoil(random, value)
  return { headers, payload: JSON.stringify(value) }
}

/** Puts something hostile where there was something else, or takes it away. */
function spoil(random: Random, value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const holder = value as Record<string, unknown>
  const keys = Object.keys(holder)
  const key = keys.length > 0 ? random.one(keys) : 'extra'
  if (typeof holder[key] === 'object' && holder[key] !== null && random.chance(0.6)) {
    spoil(random, holder[key])
  } else if (random.chance(0.15)) delete holder[key]
  else if (random.chance(0.1)) holder[`${key}_extra`] = structuredClone(random.one(hostile))
  else holder[key] = structuredClone(random.one(hostile))
}

/** A value that the schema allows, as far as it says; references lead to what the desk holds. */
function madeOf(maker: Maker, schema: Schema, name: string, depth = 0): unknown {
  const { random, schemas } = maker
  if (schema.$ref) {
    return madeOf(maker, schemas[schema.$ref.split('/').at(-1) as string] as Schema, name, depth)
  }
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return madeOf(maker, random.one(choices), name, depth)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return random.one(schema.enum)
  const types = [schema.type ?? 'object'].flat()
  const type = types.includes('null') && random.chance(0.15) ? 'null' : types[0]
  if (type === 'null') return null
  if (type === 'object') return objectOf(maker, schema, depth)
  if (type === 'array') return arrayOf(maker, schema, name, depth)
  if (type === 'boolean') return random.chance(0.5)
  const example = schema.examples?.[0] ?? formats[schema.format ?? '']
  if (type === 'integer' || type === 'number') return example ?? schema.minimum ?? 1
  return example ?? `何か ${Math.floor(random.next() * 1e6)}`
}

/** By format, where there is no example. */
const formats: Record<string, string> = {
  'date-time': '2026-12-01T04:00:00.000Z',
  date: '2026-12-01',
  uuid: '01990f6e-5c00-7000-8000-0123456789ab',
}

function objectOf(maker: Maker, { properties = {}, required = [] }: Schema, depth: number) {
  const kept = Object.entries(properties).filter(
    ([name]) => required.includes(name) || (depth < 5 && maker.random.chance(0.5)),
  )
  return Object.fromEntries(
    kept.map(([name, schema]) => {
      const said = maker.ground.schemaOf?.[name] ?? schema
      return [name, madeOf(maker, said, name, depth + 1)]
    }),
  )
}

function arrayOf(
  maker: Maker,
  { items = {}, minItems = 0, examples }: Schema,
  name: string,
  depth: number,
) {
  if (examples?.[0] && maker.random.chance(0.5)) return examples[0]
  const length = Math.max(minItems, depth < 5 ? Math.floor(maker.random.next() * 3) : 0)
  return Array.from({ length }, () => madeOf(maker, items, name, depth + 1))
}

const anyId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The same with ids of what is there, where a name says of which kind. */
function withReferences(maker: Maker, value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((each) => withReferences(maker, each, name))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, withReferences(maker, each, key)]),
    )
  }
  if (typeof value !== 'string' || !anyId.test(value)) return value
  const { ids, kindOf } = maker.ground
  return ids[Object.keys(ids).find((each) => name.includes(each)) ?? kindOf(name)]
}

/** A form of every field of its schema, with what somebody hostile would put into the files. */
function formFor({ random }: Maker, { properties = {} }: Schema) {
  const parts = Object.entries(properties).map(([name, { type }]) => {
    const isFile = name === 'file' || name === 'files' || name === 'events' || type === 'array'
    if (!isFile) return { name, body: textOf(random.one(hostile)) }
    const filename = random.one(['a.csv', 'a.xlsx', 'a.pdf', '..', '', 'a\u0000.csv', '=1.csv'])
    return { name, filename, body: random.one(files) }
  })
  return formOf(random.chance(0.5) ? parts.slice(0, 1) : parts)
}

const files: readonly (string | Buffer)[] = [
  '',
  'title,status\nメール,new\n',
  'title\n"unclosed',
  `title\n${'"a""",'.repeat(2000)}\n`,
  'number,title,opened_at\n1,a,+275760-09-13T00:00:00Z\n2,\u0000,2026-01-01\n',
  '\ufefftitle,title\nx,y\n',
  Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x0a]),
  zip([{ name: 'xl/workbook.xml', text: '<workbook/>' }]),
  samples.pdf,
]
