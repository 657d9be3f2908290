import type { Operator } from '../../../schemas/driver-tree/common.ts'
import { type FieldFault, invalid } from '../../failure.ts'
import { type Sign, type Token, tokenize } from './tokens.ts'

/** A formula as it is worked out: each step puts a value on a stack, or takes operands from it. */
export type Step =
  | { kind: 'label'; label: string; key: string }
  | { kind: 'number'; value: number }
  | { kind: 'operator'; operator: Operator; count: number }

export type ParsedFormula = { label: string; key: string; steps: Step[] }

const maxLength = 10_000
const maxDepth = 64

/** How strongly an operator binds. */
export const binding = {
  '<': 1,
  '<=': 1,
  '>': 1,
  '>=': 1,
  '=': 1,
  '<>': 1,
  '+': 2,
  '-': 2,
  '*': 3,
  '/': 3,
} as const

export type Infix = keyof typeof binding

/** The fewest and the most arguments of each function. */
const functions = {
  SUM: [1, Number.POSITIVE_INFINITY],
  AVG: [1, Number.POSITIVE_INFINITY],
  MIN: [1, Number.POSITIVE_INFINITY],
  MAX: [1, Number.POSITIVE_INFINITY],
  IF: [3, 3],
  ROUND: [1, 2],
  PREV: [1, 2],
} as const

type FunctionName = keyof typeof functions

type Fault = { rule: FieldFault['rule']; [name: string]: unknown }

export function isInfix(symbol: string): symbol is Infix {
  return Object.hasOwn(binding, symbol)
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functions, name)
}

/** Reads one formula; the first fault in it is thrown with its column, counted from 1. */
export function parseFormula(text: string, field: string): ParsedFormula {
  if (text.length > maxLength) throw invalid({ field, rule: 'formula_too_long', limit: maxLength })
  const tokens = tokenize(text, field)
  const { label, key } = leftSide(tokens, field)
  return { label, key, steps: rightSide(text, tokens, field) }
}

function leftSide(tokens: Token[], field: string): { label: string; key: string } {
  const [first, second] = tokens as [Token, Token | undefined]
  const fault = (rule: Fault['rule'], token: Token) =>
    invalid({ field, rule, column: token.start + 1 })
  if (first.kind === 'end') throw fault('formula_empty', first)
  const equals = tokens.find((token) => token.kind === 'symbol' && token.symbol === '=')
  if (!equals) throw fault('formula_no_equals', tokens.at(-1) as Token)
  if (first === equals) throw fault('formula_left_empty', first)
  if (first.kind === 'number' && second === equals) throw fault('formula_left_number', first)
  if (first.kind !== 'label' || second !== equals) throw fault('formula_left_not_label', first)
  if (tokens[2]?.kind === 'end') throw fault('formula_right_empty', tokens[2])
  return first
}

function rightSide(text: string, tokens: Token[], field: string): Step[] {
  const steps: Step[] = []
  let at = 2
  let depth = 0
  const token = () => tokens[at] as Token
  const isAt = (symbol: Sign) => {
    const each = token()
    return each.kind === 'symbol' && each.symbol === symbol
  }
  const fail = (where: Token, fault: Fault): never => {
    throw invalid({ ...fault, field, column: where.start + 1 })
  }
  const within = (read: () => void) => {
    depth += 1
    if (depth > maxDepth) fail(token(), { rule: 'formula_too_deep', limit: maxDepth })
    read()
    depth -= 1
  }

  function expression(least: number): void {
    operand()
    for (;;) {
      const each = token()
      if (each.kind !== 'symbol' || !isInfix(each.symbol)) return
      if (each.symbol === '=' && depth === 0) fail(each, { rule: 'formula_second_equals' })
      const strength = binding[each.symbol]
      if (strength < least) return
      at += 1
      expression(strength + 1)
      steps.push({ kind: 'operator', operator: each.symbol, count: 2 })
      const next = token()
      const isChained =
        strength === 1 &&
        next.kind === 'symbol' &&
        isInfix(next.symbol) &&
        binding[next.symbol] === 1
      if (isChained && !(isAt('=') && depth === 0)) {
        fail(next, { rule: 'formula_comparison_chained' })
      }
    }
  }

  function operand(): void {
    const each = token()
    if (isAt('-')) {
      at += 1
      within(operand)
      const negated = steps.at(-1)
      if (negated?.kind === 'number')
        steps[steps.length - 1] = { ...negated, value: -negated.value }
      else steps.push({ kind: 'operator', operator: '-', count: 1 })
    } else if (isAt('(')) {
      at += 1
      within(() => expression(1))
      close(each)
    } else if (each.kind === 'number') {
      at += 1
      steps.push({ kind: 'number', value: each.value })
    } else if (each.kind === 'label') {
      at += 1
      if (isAt('(') && !each.isBracketed) call(each)
      else steps.push({ kind: 'label', label: each.label, key: each.key })
    } else {
      fail(each, { rule: 'formula_operand_missing' })
    }
    const next = token()
    if (next.kind === 'label' || next.kind === 'number' || isAt('(')) {
      fail(next, { rule: 'formula_operator_missing' })
    }
  }

  function call(name: Token & { kind: 'label' }): void {
    const called = name.key.toUpperCase()
    if (!isFunction(called))
      throw invalid({ ...unknownFunction(name), field, column: name.start + 1 })
    const open = token()
    at += 1
    let count = 0
    within(() => {
      if (isAt(')')) return
      do {
        if (count > 0) at += 1
        expression(1)
        count += 1
        if (isThousands(tokens, at, true))
          fail(tokens[at - 1] as Token, { rule: 'formula_thousands' })
      } while (isAt(','))
    })
    close(open)
    const [fewest, most] = functions[called]
    if (count < fewest || count > most) {
      const expected =
        most === fewest ? `${most}` : Number.isFinite(most) ? `${fewest}–${most}` : `${fewest}+`
      fail(name, { rule: 'formula_arguments', name: called, expected, given: count })
    }
    steps.push({ kind: 'operator', operator: called, count })
  }

  function unknownFunction(name: Token & { kind: 'label' }): Fault {
    const known = Object.keys(functions)
    if (/^[a-z][a-z\d._]*$/i.test(name.key)) {
      return { rule: 'formula_function_unknown', name: name.label, known }
    }
    const end = tokens.find(
      (each) => each.start > name.end && each.kind === 'symbol' && each.symbol === ')',
    )
    const suggestion = text.slice(name.start, end?.end ?? name.end).slice(0, 100)
    return { rule: 'formula_label_brackets', suggestion: `[${suggestion}]`, known }
  }

  function close(open: Token): void {
    if (isThousands(tokens, at, false)) fail(tokens[at - 1] as Token, { rule: 'formula_thousands' })
    if (isAt(',')) fail(token(), { rule: 'formula_separator' })
    if (!isAt(')')) fail(open, { rule: 'formula_unclosed' })
    at += 1
  }

  expression(1)
  const rest = token()
  if (isThousands(tokens, at, false)) fail(tokens[at - 1] as Token, { rule: 'formula_thousands' })
  if (isAt(',')) fail(rest, { rule: 'formula_separator' })
  if (isAt(')')) fail(rest, { rule: 'formula_unopened' })
  return steps
}

/** Whether a comma stands within what is meant as one number: `1,000`, but not `MAX(100,200)`. */
function isThousands(tokens: Token[], at: number, isArgument: boolean): boolean {
  const [before, comma, after] = [tokens[at - 1], tokens[at], tokens[at + 1]]
  if (before?.kind !== 'number' || after?.kind !== 'number') return false
  if (comma?.kind !== 'symbol' || comma.symbol !== ',') return false
  const isTight = before.end === comma.start && comma.end === after.start
  const group = isArgument ? /^0\d\d(?!\d)/ : /^\d{3}(?!\d)/
  return isTight && /^\d{1,3}$/.test(before.digits) && group.test(after.digits)
}
