import { expect, test } from 'vitest'
import { createCalculator } from '../../../src/driver-tree/calculation/calculator.ts'
import {
  contributionsOf,
  type Player,
  together,
} from '../../../src/driver-tree/calculation/contributions.ts'
import { totalOf } from '../../../src/driver-tree/calculation/totals.ts'
import { data, factor, model } from '../../support/calculation.ts'

const player = (id: string, ...factors: ReturnType<typeof factor>[]): Player => ({
  id,
  label: id,
  changes: { factors, inputs: [] },
})

/** The largest first, as they are answered. */
const sumOf = (parts: readonly { contribution: number | null }[]) =>
  parts
    .map(({ contribution }) => contribution ?? Number.NaN)
    .sort((a, b) => Math.abs(b) - Math.abs(a))
    .reduce((sum, part) => sum + part, 0)

test('two policies on a product share what they do together in equal parts', async () => {
  const calculator = await createCalculator(
    model({ 売上: ['*', '単価', '数量'], 単価: 10, 数量: 100 }),
  )
  const players = [player('A', factor('単価', 1.1)), player('B', factor('数量', 1.2))]
  const found = await contributionsOf(calculator, players, '売上')
  // 1000 → 1320: A alone adds 100, B alone 200, and 20 come of both.
  expect(found).toMatchObject({
    method: 'shapley',
    permutations: null,
    baseline: 1000,
    simulated: 1320,
    effect: 320,
    parts: [{ id: 'A' }, { id: 'B' }],
  })
  expect(found.parts[0]?.contribution).toBeCloseTo(110, 9)
  expect(found.parts[1]?.contribution).toBeCloseTo(210, 9)
  expect(found.parts[0]?.alone).toBeCloseTo(100, 9)
  expect(found.parts[1]?.alone).toBeCloseTo(200, 9)
  expect(sumOf(found.parts)).toBe(found.effect)
})

test('a player that does not reach the node has no part, and no players no effect', async () => {
  const calculator = await createCalculator(
    model({ 売上: ['*', '単価', '数量'], 単価: 10, 数量: 100, 他: 5 }),
  )
  const found = await contributionsOf(calculator, [player('A', factor('他', 2))], '売上')
  expect(found).toMatchObject({ effect: 0, parts: [{ contribution: 0, alone: 0 }] })
  expect(await contributionsOf(calculator, [], '売上')).toMatchObject({ effect: 0, parts: [] })
})

test('where the root has no number nothing is contributed', async () => {
  const calculator = await createCalculator(model({ 率: ['/', '利益', '売上'], 利益: 10, 売上: 0 }))
  const found = await contributionsOf(calculator, [player('A', factor('利益', 2))], '率')
  expect(found).toMatchObject({
    baseline: null,
    simulated: null,
    effect: null,
    parts: [{ contribution: null, alone: null }],
  })
})

/** The mean of what each player adds over all orders, counted out. */
async function bruteForce(
  players: readonly Player[],
  value: (members: Player[]) => Promise<number>,
): Promise<number[]> {
  const shares = players.map(() => 0)
  let orders = 0
  const walk = async (before: Player[]): Promise<void> => {
    if (before.length === players.length) {
      orders += 1
      for (let at = 0; at < before.length; at += 1) {
        const place = players.indexOf(before[at] as Player)
        const added = (await value(before.slice(0, at + 1))) - (await value(before.slice(0, at)))
        shares[place] = (shares[place] as number) + added
      }
      return
    }
    for (const one of players) if (!before.includes(one)) await walk([...before, one])
  }
  await walk([])
  return shares.map((share) => share / orders)
}

const profit = {
  利益: ['-', '売上', '費用'],
  売上: ['*', '単価', '数量', '率'],
  費用: ['+', '原価', '賃料'],
  原価: ['*', '数量', '材料費'],
  単価: data({ '2024': 120, '2025': 130 }),
  数量: data({ '2024/東京': 7, '2024/大阪': 5, '2025/東京': 9, '2025/大阪': 6 }, ['店']),
  率: 0.8,
  材料費: 31.5,
  賃料: data({ '2024': 55, '2025': 60 }),
} as const

test('contributions are those counted out over all orders', async () => {
  const calculator = await createCalculator(model(profit))
  const players = [
    player('A', factor('単価', 1.13)),
    player('B', factor('数量', 0.9, '2025')),
    player('C', factor('率', 1.05, '2025', '2025'), factor('材料費', 0.93)),
    player('D', factor('賃料', 1.4)),
    player('E', factor('売上', 1.02)),
  ]
  const value = async (members: Player[]) => {
    const ordered = players.filter((one) => members.includes(one))
    const { series } = await calculator.simulate(together(ordered))
    return totalOf(series('利益'), 'sum') as number
  }
  const found = await contributionsOf(calculator, players, '利益')
  const expected = await bruteForce(players, value)
  for (const [at, part] of found.parts.entries()) {
    expect(part.contribution).toBeCloseTo(expected[at] as number, 8)
  }
  expect(sumOf(found.parts) / (found.effect as number)).toBeCloseTo(1, 14)
  const year = await contributionsOf(calculator, players, '利益', '2024')
  expect(year.parts[1]).toMatchObject({ contribution: 0, alone: 0 })
  expect(sumOf(year.parts) / (year.effect as number)).toBeCloseTo(1, 14)
})

test('of many players orders are drawn, always the same, and the parts sum to the effect', async () => {
  const labels = Array.from({ length: 12 }, (_, at) => `n${at}`)
  const calculator = await createCalculator(
    model({
      root: ['*', ...labels],
      ...Object.fromEntries(labels.map((label, at) => [label, 1 + at / 10])),
    }),
  )
  const players = labels.map((label, at) => player(label, factor(label, 1 + at / 50)))
  const found = await contributionsOf(calculator, players, 'root')
  expect(found).toMatchObject({ method: 'shapley_sampled', permutations: 200 })
  expect(sumOf(found.parts)).toBe(found.effect)
  // Factors of a product: the parts are ordered as the factors are, and the first one does nothing.
  expect(found.parts[0]?.contribution).toBe(0)
  expect(await contributionsOf(calculator, players, 'root')).toEqual(found)
  const parts = found.parts.map(({ contribution }) => contribution as number)
  expect(parts.toSorted((a, b) => a - b)).toEqual(parts)
})

test('a number without time that a policy gives time is compared in all periods', async () => {
  const calculator = await createCalculator(
    model({ 費用: 100, 売上: data({ '2024': 1, '2025': 2 }) }),
  )
  const found = await contributionsOf(
    calculator,
    [player('A', factor('費用', 1.1, '2025'))],
    '費用',
  )
  expect(found).toMatchObject({ baseline: 200 })
  expect(found.effect).toBeCloseTo(10, 9)
})
