import { expect, test } from 'vitest'
import { createKept } from '../../src/analysis/engine/kept.ts'

const maker = { isStopped: () => false }
const weights = (tables: Record<string, number>) => new Map(Object.entries(tables))

/** Keeps something that made these tables and names those. */
function keep(
  kept: ReturnType<typeof createKept>,
  key: string,
  made: string[],
  named: string[] = [],
) {
  return kept.once(key, maker, async () => {
    await Promise.resolve()
    for (const table of made) kept.own(table)
    return { relation: { table: named[0] }, others: named.slice(1).map((table) => ({ table })) }
  })
}

test('what was used longest ago goes first', async () => {
  const kept = createKept()
  await keep(kept, 'a', ['t_a'])
  await keep(kept, 'b', ['t_b'])
  await keep(kept, 'c', ['t_c'])
  await keep(kept, 'a', [])
  const tables = weights({ t_a: 4, t_b: 4, t_c: 4 })
  expect(kept.trim(tables, 12, 10)).toEqual(new Set(['t_a', 't_b', 't_c']))
  expect(kept.trim(tables, 9, 10)).toEqual(new Set(['t_a', 't_c']))
  expect(kept.trim(tables, 9, 1)).toEqual(new Set(['t_a']))
})

test('what names a table goes with the one that made it', async () => {
  const kept = createKept()
  await keep(kept, 'source', ['t_source'])
  await keep(kept, 'same', [], ['t_source'])
  await keep(kept, 'both', ['t_both'], ['t_both', 't_source'])
  await keep(kept, 'apart', ['t_apart'])
  expect(kept.trim(weights({ t_source: 9, t_both: 1, t_apart: 1 }), 10, 10)).toEqual(
    new Set(['t_apart']),
  )
  let isMadeAgain = false
  await kept.once('same', maker, async () => {
    isMadeAgain = true
  })
  expect(isMadeAgain).toBe(true)
})

test('each table belongs to what is being made, also when several are', async () => {
  const kept = createKept()
  await Promise.all([
    kept.once('outer', maker, async () => {
      kept.own('t_outer')
      await keep(kept, 'inner', ['t_inner'])
      kept.own('t_last')
    }),
    keep(kept, 'beside', ['t_beside']),
  ])
  await keep(kept, 'beside', [])
  await kept.once('outer', maker, async () => {})
  // The inner one was used longest ago.
  expect(kept.trim(weights({ t_inner: 5 }), 4, 10)).toEqual(
    new Set(['t_outer', 't_last', 't_beside']),
  )
})

test('a failure is not kept, at once or later', async () => {
  const kept = createKept()
  const fail = () => {
    throw new Error('at once')
  }
  await expect(kept.once('a', maker, fail)).rejects.toThrow('at once')
  await expect(kept.once('a', maker, async () => 'made')).resolves.toBe('made')
})
