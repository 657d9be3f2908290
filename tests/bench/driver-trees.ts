/**
 * A driver tree of 10,000 nodes over 120 periods: all of it, and what one input changes, beside
 * HyperFormula on the same model in the same run; both must give the same numbers.
 *
 *   npm run bench:driver-trees
 */
import { HyperFormula, type RawCellContent } from 'hyperformula'
import { createCalculator, recalculated } from '../../src/driver-tree/calculation/calculator.ts'
import type { ModelNode, NodeData, TreeModel } from '../../src/driver-tree/calculation/model.ts'

const periods = Array.from(
  { length: 120 },
  (_, at) => `${2015 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`,
)
const inputs = 5000
const operators = ['+', '*', '-'] as const

const dataOf = (seed: number): NodeData => ({
  period: '月',
  axes: [],
  keys: periods.map((period) => [period]),
  values: periods.map((_, at) => 1 + (((seed * 7919 + at * 104_729) % 1000) - 500) / 5000),
})

/** Pairs of nodes become one, layer by layer, until one is left. */
function tree(): ModelNode[] {
  const blank = { value: null, data: null, aggregation: 'sum' as const }
  const nodes: ModelNode[] = Array.from({ length: inputs }, (_, at) => ({
    ...blank,
    id: `n${at}`,
    label: `n${at}`,
    node_type: '入力',
    operator: null,
    children: [],
    data: dataOf(at),
  }))
  for (let at = 0; at + 1 < nodes.length; at += 2) {
    const id = `n${nodes.length}`
    const children = [`n${at}`, `n${at + 1}`]
    const operator = operators[Math.floor(at / 2) % 3] as (typeof operators)[number]
    nodes.push({ ...blank, id, label: id, node_type: '計算', operator, children })
  }
  return nodes
}

const nodes = tree()
const root = (nodes.at(-1) as ModelNode).id
const model: TreeModel = { nodes, root_id: root, policies: [] }
const changed = nodes.map((node, at) => (at === 0 ? { ...node, data: dataOf(9999) } : node))

const median = (times: number[]) =>
  times.sort((a, b) => a - b)[Math.floor(times.length / 2)] as number

async function timed(rounds: number, work: () => unknown): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now()
    await work()
    times.push(performance.now() - begun)
  }
  return median(times)
}

/** A row a node and a column a period. */
function sheetOf(list: readonly ModelNode[]): RawCellContent[][] {
  const place = new Map(list.map(({ id }, at) => [id, at + 1]))
  const columns = periods.map((_, at) => columnName(at))
  return list.map(({ data, operator, children }) =>
    data
      ? [...data.values]
      : columns.map(
          (column) => `=${children.map((id) => column + place.get(id)).join(operator ?? '')}`,
        ),
  )
}

function columnName(at: number): string {
  const last = String.fromCharCode(65 + (at % 26))
  return at < 26 ? last : columnName(Math.floor(at / 26) - 1) + last
}

const calculator = await createCalculator(model)
const full = await timed(9, () => createCalculator(model))
const incremental = await timed(99, () =>
  recalculated(calculator, { ...model, nodes: changed }, new Set(['n0'])),
)
const factor = { node_id: 'n0', value: 1.1, period_from: null, period_to: null }
const simulated = await timed(99, () => calculator.simulate({ factors: [factor], inputs: [] }))

process.stdout.write(
  `all ${full.toFixed(1)} ms, one input ${incremental.toFixed(1)} ms, tried ${simulated.toFixed(1)} ms\n`,
)

const options = { licenseKey: 'gpl-v3', maxRows: 20_000, smartRounding: false }
const sheet = sheetOf(nodes)
const begun = performance.now()
const engine = HyperFormula.buildFromArray(sheet, options)
const theirFull = performance.now() - begun
const isSame = () => {
  const series = [...(now.baseline(root).values ?? [])]
  const theirs = series.map((_, col) =>
    engine.getCellValue({ sheet: 0, row: nodes.length - 1, col }),
  )
  return series.every((value, at) => Math.abs(value - Number(theirs[at])) <= 1e-9 * Math.abs(value))
}
let now = calculator
const sameBefore = isSame()
let round = 0
const theirIncremental = await timed(5, () => {
  round += 1
  const { values } = dataOf(round % 2 === 1 ? 9999 : 0)
  engine.setCellContents({ sheet: 0, row: 0, col: 0 }, [[...values]])
})
now = await recalculated(calculator, { ...model, nodes: changed }, new Set(['n0']))
const sameAfter = isSame()
if (!sameBefore || !sameAfter) throw new Error('The two engines give different numbers')

const line = (name: string, ours: number, theirs: number) =>
  process.stdout.write(
    `| ${name} | ${ours.toFixed(1)} ms | ${theirs.toFixed(1)} ms | ${(theirs / ours).toFixed(0)} × |\n`,
  )
process.stdout.write(
  `${nodes.length} nodes × ${periods.length} periods, medians (HyperFormula is built once); both give the same numbers\n`,
)
process.stdout.write('|  | Kaname | HyperFormula | ratio |\n|---|---|---|---|\n')
line('all, from data', full, theirFull)
line('one input', incremental, theirIncremental)
line('one input tried', simulated, theirIncremental)
