import type { Operator } from '../../../schemas/driver-tree/common.ts'
import { escaped, shownNumber, widthOf, wrapped } from '../../svg-text.ts'
import type { Calculator, Simulation } from '../calculation/calculator.ts'
import { isCalculated } from '../calculation/graph.ts'
import type { ModelNode } from '../calculation/model.ts'
import { totalOf } from '../calculation/totals.ts'
import { columnWidth, layOut, rowHeight } from '../formulas/layout.ts'
import { formulaOf } from '../formulas/text.ts'
import { box, boxAt, changeOf, colours, type Drawn, textAt } from './boxes.ts'

/** How many nodes a picture shows: those that are nearest to the root. */
export const maxDrawn = 500

type Pictured = {
  name: string
  calculator: Calculator
  simulation: Simulation
  units: ReadonlyMap<string, string>
}

type Place = { x: number; y: number }

const margin = 24
const top = 92
const step = { x: box.width + 96, y: box.height + 22 }
const badgeAt = 24
const fonts = "'Noto Sans JP', 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', Meiryo, sans-serif"

/** A tree in layers from its root, with numbers and what policies do to them. */
export function drawTree(pictured: Pictured): string {
  const { calculator } = pictured
  const nodes = nearest(calculator)
  const places = placesOf(nodes)
  const drawn = nodes.map((node) => drawnOf(pictured, node))
  const points = [...places.values()]
  const right = Math.max(0, ...points.map(({ x }) => x + box.width))
  const bottom = Math.max(top, ...points.map(({ y }) => y + box.height))
  const head = headOf(pictured, nodes.length)
  const width = Math.ceil(Math.max(560, right + badgeAt + 24, head.width) + margin)
  const height = Math.ceil(bottom + margin)
  const children = nodes.filter(isCalculated)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-family="${fonts}" fill="#1f2933">`,
    `<title id="title">${escaped(pictured.name)}</title>`,
    `<desc id="desc">${escaped(describe(pictured, drawn))}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    head.text,
    ...children.map((node) => edgesOf(node, places)),
    ...drawn.map((node) => boxIn(places, node)),
    ...children.map((node) => badgeOf(node, places)),
    '</svg>\n',
  ].join('\n')
}

function boxIn(places: ReadonlyMap<string, Place>, node: Drawn): string {
  const { x, y } = places.get(node.id) as Place
  return boxAt(x, y, node)
}

/** The nodes by their distance from the root, then what is no part of it. */
function nearest({ model, order }: Calculator): ModelNode[] {
  const byId = new Map(model.nodes.map((node) => [node.id, node]))
  const found = new Set<string>()
  for (const start of [...(model.root_id ? [model.root_id] : []), ...order.toReversed()]) {
    if (found.has(start)) continue
    if (found.size >= maxDrawn) break
    const waiting = [start]
    for (const id of waiting) {
      if (found.has(id)) continue
      found.add(id)
      if (found.size >= maxDrawn) break
      const node = byId.get(id) as ModelNode
      if (isCalculated(node)) waiting.push(...node.children)
    }
  }
  return Array.from(found, (id) => byId.get(id) as ModelNode)
}

function placesOf(nodes: readonly ModelNode[]): Map<string, Place> {
  const drawn = nodes.map((node) => ({
    id: node.id,
    children: isCalculated(node) ? node.children : [],
  }))
  return new Map(
    Array.from(layOut(drawn, { x: 0, y: 0 }), ([id, { x, y }]) => [
      id,
      { x: margin + (x / columnWidth) * step.x, y: top + (y / rowHeight) * step.y },
    ]),
  )
}

function drawnOf({ calculator, simulation, units }: Pictured, node: ModelNode): Drawn {
  const { id, label, node_type, aggregation } = node
  const { graph } = calculator.state
  return {
    id,
    label,
    node_type,
    formula: formulaOf(node, (child) => graph.nodes[graph.place.get(child) as number] as ModelNode),
    unit: units.get(id) ?? null,
    baseline: totalOf(calculator.baseline(id), aggregation),
    simulated: totalOf(simulation.series(id), aggregation),
    isRoot: id === calculator.model.root_id,
  }
}

/** The name of the tree, how many nodes are drawn, and what the colours and signs are. */
function headOf({ name, calculator }: Pictured, count: number): { text: string; width: number } {
  const all = calculator.model.nodes.length
  const shown = wrapped(name, 60, 1)[0] ?? ''
  const note =
    all === 0
      ? 'ノードがありません。'
      : all > count
        ? `${all.toLocaleString('en-US')} ノードのうち、ルートに近い ${count} ノードを描いています。`
        : `${count} ノード`
  const legend: string[] = []
  let x = margin
  for (const [type, { line, fill }] of Object.entries(colours)) {
    legend.push(
      `<rect x="${x}" y="61" width="14" height="14" rx="2" fill="${fill}" stroke="${line}"/>`,
      textAt(x + 20, 73, 12, type),
    )
    x += 64
  }
  const signs = '基準 → シミュレーション (▲ 増 ▼ 減、太枠はルート)'
  legend.push(textAt(x, 73, 12, signs))
  const text = [
    textAt(margin, 28, 18, shown, ' font-weight="bold"'),
    textAt(margin, 49, 12, note, ' fill="#5b6470"'),
    ...legend,
  ].join('\n')
  const widths = [widthOf(shown) * 18, widthOf(note) * 12, x - margin + widthOf(signs) * 12]
  return { text, width: margin + Math.max(...widths) }
}

function describe({ calculator }: Pictured, drawn: readonly Drawn[]): string {
  const root = drawn.find(({ isRoot }) => isRoot)
  const count = `${calculator.model.nodes.length} ノードのドライバーツリー。`
  if (!root) return count
  const { label, baseline, simulated, unit } = root
  const change = changeOf(root)
  const numbers = `基準 ${shownNumber(baseline)}、シミュレーション ${shownNumber(simulated)}`
  return `${count}ルート「${label}」: ${numbers}${unit ?? ''}${change ? `、${change.text}` : ''}`
}

/** Lines from what is calculated to each of its operands, once each. */
function edgesOf(node: ModelNode, places: ReadonlyMap<string, Place>): string {
  const from = places.get(node.id) as Place
  const [x, y] = [from.x + box.width + badgeAt, from.y + box.height / 2]
  const paths = [...new Set(node.children)].flatMap((child) => {
    const to = places.get(child)
    if (!to) return []
    const [endX, endY] = [to.x, to.y + box.height / 2]
    const bend = Math.min(44, (endX - x) / 2)
    return [`M${x} ${y}C${x + bend} ${y} ${endX - bend} ${endY} ${endX} ${endY}`]
  })
  const stub = `M${from.x + box.width} ${y}H${x}`
  return `<path d="${stub}${paths.join('')}" fill="none" stroke="#9aa5b1" stroke-width="1.3"/>`
}

const shownOperators: Partial<Record<Operator, string>> = {
  '-': '−',
  '*': '×',
  '/': '÷',
  '<=': '≦',
  '>=': '≧',
  '<>': '≠',
}

function badgeOf({ id, operator }: ModelNode, places: ReadonlyMap<string, Place>): string {
  const at = places.get(id) as Place
  const text = shownOperators[operator as Operator] ?? String(operator)
  const [x, y] = [at.x + box.width + badgeAt, at.y + box.height / 2]
  const isWord = text.length > 1
  const half = isWord ? 23 : 11
  return [
    `<rect x="${x - half}" y="${y - 11}" width="${2 * half}" height="22" rx="11" fill="#ffffff" stroke="#4b5563"/>`,
    textAt(x, y + (isWord ? 3.5 : 5), isWord ? 10 : 14, text, ' text-anchor="middle"'),
  ].join('')
}
