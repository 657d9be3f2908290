import { type Static, type TArray, type TSchema, Type } from '@sinclair/typebox'
import { nullable, Timestamp } from './common.ts'

/** Which part of a list a client wants; a route may narrow both numbers. */
export function pageQuery({ limit = 100, max = 1000 } = {}) {
  return Type.Object({
    skip: Type.Integer({
      minimum: 0,
      maximum: 2 ** 31 - 1,
      default: 0,
      description: 'How many to pass over.',
    }),
    limit: limitOf(limit, max),
  })
}
export type PageQuery = Static<ReturnType<typeof pageQuery>>

export function pageOf<Name extends string, Row extends TSchema>(
  name: Name,
  row: Row,
  options = {},
) {
  const skip = Type.Integer({ minimum: 0 })
  const limit = Type.Integer({ minimum: 1 })
  const total = Type.Integer({ minimum: 0, description: 'How many there are on all pages.' })
  return Type.Object({ ...listOf(name, row), total, skip, limit }, options)
}

/** The list that the Vue guide shows, for `/items` and `/users`. */
export function envelopeOf<Row extends TSchema>(row: Row, options = {}) {
  return Type.Object(
    {
      success: Type.Boolean({ examples: [true] }),
      message: nullable(Type.String()),
      timestamp: Timestamp,
      data: Type.Array(row),
      meta: Type.Object({
        total: Type.Integer({ minimum: 0, description: 'How many there are on all pages.' }),
        page: Type.Integer({ minimum: 1, description: 'The page that `skip` is on.' }),
        limit: Type.Integer({ minimum: 1 }),
        pages: Type.Integer({ minimum: 0 }),
        has_next: Type.Boolean(),
        has_prev: Type.Boolean(),
      }),
    },
    options,
  )
}

/** For lists without an end: every answer says where the next one goes on. */
export function cursorQuery({ limit = 100, max = 1000 } = {}) {
  const cursor = Type.Optional(Type.String({ description: '`next_cursor` of the page before.' }))
  return Type.Object({ cursor, limit: limitOf(limit, max) })
}
export type CursorQuery = Static<ReturnType<typeof cursorQuery>>

export function cursorPageOf<Name extends string, Row extends TSchema>(
  name: Name,
  row: Row,
  options = {},
) {
  const next_cursor = nullable(Type.String({ description: 'Null on the last page.' }))
  return Type.Object({ ...listOf(name, row), next_cursor }, options)
}

function limitOf(limit: number, max: number) {
  const description = 'How many to answer at most.'
  return Type.Integer({ minimum: 1, maximum: max, default: limit, description })
}

function listOf<Name extends string, Row extends TSchema>(name: Name, row: Row) {
  return { [name]: Type.Array(row) } as Record<Name, TArray<Row>>
}
