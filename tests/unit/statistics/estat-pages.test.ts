import { describe, expect, test } from 'vitest'
import { isTransient } from '../../../src/statistics/estat/faults.ts'
import { createKeySet } from '../../../src/statistics/estat/keys.ts'
import { joinPages, readPages, readTables } from '../../../src/statistics/estat/pages.ts'
import type { DataHead } from '../../../src/statistics/estat/shapes.ts'

const info = (updatedDate = '2026-01-01') => ({ id: '0000010101', updatedDate }) as DataHead['info']

/** A page of figures `first` to `last`, each its own number. */
const page = (
  first: number,
  last: number,
  next: number | null,
  changes: object = {},
): DataHead => ({
  total: 6,
  from: first,
  next,
  isPartial: false,
  info: info(),
  axes: [],
  notes: [],
  values: Array.from({ length: last - first + 1 }, (_, n) => ({
    '@area': String(first + n),
    $: String(first + n),
  })),
  ...changes,
})

/** Reads pages by their positions. */
const read = (pages: Record<number, DataHead>, maxRows = 100) => {
  const asked: number[] = []
  const fetchPage = async (position: number) => {
    asked.push(position)
    if (asked.length > 20) throw new Error('endless')
    return pages[position] as DataHead
  }
  return joinPages(readPages(fetchPage, { maxRows })).then((table) => ({ table, asked }))
}

describe('pages', () => {
  test('are read to the last one', async () => {
    const { table, asked } = await read({
      1: page(1, 3, 4),
      4: page(4, 5, 6, { info: null }),
      6: page(6, 6, null),
    })
    expect(asked).toEqual([1, 4, 6])
    expect(table.cells.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5, 6])
    expect(table).toMatchObject({ total: 6, duplicates: 0, faulty: 0, faults: [] })
  })

  test('may be one without a figure', async () => {
    const { table } = await read({ 1: page(1, 0, null, { total: 0, from: null, info: null }) })
    expect(table).toMatchObject({ cells: [], total: 0, info: null })
  })

  test('that overlap with the same values are joined', async () => {
    const { table } = await read({ 1: page(1, 3, 4), 4: page(3, 6, null, { from: 4 }) })
    expect(table.cells).toHaveLength(6)
    expect(table.duplicates).toBe(1)
  })

  test('count figures that cannot be read as rows', async () => {
    const values = [{ '@area': '1', $: '1,5' }, ...page(2, 6, null).values]
    const { table } = await read({ 1: page(1, 6, null, { values }) })
    expect(table.faults).toEqual([{ fault: 'bad_value', key: 'area=1', text: '1,5' }])
    expect([table.cells.length, table.faulty]).toEqual([5, 1])
  })

  test('name at most 1,000 bad figures, and count all', async () => {
    const values = page(1, 1500, null).values.map((value) => ({ ...(value as object), $: '?' }))
    const { table } = await read({ 1: page(1, 1500, null, { values, total: 1500 }) }, 2000)
    expect([table.faults.length, table.faulty, table.cells.length]).toEqual([1000, 1500, 0])
  })

  test.each([
    ['a NEXT_KEY that stays', { 1: page(1, 3, 1) }, 'paging_stuck'],
    ['a NEXT_KEY that goes back', { 1: page(1, 3, 4), 4: page(4, 5, 2) }, 'paging_stuck'],
    ['an empty page with a NEXT_KEY', { 1: page(1, 0, 2) }, 'paging_stuck'],
    ['the first page again', { 1: page(1, 3, 4), 4: page(1, 3, 7, { from: 4 }) }, 'paging_stuck'],
    [
      'the first page again, as the last',
      { 1: page(1, 3, 4), 4: page(1, 3, null, { from: 4 }) },
      'total_mismatch',
    ],
    ['the first page, and saying so', { 1: page(1, 3, 4), 4: page(1, 3, 7) }, 'wrong_page'],
    ['too few rows', { 1: page(1, 5, null) }, 'total_mismatch'],
    ['too many rows', { 1: page(1, 7, null) }, 'total_mismatch'],
    ['a NEXT_KEY after the last row', { 1: page(1, 6, 7) }, 'total_mismatch'],
    ['a missing page', { 1: page(1, 3, 5), 5: page(5, 6, null) }, 'total_mismatch'],
    [
      'another total later',
      { 1: page(1, 3, 4), 4: page(4, 6, null, { total: 7 }) },
      'changed_while_reading',
    ],
    [
      'an update in between',
      { 1: page(1, 3, 4), 4: page(4, 6, null, { info: info('2026-01-02') }) },
      'changed_while_reading',
    ],
    [
      'another value for a figure',
      { 1: page(1, 3, 4), 4: page(4, 6, null, { values: [{ '@area': '2', $: '9' }] }) },
      'conflicting_values',
    ],
    ['more than is allowed', { 1: page(1, 6, null, { total: 101 }) }, 'too_many_rows'],
  ])('with %s are a fault', async (_, pages, fault) => {
    const error = await read(pages as Record<number, DataHead>).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(error.estat).toMatchObject({ fault, message: expect.any(String) })
  })

  test('are not read past the limit', async () => {
    const endless = async (position: number) =>
      page(position, position, position + 1, { total: 50 })
    const error = await joinPages(readPages(endless, { maxRows: 49 })).catch((thrown) => thrown)
    expect(error.estat.fault).toBe('too_many_rows')
    expect(isTransient(error)).toBe(false)
    const stopped = await joinPages(readPages(endless, { maxRows: 50 })).catch((thrown) => thrown)
    expect(stopped.estat.fault).toBe('total_mismatch')
  })

  test('let other work have its turn', async () => {
    let turns = 0
    const turn = () => {
      turns += 1
      timer = setImmediate(turn)
    }
    let timer = setImmediate(turn)
    await read({ 1: page(1, 20_000, null, { total: 20_000 }) }, 20_000)
    clearImmediate(timer)
    expect(turns).toBeGreaterThanOrEqual(19)
  })
})

describe('lists', () => {
  test('of several pages are joined, and their NUMBER is checked', async () => {
    const table = (id: string) => ({ id }) as never
    const first = { total: 3, from: 1, next: 3, tables: [table('1'), table('2')] }
    const last = { total: 3, from: 3, next: null, tables: [table('3')] }
    const list = (pages: object[]) =>
      readTables(async (position) => pages[position === 1 ? 0 : 1] as never, { maxRows: 10 })
    expect((await list([first, last])).map(({ id }) => id)).toEqual(['1', '2', '3'])
    await expect(list([first, { ...last, tables: [] }])).rejects.toMatchObject({
      estat: { fault: 'total_mismatch' },
    })
    expect(await list([{ total: 0, from: null, next: null, tables: [] }])).toEqual([])
  })
})

describe('key sets', () => {
  test('tell new, same and conflicting texts apart among many', () => {
    const keys = createKeySet(50_000)
    const key = (n: number) => `tab=1 area=${n}`
    for (let n = 0; n < 50_000; n += 1) expect(keys.add(key(n), String(n % 7))).toBe('new')
    for (let n = 0; n < 50_000; n += 1) {
      expect(keys.add(key(n), String(n % 7))).toBe('same')
      expect(keys.add(key(n), 'other')).toBe('conflict')
    }
  })

  test('come to an end when there are more keys than announced', () => {
    const keys = createKeySet(1)
    const seen = Array.from({ length: 100 }, (_, n) => keys.add(String(n), ''))
    expect(seen).toHaveLength(100)
  })
})
