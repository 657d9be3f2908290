import type { Aggregation, Operator } from '../../schemas/driver-tree/common.ts'
import type { Changes } from '../../src/driver-tree/calculation/model.ts'
import type { Described } from './calculation.ts'

type Tuple = Record<string, string>

/** A node cell by cell: null for a number that is missing, and no entry where none is expected. */
export type Plain = {
  axes: string[]
  periods: string[] | null
  tuples: Map<string, Tuple>
  cells: Map<string, number | null>
}

const keyOf = ({ axes, periods }: Pick<Plain, 'axes' | 'periods'>, year: string, tuple: Tuple) =>
  [...(periods ? [year] : []), ...axes.map((axis) => tuple[axis])].join('/')

/** What a node has for a key of its users, who may have more axes and time. */
export const at = (node: Plain, year: string, tuple: Tuple): number | null | undefined =>
  node.cells.get(keyOf(node, year, tuple))

function makeOf(
  axes: string[],
  periods: string[] | null,
  tuples: Iterable<Tuple>,
  cellOf: (year: string, tuple: Tuple) => number | null | undefined,
): Plain {
  const node: Plain = { axes, periods, tuples: new Map(), cells: new Map() }
  for (const tuple of tuples) {
    node.tuples.set(keyOf({ axes, periods: null }, '', tuple), tuple)
    for (const year of periods ?? ['']) {
      const value = cellOf(year, tuple)
      if (value !== undefined) node.cells.set(keyOf(node, year, tuple), value)
    }
  }
  return node
}

/** A tree as its rules say, in maps and without any thought for speed: what the engine is held against. */
export function plainTree(
  described: Record<string, Described>,
  order: { periods: readonly string[]; axes: readonly string[] },
  changes: Changes = { factors: [], inputs: [] },
): (label: string) => Plain {
  const known = new Map<string, Plain>()
  const nodeOf = (label: string): Plain => {
    const found = known.get(label) ?? changed(label, read(described[label] as Described))
    known.set(label, found)
    return found
  }
  const byOrder = (names: Iterable<string>, all: readonly string[]) => {
    const wanted = new Set(names)
    return all.filter((name) => wanted.has(name))
  }
  const read = (node: Described): Plain => {
    if (typeof node === 'number' || node === null) return makeOf([], null, [{}], () => node)
    if ('axes' in node) {
      const { period, axes, keys, values } = node
      const rows = keys.map((key, n) => ({
        year: period === null ? '' : (key[0] as string),
        tuple: Object.fromEntries(axes.map((axis, a) => [axis, key[a + (period ? 1 : 0)] ?? ''])),
        value: values[n] ?? null,
      }))
      const periods = period ? byOrder(new Set(rows.map(({ year }) => year)), order.periods) : null
      const plain = makeOf(
        byOrder(axes, order.axes),
        periods,
        rows.map(({ tuple }) => tuple),
        () => undefined,
      )
      for (const { year, tuple, value } of rows) plain.cells.set(keyOf(plain, year, tuple), value)
      return plain
    }
    const [operator, ...labels] = node
    const operands = labels.map(nodeOf)
    return operator === 'PREV' ? previous(operands) : combined(operator, operands)
  }
  const joined = (operands: Plain[]) => {
    const groups = new Map<string, Plain[]>()
    for (const one of operands)
      groups.set(String(one.axes), [...(groups.get(String(one.axes)) ?? []), one])
    const kept = [...groups.values()].filter(([one]) =>
      operands.every(
        ({ axes }) =>
          axes.length <= (one as Plain).axes.length ||
          !(one as Plain).axes.every((axis) => axes.includes(axis)),
      ),
    )
    let tuples: Tuple[] = [{}]
    for (const group of kept) {
      const own = new Map(group.flatMap((one) => [...one.tuples]))
      tuples = tuples.flatMap((tuple) =>
        [...own.values()].flatMap((other) => {
          const meets = Object.keys(other).every((k) => !(k in tuple) || tuple[k] === other[k])
          return meets ? [{ ...tuple, ...other }] : []
        }),
      )
    }
    return {
      axes: byOrder(new Set(operands.flatMap(({ axes }) => axes)), order.axes),
      tuples,
    }
  }
  const combined = (operator: Operator, operands: Plain[]): Plain => {
    const { axes, tuples } = joined(operands)
    const isTimed = operands.some(({ periods }) => periods)
    const years = new Set(operands.flatMap(({ periods }) => periods ?? []))
    const full = operands.filter(
      (one) => one.axes.length === axes.length && (!isTimed || one.periods),
    )
    const keyed =
      full.length > 0 ? full : operands.filter((one) => one.axes.length > 0 || one.periods)
    return makeOf(axes, isTimed ? byOrder(years, order.periods) : null, tuples, (year, tuple) => {
      const isHole = keyed.every((one) => at(one, year, tuple) === undefined)
      if (keyed.length > 0 && isHole) return undefined
      return compute(
        operator,
        operands.map((one) => at(one, year, tuple) ?? null),
      )
    })
  }
  const previous = ([one, first]: Plain[]): Plain => {
    const { axes, tuples } = joined(first ? [one as Plain, first] : [one as Plain])
    const { periods } = one as Plain
    return makeOf(axes, periods, tuples, (year, tuple) => {
      const place = periods?.indexOf(year) ?? 0
      const before = (periods ?? []).slice(0, place).map((each) => at(one as Plain, each, tuple))
      if (before.at(-1) !== undefined) return before.at(-1)
      if (at(one as Plain, year, tuple) === undefined) return undefined
      if (!periods || !first || before.some((value) => value !== undefined)) return null
      return at(first, year, tuple) ?? null
    })
  }
  const changed = (label: string, node: Plain): Plain => {
    let now = node
    for (const input of changes.inputs) {
      if (input.node_id !== label || !('value' in input)) continue
      const { period, value } = input
      const was = now
      if (period === null) {
        now = makeOf(was.axes, was.periods, was.tuples.values(), (year, tuple) =>
          at(was, year, tuple) === undefined ? undefined : value,
        )
      } else {
        const periods = byOrder([...(was.periods ?? order.periods), period], order.periods)
        now = makeOf(was.axes, periods, was.tuples.values(), (year, tuple) =>
          year === period ? value : at(was, year, tuple),
        )
      }
    }
    for (const { node_id, value, period_from, period_to } of changes.factors) {
      if (node_id !== label) continue
      const was = now
      const isBound = period_from !== null || period_to !== null
      const [from, to] = [period_from, period_to].map((each) => order.periods.indexOf(each ?? ''))
      const isIn = (year: string) => {
        const place = order.periods.indexOf(year)
        return (from === -1 || place >= Number(from)) && (to === -1 || place <= Number(to))
      }
      const isEverywhere = order.periods.every(isIn)
      const isNowhere = isBound && !order.periods.some(isIn)
      const periods = was.periods ?? (isEverywhere || isNowhere ? null : [...order.periods])
      now = makeOf(was.axes, periods, was.tuples.values(), (year, tuple) => {
        const had = at(was, year, tuple)
        const isMeant = periods === null ? !isNowhere : isIn(year)
        return had === undefined || had === null || !isMeant ? had : had * value
      })
    }
    return now
  }
  return nodeOf
}

const shifted = (value: number, digits: number): number => {
  const [mantissa, exponent = '0'] = String(value).split('e')
  return Number(`${mantissa}e${Number(exponent) + digits}`)
}

function rounded(value: number, digits: number): number {
  const places = Math.max(-15, Math.min(15, Math.trunc(digits)))
  if (shifted(Math.abs(value), places) >= 1e15) return value
  const shown = Number(Math.abs(value).toPrecision(15))
  return Math.sign(value) * shifted(Math.floor(shifted(shown, places) + 0.5), -places)
}

/** What an operator gives of one number each. */
export function compute(operator: Operator, values: (number | null)[]): number | null {
  const there = values.filter((value) => value !== null)
  const sum = there.reduce((total, value) => total + value, 0)
  if (['SUM', 'AVG', 'MIN', 'MAX'].includes(operator)) {
    if (there.length === 0) return null
    if (operator === 'SUM') return sum
    if (operator === 'AVG') return sum / there.length
    return operator === 'MIN' ? Math.min(...there) : Math.max(...there)
  }
  const [a, b, c = 0] = values
  if (operator === 'IF')
    return a === null ? null : ((a !== 0 ? b : values.length < 3 ? 0 : c) ?? null)
  if (there.length < values.length) return null
  const [first, ...rest] = there as [number, ...number[]]
  const second = b as number
  if (operator === '<') return Number(first < second)
  if (operator === '<=') return Number(first <= second)
  if (operator === '>') return Number(first > second)
  if (operator === '>=') return Number(first >= second)
  if (operator === '=') return Number(first === second)
  if (operator === '<>') return Number(first !== second)
  if (operator === 'ROUND') return rounded(first, rest[0] ?? 0)
  if (operator === '-' && rest.length === 0) return 0 - first
  const found = rest.reduce((total, value) => {
    if (operator === '+') return total + value
    if (operator === '-') return total - value
    return operator === '*' ? total * value : total / value
  }, first)
  return Number.isFinite(found) ? found : null
}

/** The total of a node over the keys of `over`, which is the node itself or what became of it. */
export function plainTotal(node: Plain, over: Plain, aggregation: Aggregation, only?: string) {
  const years = over.periods && node.periods ? node.periods : (over.periods ?? [''])
  const numbers = years
    .filter((year) => only === undefined || year === only)
    .map((year) => [...node.tuples.values()].flatMap((tuple) => at(node, year, tuple) ?? []))
  const all =
    aggregation === 'last' ? (numbers.findLast((some) => some.length > 0) ?? []) : numbers.flat()
  if (all.length === 0) return null
  const sum = all.reduce((total, value) => total + value, 0)
  return aggregation === 'mean' ? sum / all.length : sum
}

/** Whether a number is missing in one of two states of a node only. */
export function isOneSided(before: Plain, after: Plain, only?: string, over = after): boolean {
  const years = over.periods ?? ['']
  return years
    .filter((year) => only === undefined || year === only)
    .some((year) =>
      [...after.tuples.values()].some((tuple) => {
        const [was, is] = [at(before, year, tuple), at(after, year, tuple)]
        return was !== undefined && is !== undefined && (was === null) !== (is === null)
      }),
    )
}

/** Whether no number that is expected is missing. */
export const isPlainComplete = (node: Plain): boolean =>
  node.cells.size > 0 && [...node.cells.values()].every((value) => value !== null)

/** Numbers that are the same for the same seed. */
export function drawn(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
}

export const years = ['2023', '2024', '2025']
const names: Record<string, string[]> = { 店: ['東京', '大阪', '京都'], 品: ['茶', '米'] }
const operators: Operator[] = [
  ...(['+', '-', '*', '/', 'SUM', 'AVG', 'MIN', 'MAX'] as const),
  ...(['ROUND', 'PREV', 'IF', '<', '<=', '>', '>=', '=', '<>'] as const),
]

function drawNumber(random: (below: number) => number): number {
  return random(3) > 0 ? random(7) - 3 : (random(4001) - 2000) / 400
}

/** A number, or numbers with gaps and empty cells over time and up to two axes. */
export function drawEntered(random: (below: number) => number): Described {
  const kind = random(7)
  if (kind === 0) return drawNumber(random)
  const period = kind < 5 ? '年' : null
  const axes = [[], [], ['店'], ['店', '品'], ['品'], ['店'], ['品']][kind] as string[]
  const keys = [...(period ? [years] : []), ...axes.map((axis) => names[axis] as string[])].reduce(
    (found: string[][], some) => found.flatMap((key) => some.map((name) => [...key, name])),
    [[]],
  )
  const kept = keys.filter((_, n) => n === 0 || random(5) > 0)
  const values = kept.map(() => (random(9) === 0 ? null : drawNumber(random)))
  return { period, axes, keys: kept, values }
}

/** Eight inputs and sixteen nodes of any operators; the last of them is the first one listed. */
export function drawTree(seed: number): Record<string, Described> {
  const random = drawn(seed)
  const nodes: [string, Described][] = Array.from({ length: 8 }, (_, n) => [
    `e${n}`,
    drawEntered(random),
  ])
  for (let n = 0; n < 16; n += 1) {
    const operator = operators[random(operators.length)] as Operator
    const most = operators.indexOf(operator) < 8 ? 3 : 2
    const count =
      operator === 'IF'
        ? 2 + random(2)
        : ['ROUND', 'PREV'].includes(operator) || most === 3
          ? 1 + random(most)
          : 2
    const children = Array.from(
      { length: count },
      () => (nodes[random(nodes.length)] as [string, Described])[0],
    )
    nodes.push([`c${n}`, [operator, ...children]])
  }
  return Object.fromEntries(nodes.reverse())
}

/** Policies with and without bounds, on any nodes, and inputs with and without a period. */
export function drawChanges(seed: number): Changes {
  const random = drawn(seed + 5000)
  const bound = () => (random(3) === 0 ? (years[random(3)] as string) : null)
  const factors = Array.from({ length: 1 + random(4) }, () => ({
    node_id: random(2) ? `e${random(8)}` : `c${random(16)}`,
    value: [0, 0.5, 1.1, 2, 1][random(5)] as number,
    period_from: bound(),
    period_to: bound(),
  }))
  const inputs = Array.from({ length: random(3) }, () => ({
    node_id: `e${random(8)}`,
    period: bound(),
    value: drawNumber(random),
  }))
  return { factors, inputs }
}
