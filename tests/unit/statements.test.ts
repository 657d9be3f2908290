import { expect, test } from 'vitest'
import { createNames } from '../../db/statements.ts'

const text = 'select "id" from "users" where "id" = $1'

test('names a statement that comes again, always alike', () => {
  const names = createNames()
  const given = Array.from({ length: 5 }, () => names.of(text, 1))
  expect(given.slice(0, 2)).toEqual([undefined, undefined])
  expect(given[2]).toMatch(/^kaname_\d+$/)
  expect(new Set(given.slice(2)).size).toBe(1)
})

test('gives what was forgotten another name', () => {
  const names = createNames()
  const [before] = Array.from({ length: 3 }, () => names.of(text, 1)).slice(2)
  names.forget(text)
  const [after] = Array.from({ length: 3 }, () => names.of(text, 1)).slice(2)
  expect(after).toBeDefined()
  expect(after).not.toBe(before)
})

test.each([
  ['is sent without parameters', 'begin', 0],
  ['changes tables', 'alter table "users" add column "a" text', 1],
  ['searches', 'select "id" from "items" where "title_key" like $1', 1],
  ['is a long list', `select 1 where $1 in (${'$2, '.repeat(2000)} $3)`, 3],
  ['has many parameters', 'insert into "users" values ($1)', 51],
])('does not name what %s', (_, other, parameters) => {
  const names = createNames()
  for (let n = 0; n < 5; n += 1) expect(names.of(other, parameters)).toBeUndefined()
})

test('names no more than connections should keep', () => {
  const names = createNames()
  const given = Array.from({ length: 1000 }, (_, n) =>
    Array.from({ length: 3 }, () => names.of(`select ${n} where 1 = $1`, 1)).at(-1),
  )
  expect(given.filter(Boolean)).toHaveLength(300)
  expect(names.of('select 0 where 1 = $1', 1)).toBe('kaname_1')
})
