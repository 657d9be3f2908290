import type { NodeType } from '../../../schemas/driver-tree/common.ts'
import { escaped, shownNumber, widthOf, wrapped } from '../../svg-text.ts'

/** What is drawn of a node. */
export type Drawn = {
  id: string
  label: string
  node_type: NodeType
  formula: string | null
  unit: string | null
  baseline: number | null
  simulated: number | null
  isRoot: boolean
}

export const box = { width: 220, height: 104 }

export const colours: Record<NodeType, { line: string; fill: string }> = {
  入力: { line: '#1d6fb8', fill: '#eaf3fb' },
  計算: { line: '#4b5563', fill: '#ffffff' },
  定数: { line: '#a16207', fill: '#fdf6e3' },
}

const muted = '#5b6470'
const padding = 14

/** A line of text; `x` and `y` are where its base line begins. */
export function textAt(x: number, y: number, size: number, text: string, more = ''): string {
  return `<text x="${x}" y="${y}" font-size="${size}"${more}>${escaped(text)}</text>`
}

/** A node with its label, formula and numbers, at its upper left corner. */
export function boxAt(x: number, y: number, node: Drawn): string {
  const { line, fill } = colours[node.node_type]
  const { width, height } = box
  const room = width - 2 * padding
  const labels = wrapped(node.label, room / 13, 2)
  const below = y + 22 + 16 * (labels.length - 1)
  const formula = formulaOf(node)
  return [
    `<g><title>${escaped(describe(node))}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${fill}" stroke="${line}" stroke-width="${node.isRoot ? 2.5 : 1}"/>`,
    `<rect x="${x}" y="${y + 6}" width="5" height="${height - 12}" fill="${line}"/>`,
    ...labels.map((text, at) =>
      textAt(x + padding, y + 22 + 16 * at, 13, text, ' font-weight="bold"'),
    ),
    ...wrapped(formula, room / 10, 1).map((text) =>
      textAt(x + padding, below + 15, 10, text, ` fill="${muted}"`),
    ),
    ...numbersAt(x + padding, y, room, node),
    '</g>',
  ].join('')
}

/** What comes after the label and its sign. */
function formulaOf({ formula, label, node_type }: Drawn): string {
  if (formula === null || node_type !== '計算') return ''
  const at = formula.indexOf(' = ', Math.min(label.length, formula.length - 1))
  return at < 0 ? formula : formula.slice(at + 1)
}

function numbersAt(x: number, y: number, room: number, node: Drawn): string[] {
  const { baseline, simulated } = node
  const unit = wrapped(node.unit ?? '', 5, 1)[0] ?? ''
  const change = changeOf(node)
  const before = change ? `${shownNumber(baseline)} → ` : ''
  const text = `${before}${shownNumber(simulated)}${unit && ` ${unit}`}`
  const size = Math.min(13, Math.max(9, Math.floor(room / widthOf(text))))
  const shown = wrapped(text, room / size, 1)[0] ?? ''
  if (!change) return [textAt(x, y + 88, size, shown)]
  const fill = ` fill="${change.colour}" font-weight="bold"`
  return [textAt(x, y + 76, size, shown), textAt(x, y + 94, 11.5, change.text, fill)]
}

/** How much more or less; nothing where it is the same. */
export function changeOf({ baseline, simulated }: Pick<Drawn, 'baseline' | 'simulated'>) {
  if (baseline === simulated) return null
  if (baseline === null || simulated === null) return { text: '比較できません', colour: muted }
  const change = simulated - baseline
  if (!Number.isFinite(change)) return { text: '比較できません', colour: muted }
  const percent = (100 * change) / Math.abs(baseline)
  const sign = change > 0 ? '+' : ''
  const share =
    baseline === 0 || !Number.isFinite(percent) ? '' : ` (${sign}${shownPercent(percent)}%)`
  const isMore = change > 0
  return {
    text: `${isMore ? '▲' : '▼'} ${sign}${shownNumber(change)}${share}`,
    colour: isMore ? '#15703a' : '#b42318',
  }
}

const shownPercent = (percent: number): string =>
  Math.abs(percent) >= 1e6 ? percent.toExponential(1) : percent.toFixed(1)

function describe(node: Drawn): string {
  const { label, node_type, formula, baseline, simulated, unit } = node
  const numbers = `基準 ${shownNumber(baseline)}、シミュレーション ${shownNumber(simulated)}`
  return `${formula ?? label} (${node_type}) ${numbers}${unit ? ` (${unit})` : ''}`
}
