import { expect, test } from 'vitest'
import type { Aggregation } from '../../../schemas/driver-tree/common.ts'
import {
  createCalculator,
  recalculated,
  type Simulation,
} from '../../../src/driver-tree/calculation/calculator.ts'
import type { Cells } from '../../../src/driver-tree/calculation/cells.ts'
import {
  contributionsOf,
  type Player,
  together,
} from '../../../src/driver-tree/calculation/contributions.ts'
import type { Changes } from '../../../src/driver-tree/calculation/model.ts'
import { rootTotal } from '../../../src/driver-tree/simulation/effects.ts'
import { type Described, data, factor, model, recordsOf } from '../../support/calculation.ts'
import {
  drawChanges,
  drawEntered,
  drawn,
  drawTree,
  isOneSided,
  isPlainComplete,
  type Plain,
  plainTotal,
  plainTree,
} from '../../support/plain-tree.ts'

const seeds = Array.from({ length: 150 }, (_, at) => at + 1)

/** The numbers of a node that are expected, by key. */
function expectedCells(label: string, { series, periods }: Pick<Simulation, 'series' | 'periods'>) {
  const { tuples, values, periods: places, holes } = series(label) as Cells
  const found: Record<string, number | null> = {}
  for (const [cell, value] of values.entries()) {
    const width = places?.length ?? 1
    const year = places ? [periods[places[cell % width] as number]] : []
    const key = [...year, ...(tuples[Math.floor(cell / width)] as readonly string[])].join('/')
    if (!holes?.[cell]) found[key] = Number.isNaN(value) ? null : value + 0
  }
  return found
}

const plainCells = ({ cells }: Plain) =>
  Object.fromEntries([...cells].map(([key, value]) => [key, value === null ? null : value + 0]))

test('any tree is what each cell is by itself, without and with changes', async () => {
  for (const seed of seeds) {
    const nodes = drawTree(seed)
    const calculator = await createCalculator(model(nodes))
    const changes = drawChanges(seed)
    const simulation = await calculator.simulate(changes)
    const [before, after] = [plainTree(nodes, calculator), plainTree(nodes, calculator, changes)]
    const baseline = { series: calculator.baseline, periods: calculator.periods }
    for (const label of Object.keys(nodes)) {
      expect(expectedCells(label, baseline), `${seed} ${label}`).toEqual(plainCells(before(label)))
      expect(expectedCells(label, simulation), `${seed} ${label} changed`).toEqual(
        plainCells(after(label)),
      )
    }
  }
})

const near = (value: number | null) => (value === null ? null : expect.closeTo(value, 6))

test('totals, effects and what is complete are those of the cells', async () => {
  const seen = { whole: 0, partial: 0, none: 0 }
  for (const seed of seeds) {
    const nodes = drawTree(seed)
    const calculator = await createCalculator(model(nodes))
    const changes = drawChanges(seed)
    const simulation = await calculator.simulate(changes)
    const aggregation = (['sum', 'mean', 'last'] as const)[seed % 3] as Aggregation
    for (const node of calculator.model.nodes) {
      const { id } = node
      const before = plainTree(nodes, calculator)(id)
      const after = plainTree(nodes, calculator, changes)(id)
      const total = rootTotal(calculator, simulation, { ...node, aggregation })
      const [was, is] = [before, after].map((one) => plainTotal(one, after, aggregation))
      const isSame = was !== null && is !== null && !isOneSided(before, after)
      const isComplete = isPlainComplete(before) && isPlainComplete(after)
      expect(total, `${seed} ${id}`).toMatchObject({
        baseline: near(was as number | null),
        simulated: near(is as number | null),
        effect: near(isSame ? Number(is) - Number(was) : null),
        complete: isComplete,
      })
      expect(total.by_period.map(({ period }) => period)).toEqual(after.periods ?? [])
      for (const { period, baseline, simulated, effect } of total.by_period) {
        const [had, has] = [before, after].map((one) => plainTotal(one, after, aggregation, period))
        const isLike = had !== null && has !== null && !isOneSided(before, after, period)
        expect([baseline, simulated, effect], `${seed} ${id} ${period}`).toEqual([
          near(had as number | null),
          near(has as number | null),
          near(isLike ? Number(has) - Number(had) : null),
        ])
      }
      seen[total.effect === null ? 'none' : isComplete ? 'whole' : 'partial'] += 1
    }
  }
  expect(Math.min(seen.whole, seen.partial, seen.none)).toBeGreaterThan(100)
})

/** All orders of the numbers below a count. */
const orders = (count: number): number[][] =>
  count === 0
    ? [[]]
    : orders(count - 1).flatMap((order) =>
        Array.from({ length: count }, (_, place) => order.toSpliced(place, 0, count - 1)),
      )

test('contributions are those of the cells over all orders, and sum to the effect', async () => {
  let compared = 0
  for (const seed of seeds.slice(0, 60)) {
    const nodes = drawTree(seed)
    const calculator = await createCalculator(model(nodes))
    const { factors, inputs } = drawChanges(seed)
    const ids = [...new Set([...factors, ...inputs].map(({ node_id }) => node_id))].slice(0, 4)
    const players = ids.map((id) => ({
      id,
      label: id,
      changes: {
        factors: factors.filter(({ node_id }) => node_id === id),
        inputs: inputs.filter(({ node_id }) => node_id === id),
      },
    }))
    const id = `c${15 - (seed % 3)}`
    const stateOf = (members: readonly number[]) =>
      plainTree(nodes, calculator, together(members.map((at) => players[at] as Player)))(id)
    const all = stateOf([...players.keys()])
    const before = stateOf([])
    const value = (members: readonly number[]) => {
      const state = stateOf(members.toSorted((a, b) => a - b))
      return isOneSided(before, state, undefined, all) ? null : plainTotal(state, all, 'sum')
    }
    const found = await contributionsOf(calculator, players, id)
    const walked = orders(players.length).map((order) =>
      order.map((_, at) => value(order.slice(0, at + 1))),
    )
    const isNone = [value([]), ...walked.flat()].includes(null)
    const parts = found.parts.map(({ contribution }) => contribution)
    if (isNone) {
      expect(
        parts.every((part) => part === null || part === 0),
        `${seed}`,
      ).toBe(true)
      continue
    }
    const shares = players.map((_, player) => {
      const added = orders(players.length).map((order) => {
        const place = order.indexOf(player)
        return Number(value(order.slice(0, place + 1))) - Number(value(order.slice(0, place)))
      })
      return added.reduce((sum, each) => sum + each, 0) / added.length
    })
    expect(parts, `${seed}`).toEqual(shares.map((share) => expect.closeTo(share, 6)))
    const sorted = parts.map(Number).sort((a, b) => Math.abs(b) - Math.abs(a))
    const sum = sorted.reduce((total, part) => total + part, 0)
    const unit = Number.EPSILON * Math.abs(sorted[0] ?? 0)
    expect(Math.abs(sum - Number(found.effect)), `${seed}`).toBeLessThanOrEqual(unit)
    compared += 1
  }
  expect(compared).toBeGreaterThan(20)
})

test('what is calculated anew is what all of it would be', async () => {
  for (const seed of seeds) {
    const nodes = drawTree(seed)
    const calculator = await createCalculator(model(nodes))
    const other = { ...nodes, e3: drawEntered(drawn(seed + 1000)), e5: 2 }
    const next = await recalculated(calculator, model(other), new Set(['e3', 'e5']))
    const whole = await createCalculator(model(other))
    for (const label of Object.keys(nodes)) {
      expect(recordsOf(next, label), `${seed} ${label}`).toEqual(recordsOf(whole, label))
    }
    expect(next.warnings).toEqual(whole.warnings)
    const changes: Changes = {
      factors: [factor('e1', 2), factor('c4', 3, '2024')],
      inputs: [{ node_id: 'e3', period: '2024', value: 5 }],
    }
    const [one, two] = [await next.simulate(changes), await whole.simulate(changes)]
    for (const label of Object.keys(nodes)) {
      const series = recordsOf(next, label, one.series)
      expect(series, `${seed} ${label}`).toEqual(recordsOf(whole, label, two.series))
      if (!one.changed.has(label)) expect(one.series(label)).toBe(next.baseline(label))
    }
  }
})

test('a change of data as a whole may bring other periods', async () => {
  const calculator = await createCalculator(
    model({ 売上: ['*', '単価', '数量'], 単価: 2, 数量: data({ '2024': 1 }) }),
  )
  const simulation = await calculator.simulate({
    factors: [factor('単価', 3)],
    inputs: [{ node_id: '数量', period: null, data: data({ '2025': 5, '2023': 4 }) }],
  })
  expect(simulation.periods).toEqual(['2023', '2025'])
  expect([...simulation.series('売上').values]).toEqual([24, 30])
  expect(simulation.changed).toEqual(new Set(['数量', '単価', '売上']))
  expect(simulation.warnings.count).toBe(0)
})

test('a chain of ten thousand nodes', async () => {
  const nodes: Record<string, Described> = {}
  for (let at = 10_000; at > 0; at -= 1) nodes[`n${at}`] = ['+', `n${at - 1}`, 'one']
  nodes.n0 = data({ '2024': 0, '2025': 10 })
  nodes.one = 1
  const calculator = await createCalculator(model(nodes))
  expect(recordsOf(calculator, 'n10000')).toEqual({ '2024': 10_000, '2025': 10_010 })
  const { changed, series } = await calculator.simulate({
    factors: [factor('n9998', 2)],
    inputs: [],
  })
  expect(changed.size).toBe(3)
  expect(recordsOf(calculator, 'n10000', series)).toEqual({ '2024': 19_998, '2025': 20_018 })
})
