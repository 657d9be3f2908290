import type { NodeType, Operator } from '../../../schemas/driver-tree/common.ts'
import { labelKeyOf } from '../labels.ts'
import { binding, isInfix } from './parse.ts'
import { needsBrackets } from './tokens.ts'

/** A part of a formula as text, and how strongly what holds it together binds. */
export type Piece = { text: string; strength: number }

const negative = 4
const whole = 5

/** A label as it stands in a formula: in brackets where it would be something else without them. */
export function labelText(label: string): string {
  return needsBrackets(labelKeyOf(label)) ? `[${label.replaceAll(']', ']]')}]` : label
}

export function labelPiece(label: string): Piece {
  return { text: labelText(label), strength: whole }
}

export function numberPiece(value: number): Piece {
  return { text: numberText(value), strength: value < 0 ? negative : whole }
}

/** A number as a formula has it, whatever way it was written. */
export function numberText(value: number): string {
  return String(value === 0 ? 0 : value)
}

/** An operator over its operands, with no more parentheses than it needs. */
export function expressionOf(operator: Operator, operands: readonly Piece[]): Piece {
  const [first = { text: '', strength: whole }] = operands
  if (!isInfix(operator)) {
    return { text: `${operator}(${operands.map(({ text }) => text).join(', ')})`, strength: whole }
  }
  if (operands.length === 1 && operator === '-') {
    return { text: `-${enclosed(first, negative)}`, strength: negative }
  }
  if (operands.length === 1) return first
  const strength = binding[operator]
  const texts = operands.map((each, place) =>
    enclosed(each, place === 0 && strength > 1 ? strength : strength + 1),
  )
  return { text: texts.join(` ${operator} `), strength }
}

/** What a formula needs to know of a node that it names. */
export type NamedNode = { label: string; node_type: NodeType; value: number | null }

/**
 * The formula of a node that has one, over the labels of its operands, so that a tree can be read from
 * it again; null for a node that only has values, and for a number that is its own label.
 */
export function formulaOf(
  node: NamedNode & { operator: Operator | null; children: readonly string[] },
  nodeOf: (id: string) => NamedNode,
): string | null {
  if (isNumber(node)) return null
  const left = labelText(node.label)
  if (node.node_type === '定数' && node.value !== null) return `${left} = ${numberText(node.value)}`
  if (node.operator === null || node.children.length === 0) return null
  const operands = node.children.map((id) => pieceOf(nodeOf(id)))
  const { text } = expressionOf(node.operator, operands)
  return `${left} = ${node.operator === '=' ? `(${text})` : text}`
}

function pieceOf(node: NamedNode): Piece {
  return isNumber(node) ? numberPiece(Number(node.value)) : labelPiece(node.label)
}

/** Whether a node is a number that stands in a formula as it is. */
export function isNumber({ label, node_type, value }: NamedNode): boolean {
  return node_type === '定数' && value !== null && labelKeyOf(label) === numberText(value)
}

function enclosed({ text, strength }: Piece, least: number): string {
  return strength < least ? `(${text})` : text
}
