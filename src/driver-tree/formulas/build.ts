import type { NodeType, Operator } from '../../../schemas/driver-tree/common.ts'
import { type Failure, type FieldFault, invalid } from '../../failure.ts'
import { atOnce, type Steps } from '../../slices.ts'
import { requireNoContradiction, requireNoCycle, type Statement } from './checks.ts'
import { topDown } from './graph.ts'
import { nameOf } from './intermediates.ts'
import { type ParsedFormula, parseFormula } from './parse.ts'
import { isNumber, labelPiece, numberPiece, numberText, type Piece } from './text.ts'
import { needsBrackets } from './tokens.ts'

/** A node as formulas describe it. */
export type BuiltNode = {
  label: string
  /** See `labelKeyOf`: what other nodes call it by. */
  key: string
  node_type: NodeType
  operator: Operator | null
  /** The keys of its operands, in their order; the same one may stand there twice. */
  children: string[]
  /** The number of a 定数. */
  value: number | null
  /** Whether it is a part of a formula that got a name of its own. */
  is_intermediate: boolean
}

export type BuiltModel = {
  /** In the order in which formulas name them. */
  nodes: BuiltNode[]
  /** The keys of what is defined and used by no other formula, in the order of the list. */
  roots: string[]
}

/** What is on the stack while a formula is worked out. */
type Operand = { key: string } | { operator: Operator; children: string[] }

type Definition = Pick<BuiltNode, 'operator' | 'children' | 'value'>

const maxNodes = 10_000
const maxFaults = 100

/**
 * One model of a whole list of formulas. Fails with 422 where formulas are malformed, up to 100 of them
 * at once, 409 `formula_contradiction`, and 422 `formula_cycle` or `formula_cycle_through_prev`.
 */
export function buildModel(formulas: readonly string[]): BuiltModel {
  return atOnce(buildSteps(formulas))
}

/** `buildModel` as steps, as thousands of long formulas take their time. */
export function* buildSteps(formulas: readonly string[]): Steps<BuiltModel> {
  const parsed = yield* parseAll(formulas)
  const draft = createDraft()
  for (const [index, formula] of parsed.entries()) {
    draft.add(formula, index)
    if (draft.nodes.size > maxNodes) {
      throw invalid({ field: `formulas.${index}`, rule: 'formula_nodes', limit: maxNodes })
    }
    yield
  }
  requireNoContradiction(draft.statements, formulas)
  yield
  yield* requireNoCycle(draft.nodes, draft.statements)
  const nodes = [...draft.nodes.values()]
  const used = new Set(nodes.flatMap(({ children }) => children))
  const defined = new Set(parsed.map(({ key }) => key))
  yield
  yield* draft.markNamesOfParts(defined)
  return { nodes, roots: [...defined].filter((key) => !used.has(key)) }
}

function* parseAll(formulas: readonly string[]): Steps<ParsedFormula[]> {
  const faults: FieldFault[] = []
  const parsed: ParsedFormula[] = []
  for (const [index, text] of formulas.entries()) {
    try {
      parsed.push(parseFormula(text, `formulas.${index}`))
    } catch (error) {
      const { extra } = error as Failure
      if (!extra?.errors) throw error
      faults.push(...extra.errors)
      if (faults.length >= maxFaults) break
    }
    yield
  }
  if (faults.length > 0) throw invalid(...faults)
  return parsed
}

/** Nodes that come into being while formulas are read one after the other. */
function createDraft() {
  const nodes = new Map<string, BuiltNode>()
  /** The parts that were given names, as text. */
  const parts = new Map<string, Piece>()
  const statements: Statement[] = []

  const touch = (key: string, label: string): BuiltNode => {
    const known = nodes.get(key)
    if (known) return known
    const node = { ...blank, label, key, children: [] }
    nodes.set(key, node)
    return node
  }

  const state = (key: string, definition: Definition, index: number) => {
    const node = nodes.get(key) as BuiltNode
    statements.push({ key, label: node.label, index, signature: signatureOf(definition) })
    if (node.node_type !== '入力') return
    Object.assign(node, definition, { node_type: definition.operator ? '計算' : '定数' })
  }

  const pieceOf = (key: string): Piece => {
    const node = nodes.get(key) as BuiltNode
    if (isNumber(node)) return numberPiece(Number(node.value))
    return parts.get(key) ?? labelPiece(key)
  }

  /** The node of an operand; one that is an expression gets a name. */
  const settle = (operand: Operand, index: number): string => {
    if ('key' in operand) return operand.key
    const { key, piece } = nameOf(operand.operator, operand.children, pieceOf)
    const isNew = !nodes.has(key)
    const node = touch(key, key)
    if (isNew) node.is_intermediate = true
    if (!parts.has(key)) {
      state(key, { ...operand, value: null }, index)
      parts.set(key, piece)
    }
    return key
  }

  const add = ({ key, label, steps }: ParsedFormula, index: number) => {
    touch(key, label)
    const stack: Operand[] = []
    for (const step of steps) {
      if (step.kind === 'label') stack.push({ key: touch(step.key, step.label).key })
      else if (step.kind === 'operator') {
        const operands = stack.splice(stack.length - step.count)
        stack.push(combined(step.operator, operands, (operand) => settle(operand, index)))
      } else if (steps.length === 1) {
        return state(key, { operator: null, children: [], value: step.value || 0 }, index)
      } else {
        const digits = numberText(step.value)
        touch(digits, digits)
        state(digits, { operator: null, children: [], value: step.value || 0 }, index)
        stack.push({ key: digits })
      }
    }
    const [top] = stack as [Operand]
    const definition = 'key' in top ? { operator: '+' as const, children: [top.key] } : top
    state(key, { ...definition, value: null }, index)
  }

  /** A formula may define a part by the very name that it would have been given. */
  function* markNamesOfParts(defined: ReadonlySet<string>): Steps<void> {
    for (const key of defined) (nodes.get(key) as BuiltNode).is_intermediate = false
    const candidates = [...defined].filter((key) => needsBrackets(key))
    if (candidates.length === 0) return
    yield
    const order = topDown([...nodes.keys()], (key) => nodes.get(key)?.children ?? [])
    const isCandidate = new Set(candidates)
    for (const key of order.toReversed()) {
      yield
      const node = nodes.get(key) as BuiltNode
      if (!isCandidate.has(key) || node.operator === null) continue
      const name = nameOf(node.operator, node.children, pieceOf)
      if (name.key !== key) continue
      node.is_intermediate = true
      parts.set(key, name.piece)
    }
  }

  return { nodes, statements, add, markNamesOfParts }
}

const blank = { node_type: '入力', operator: null, value: null, is_intermediate: false } as const

/** `a + b + c` is one sum of three: what stands on the left is prolonged rather than nested. */
function combined(
  operator: Operator,
  operands: Operand[],
  settle: (operand: Operand) => string,
): Operand {
  const [first, ...others] = operands as [Operand, ...Operand[]]
  const isLonger =
    'operator' in first &&
    first.operator === operator &&
    first.children.length > 1 &&
    others.length === 1 &&
    ['+', '-', '*', '/'].includes(operator)
  if (!isLonger) return { operator, children: operands.map(settle) }
  first.children.push(...others.map(settle))
  return first
}

/** The same for definitions that say the same; the order of what is added or multiplied says nothing. */
function signatureOf({ operator, children, value }: Definition): string {
  if (operator === null) return `${value}`
  const isCommutative = ['+', '*', 'SUM', 'AVG', 'MIN', 'MAX'].includes(operator)
  return JSON.stringify([operator, ...(isCommutative ? children.toSorted() : children)])
}
