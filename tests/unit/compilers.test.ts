import { describe, expect, test } from 'vitest'
import { createCompilers, lazily, namedIn, schemaBucket } from '../../src/compilers.ts'

const named = {
  Tree: {
    $id: 'Tree',
    type: 'object',
    properties: { leaf: { $ref: 'Leaf#' }, child: { $ref: 'Tree#' } },
  },
  Leaf: { $id: 'Leaf', type: 'object', properties: { name: { $ref: 'Name#/definitions/short' } } },
  Name: { $id: 'Name', definitions: { short: { type: 'string' } } },
  Other: { $id: 'Other', type: 'object' },
}

describe('the schemas that a serializer is given', () => {
  test('are those that it names and those that they name, round in circles too', () => {
    const schema = { type: 'array', items: { anyOf: [{ $ref: 'Tree#' }, { type: 'null' }] } }
    expect(Object.keys(namedIn(schema, named)).sort()).toEqual(['Leaf', 'Name', 'Tree'])
    expect(namedIn(schema, named).Leaf).toBe(named.Leaf)
  })

  test('are none where it names none, itself, or what there is not', () => {
    const schema = { properties: { $ref: { type: 'string' }, a: { $ref: '#/definitions/a' } } }
    expect(namedIn(schema, named)).toEqual({})
    expect(namedIn({ $ref: 'toString' }, named)).toEqual({})
  })

  test('are enough to write what they describe, and only that', () => {
    const compile = createCompilers().buildSerializer(named, undefined)
    const serialize = compile({
      schema: { type: 'object', properties: { tree: { $ref: 'Tree#' } } },
      method: 'GET',
      url: '/',
      httpStatus: '200',
    })
    const leaf = { name: '葉', weight: 1 }
    expect(JSON.parse(serialize({ tree: { leaf, child: { leaf } } }))).toEqual({
      tree: { leaf: { name: '葉' }, child: { leaf: { name: '葉' } } },
    })
  })
})

describe('what checks and writes', () => {
  const validatorOf = (
    { buildValidator }: ReturnType<typeof createCompilers>,
    schemas: object,
    part: object,
  ) => buildValidator(schemas as never, {} as never)(part as never)
  const leaf = { $ref: 'Leaf#' }

  test('is made once for all that say the same, in other scopes and servers too', () => {
    const compilers = createCompilers()
    const body = { schema: leaf, httpPart: 'body' }
    const first = validatorOf(compilers, named, body)
    expect(validatorOf(compilers, { ...named }, structuredClone(body))).toBe(first)
    const part = { method: 'GET', url: '/', httpStatus: '200' }
    const serialize = compilers.buildSerializer(named, undefined)({ ...part, schema: leaf })
    const again = { ...part, url: '/again', schema: structuredClone(leaf) }
    expect(compilers.buildSerializer({ ...named }, undefined)(again)).toBe(serialize)
  })

  test('is another where a schema of the same name says something else', () => {
    const compilers = createCompilers()
    const other = { ...named, Name: { $id: 'Name', definitions: { short: { type: 'number' } } } }
    const body = { schema: leaf, httpPart: 'body' }
    expect(validatorOf(compilers, named, body)({ name: 'a' })).toBe(true)
    expect(validatorOf(compilers, other, body)({ name: 'a' })).toBe(false)
    expect(validatorOf(compilers, other, body)({ name: 1 })).toBe(true)
  })

  test('converts what stands in a query, and takes the same in a body at its word', () => {
    const compilers = createCompilers()
    const schema = { type: 'object', properties: { n: { type: 'integer' } } }
    const query = { n: '1' }
    expect(validatorOf(compilers, named, { schema, httpPart: 'querystring' })(query)).toBe(true)
    expect(query).toEqual({ n: 1 })
    expect(validatorOf(compilers, named, { schema, httpPart: 'body' })({ n: '1' })).toBe(false)
  })

  test('tells each of those that share it what was wrong with theirs', () => {
    const compilers = lazily(createCompilers())
    const [one, other] = [1, 2].map(() =>
      validatorOf(compilers, named, { schema: leaf, httpPart: 'body' }),
    )
    expect(one?.({ name: 1 })).toBe(false)
    expect(other?.({ name: 'a' })).toBe(true)
    expect(Object(one).errors).toMatchObject([{ instancePath: '/name' }])
    expect(Object(other).errors).toBeNull()
  })
})

describe('the named schemas of a scope', () => {
  const [a, b, c] = ['A', 'B', 'C'].map(($id) => ({ $id })) as [Named, Named, Named]
  type Named = { $id: string }

  test('are those of its parent, without a copy', () => {
    const parent = schemaBucket()
    parent.add(a)
    const child = schemaBucket(parent.getSchemas())
    expect(child.getSchemas()).toBe(parent.getSchemas())
    expect(child.getSchema('A')).toBe(a)
  })

  test('are its own once it adds to them, and its parent’s additions do not reach it', () => {
    const parent = schemaBucket()
    parent.add(a)
    const child = schemaBucket(parent.getSchemas())
    child.add(b)
    parent.add(c)
    expect(Object.keys(child.getSchemas())).toEqual(['A', 'B'])
    expect(Object.keys(parent.getSchemas())).toEqual(['A', 'C'])
    const known = child.getSchemas()
    child.add(c)
    expect(Object.keys(known)).toEqual(['A', 'B'])
  })

  test('have names of their own', () => {
    const bucket = schemaBucket({ A: a })
    expect(() => bucket.add({ $id: 'A' })).toThrow('There is a schema A already.')
  })
})
