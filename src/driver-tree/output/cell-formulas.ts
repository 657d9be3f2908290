import type { Operator } from '../../../schemas/driver-tree/common.ts'

/** The name of a cell that has an operand; null where the operand has no such number. */
export type Operand = string | null

/** What multiplies a number, such as `IF('施策'!$D$2=1,'施策'!$C$2,1)`. */
export type FactorText = string

/** A spreadsheet takes no more arguments than this of a function. */
const maxArguments = 255

const signs: Partial<Record<Operator, string>> = { '+': '+', '-': '-', '*': '*', '/': '/' }
const totals: Partial<Record<Operator, string>> = {
  SUM: 'SUM',
  AVG: 'AVERAGE',
  MIN: 'MIN',
  MAX: 'MAX',
}

/**
 * The formula of a cell as the calculation has it: `""` stands for a missing number, so that whatever
 * needs it is missing as well; SUM, AVG, MIN and MAX take the numbers that are there. Null where it can
 * never have a number. `PREV` is no formula of its own: its operand is the cell of the period before.
 */
export function formulaText(
  operator: Operator,
  operands: readonly Operand[],
  factors: readonly FactorText[] = [],
): string | null {
  const times = (expression: string) => [`(${expression})`, ...factors].join('*')
  const shown = (expression: string) => (factors.length > 0 ? times(expression) : expression)
  const total = totals[operator]
  if (total) return totalText(total, operands, shown)
  if (operator === 'IF') return choiceText(operands, shown)
  const needed = signs[operator] ? operands : operands.slice(0, 2)
  if (needed.includes(null) || (needed.length < 2 && isComparison(operator))) return null
  const names = needed as readonly string[]
  return guarded(names, shown(expressionOf(operator, names)))
}

/** Whether an operator may have a number although operands have none. */
export const isTolerant = (operator: Operator): boolean =>
  operator === 'IF' || totals[operator] !== undefined

const isComparison = (operator: Operator): boolean => /^[<>=]/.test(operator)

/** A cell that repeats another one, multiplied. */
export function copyText(operand: string, factors: readonly FactorText[]): string {
  return guarded([operand], [operand, ...factors].join('*'))
}

function expressionOf(operator: Operator, names: readonly string[]): string {
  const [first = '', second = '0'] = names
  const sign = signs[operator]
  if (sign === '-' && names.length === 1) return `0-${first}`
  if (sign) return names.join(sign)
  if (operator === 'ROUND') return `ROUND(${first},MAX(-15,MIN(15,${second})))`
  return `IF(${first}${operator}${second},1,0)`
}

function totalText(
  name: string,
  operands: readonly Operand[],
  shown: (expression: string) => string,
): string | null {
  const names = operands.filter((operand) => operand !== null)
  if (names.length === 0) return null
  const list = groupsOf(names).map((group) => (group.length > 1 ? `(${group})` : `${group}`))
  return `IFERROR(IF(${countOf(names)}=0,"",${shown(`${name}(${list})`)}),"")`
}

function choiceText(
  [condition, then, otherwise]: readonly Operand[],
  shown: (expression: string) => string,
): string | null {
  if (!condition) return null
  const branch = (operand: Operand | undefined, missing: string) =>
    operand ? `IF(COUNT(${operand})=0,"",${shown(operand)})` : missing
  const last = otherwise === undefined ? shown('0') : '""'
  const chosen = `IF(${condition}<>0,${branch(then, '""')},${branch(otherwise, last)})`
  return `IFERROR(IF(COUNT(${condition})=0,"",${chosen}),"")`
}

/** Errors, which are a division by zero and numbers that are too large, are missing numbers too. */
function guarded(names: readonly string[], expression: string): string {
  return `IFERROR(IF(${countOf(names)}<${names.length},"",${expression}),"")`
}

function countOf(names: readonly string[]): string {
  return groupsOf(names)
    .map((group) => `COUNT(${group})`)
    .join('+')
}

function groupsOf(names: readonly string[]): string[][] {
  const groups: string[][] = []
  for (let at = 0; at < names.length; at += maxArguments) {
    groups.push(names.slice(at, at + maxArguments))
  }
  return groups
}
