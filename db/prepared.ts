import { type Compilable, type CompiledQuery, type Expression, type SqlBool, sql } from 'kysely'
import { engineOf } from './open.ts'
import type { Db } from './tables.ts'

/** Stand in a query for what is only known when it is asked. */
export type Placeholders<Values> = { [Name in keyof Values]: Expression<Values[Name]> }

/**
 * A query that is built once for each engine and from then on only asked: to build one takes longer
 * than to read a row. What differs from time to time are its values, which have names; where its
 * text does too, a `shape` says how, of which there are only so many.
 */
export function prepare<Values extends Record<string, unknown>, Row, Shape = undefined>(
  build: (db: Db, placeholders: Placeholders<Values>, shape: Shape) => Compilable<Row>,
): (db: Db, values: Values, ...shape: undefined extends Shape ? [] : [Shape]) => Promise<Row[]> {
  const built = new Map<string, CompiledQuery<Row>>()
  return async (db, values, ...shape) => {
    const engine = engineOf(db)
    const key = engine + JSON.stringify(shape)
    // A plugin may change what is built.
    const isPlain = db.getExecutor().plugins.length === 0
    const known = isPlain ? built.get(key) : undefined
    const query = known ?? build(db, placeholders<Values>(), shape[0] as Shape).compile()
    if (isPlain) built.set(key, query)
    const parameters = query.parameters.map((each) => {
      const value = isPlaceholder(each) ? values[each.placeholder] : each
      return Array.isArray(value) && engine === 'sqlite' ? JSON.stringify(value) : value
    })
    return (await db.executeQuery<Row>({ ...query, parameters })).rows
  }
}

/** Whether a column is one of a list that has, as a placeholder, always the same length: one. */
export function isAmong(db: Db, column: string, list: Expression<string[]>) {
  return engineOf(db) === 'postgres'
    ? sql<SqlBool>`${sql.ref(column)} = any(${list})`
    : sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${list}))`
}

function placeholders<Values>(): Placeholders<Values> {
  const get = (_: object, placeholder: string) => sql`${{ placeholder }}`
  return new Proxy({}, { get: get as never }) as Placeholders<Values>
}

function isPlaceholder(value: unknown): value is { placeholder: string } {
  return typeof value === 'object' && value !== null && 'placeholder' in value
}
