import { describe, expect, test } from 'vitest'
import {
  maxDifferences,
  maxShownItems,
  maxShownText,
} from '../../schemas/analysis/snapshot-differences.ts'
import { compareDrafts } from '../../src/analysis/snapshots/differences.ts'
import { differencesOf } from '../../src/analysis/snapshots/fields.ts'
import type { Draft, SnapshotInput, Step } from '../../src/analysis/steps/model.ts'
import { atOnce } from '../../src/slices.ts'

const step = (step_id: string, input = 'original', config: object = {}): Step =>
  ({ step_id, name: step_id, type: 'filter', input, config }) as Step

const draft = (...steps: Step[]): Draft => ({ input: null, steps })
const compare = (before: Draft, after: Draft) => atOnce(compareDrafts(before, after))
const fieldsOf = (before: unknown, after: unknown) => [...differencesOf('config', before, after)]

describe('the fields that differ', () => {
  test('are found below objects and lists of objects, and nowhere else', () => {
    const before = { a: 1, list: [{ x: 1 }, { x: 2, y: null }], values: ['p', 'q'], same: { z: 0 } }
    const after = { list: [{ x: 1 }, { x: 3 }, { x: 9 }], values: ['q'], same: { z: 0 }, b: {} }
    const is_cut = false
    expect(fieldsOf(before, after)).toEqual([
      { path: 'config.a', before: 1, is_cut },
      { path: 'config.list.1.x', before: 2, after: 3, is_cut },
      { path: 'config.list.1.y', before: null, is_cut },
      { path: 'config.list.2', after: { x: 9 }, is_cut },
      { path: 'config.values', before: ['p', 'q'], after: ['q'], is_cut },
      { path: 'config.b', after: {}, is_cut },
    ])
    expect(fieldsOf({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([])
  })

  test('are cut where they are long, and say so', () => {
    const items = Array.from({ length: maxShownItems + 1 }, (_, n) => n)
    const [list] = fieldsOf({ v: [] }, { v: items })
    expect(list).toEqual({
      ...{ path: 'config.v', before: [], after: items.slice(0, -1), is_cut: true },
    })
    const text = '𠮷'.repeat(maxShownText)
    expect(fieldsOf(null, text)).toEqual([
      { path: 'config', before: null, after: text, is_cut: false },
    ])
    expect(fieldsOf(null, `${text}a`)).toEqual([
      { path: 'config', before: null, after: text, is_cut: true },
    ])
    const deep = { m: Object.fromEntries(items.map((n) => [`k${n}`, [n, n]])) }
    const [whole] = fieldsOf(null, deep)
    expect(whole?.is_cut).toBe(true)
    expect(JSON.stringify(whole).length).toBeLessThan(maxShownItems * 20)
  })

  test('may have any name', () => {
    const before = JSON.parse('{"__proto__": {"a": 1}, "constructor": 1}')
    const after = JSON.parse('{"__proto__": {"a": 2}, "constructor": 1}')
    expect(fieldsOf(before, after)).toEqual([
      { path: 'config.__proto__.a', before: 1, after: 2, is_cut: false },
    ])
    expect(Object.prototype).not.toHaveProperty('a')
  })
})

describe('the steps that differ', () => {
  test('are not those that only make room for others', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => step(id)) as [Step, Step, Step, Step]
    expect(compare(draft(a, b, c), draft(d, b, c))).toMatchObject({
      steps_added: [{ step_id: 'd', step_order: 0 }],
      steps_removed: [{ step_id: 'a', step_order: 0 }],
      steps_moved: [],
      steps_changed: [],
    })
    expect(compare(draft(a, b, c, d), draft(d, a, b, c)).steps_moved).toEqual([
      { step_id: 'd', name: 'd', type: 'filter', from: 3, to: 0 },
    ])
    expect(compare(draft(a, b, c), draft(c, b, a)).steps_moved).toHaveLength(2)
    const same = compare(draft(), draft())
    expect(same).toMatchObject({ input: [], steps_added: [], steps_moved: [], is_complete: true })
  })

  test('start from another step, even where that has the same order', () => {
    const [a, b] = [step('a'), step('b')]
    const before = draft(a, b, step('x', 'a'), step('y', 'b'))
    const after = draft(b, step('x', 'b'), step('y', 'b'))
    const { steps_changed } = compare(before, after)
    expect(steps_changed).toMatchObject([
      {
        step_id: 'x',
        change_count: 1,
        changes: [{ path: 'input', before: 'a', after: 'b' }],
      },
    ])
    const table = (id: string) => ({ table_filter: { table_df: id, key_columns: ['k'] } })
    const others = compare(
      draft(a, b, step('x', 'a', table('a'))),
      draft(a, b, step('x', 'a', table('b'))),
    )
    expect(others.steps_changed[0]?.changes).toEqual([
      {
        ...{ path: 'config.table_filter.table_df', before: 'step_0', after: 'step_1' },
        is_cut: false,
      },
    ])
  })

  test('are shown up to a limit, and counted beyond', () => {
    const many = (to: number) => Object.fromEntries(Array.from({ length: 300 }, (_, n) => [n, to]))
    const steps = (to: number) => ['a', 'b', 'c'].map((id) => step(id, 'original', many(to)))
    const { steps_changed, is_complete } = compare(draft(...steps(1)), draft(...steps(2)))
    expect(is_complete).toBe(false)
    const shown = steps_changed.map(({ changes, change_count }) => [changes.length, change_count])
    expect(shown).toEqual([
      [300, 300],
      [maxDifferences - 300, 300],
      [0, 300],
    ])
  })

  test('start from another file, sheet or columns', () => {
    const columns: SnapshotInput['columns'] = [{ name: 'a', role: '軸', is_number: false }]
    const table = { sheet_name: 's', key: 'k', layout: 'flat' as const, columns }
    const input: SnapshotInput = { file_id: 'f', sheet_id: 's', ...table }
    const [one] = columns as [SnapshotInput['columns'][number]]
    const kinds = (change: Partial<SnapshotInput> | null) =>
      compare({ input, steps: [] }, { input: change && { ...input, ...change }, steps: [] }).input
    expect(kinds({})).toEqual([])
    expect(kinds(null)).toEqual(['file'])
    expect(kinds({ file_id: 'g', sheet_id: 't' })).toEqual(['file'])
    expect(kinds({ sheet_id: 't' })).toEqual(['sheet'])
    expect(kinds({ columns: [{ ...one, role: '利用しない' }] })).toEqual(['columns'])
  })
})
