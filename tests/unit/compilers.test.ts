import { describe, expect, test } from 'vitest'
import { compilers, namedIn } from '../../src/compilers.ts'

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
    const compile = compilers.buildSerializer(named, undefined)
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
