export type Operator = '+' | '-' | '*' | '/'

/**
 * The one arithmetic rule, of two expressions: nothing where an operand is missing, where something is
 * divided by zero, and where the result is no number.
 */
export function calculation(operator: Operator, left: string, right: string): string {
  const result = `${left} ${operator} ${operator === '/' ? `nullif(${right}, 0)` : right}`
  return `case when isfinite(${result}) then ${result} end`
}

/** The same of two numbers. */
export function calculate(
  operator: Operator,
  left: number | null,
  right: number | null,
): number | null {
  if (left === null || right === null || (operator === '/' && right === 0)) return null
  const result = {
    '+': left + right,
    '-': left - right,
    '*': left * right,
    '/': left / right,
  }[operator]
  return Number.isFinite(result) ? result : null
}
