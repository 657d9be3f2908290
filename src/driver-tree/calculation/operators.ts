import type { Operator } from '../../../schemas/driver-tree/common.ts'
import { roundTo } from './rounding.ts'

/** Numbers of one operand for a run of cells; NaN stands for none. */
type Numbers = Float64Array

/**
 * An operator that takes any count of operands, from left to right: the first is copied, the others
 * are taken in one by one. `counts` has how many numbers there were for each cell.
 */
export type Fold = {
  take: (out: Numbers, next: Numbers, length: number) => void
  /** What a single operand becomes. */
  alone?: (out: Numbers, length: number) => void
  finish?: (out: Numbers, counts: Numbers, length: number) => void
  /** Whether it takes the numbers that are there, as SUM does, instead of needing all of them. */
  isTolerant: boolean
}

const arithmetic = (take: Fold['take'], alone?: Fold['alone']): Fold => ({
  take,
  isTolerant: false,
  ...(alone ? { alone } : {}),
})

const tolerant = (choose: (a: number, b: number) => number, finish?: Fold['finish']): Fold => ({
  take: (out, next, length) => {
    for (let at = 0; at < length; at += 1) {
      const [had, has] = [out[at] as number, next[at] as number]
      if (Number.isNaN(had)) out[at] = has
      else if (!Number.isNaN(has)) out[at] = choose(had, has)
    }
  },
  isTolerant: true,
  ...(finish ? { finish } : {}),
})

const folds: Partial<Record<Operator, Fold>> = {
  '+': arithmetic((out, next, length) => {
    for (let at = 0; at < length; at += 1) out[at] = (out[at] as number) + (next[at] as number)
  }),
  '-': arithmetic(
    (out, next, length) => {
      for (let at = 0; at < length; at += 1) out[at] = (out[at] as number) - (next[at] as number)
    },
    (out, length) => {
      for (let at = 0; at < length; at += 1) out[at] = 0 - (out[at] as number)
    },
  ),
  '*': arithmetic((out, next, length) => {
    for (let at = 0; at < length; at += 1) out[at] = (out[at] as number) * (next[at] as number)
  }),
  '/': arithmetic((out, next, length) => {
    for (let at = 0; at < length; at += 1) out[at] = (out[at] as number) / (next[at] as number)
  }),
  SUM: tolerant((a, b) => a + b),
  AVG: tolerant(
    (a, b) => a + b,
    (out, counts, length) => {
      for (let at = 0; at < length; at += 1) out[at] = (out[at] as number) / (counts[at] as number)
    },
  ),
  MIN: tolerant(Math.min),
  MAX: tolerant(Math.max),
}

export const foldOf = (operator: Operator): Fold | undefined => folds[operator]

/** What an operator of two or three operands gives for one cell. */
type Formula = (a: number, b: number, c: number) => number

const compared =
  (holds: (a: number, b: number) => boolean): Formula =>
  (a, b) =>
    Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Number(holds(a, b))

/** Comparisons are exact: no two numbers are equal that differ in their last bit. */
const formulas: Partial<Record<Operator, Formula>> = {
  IF: (condition, then, otherwise) => {
    if (Number.isNaN(condition)) return Number.NaN
    return condition !== 0 ? then : otherwise
  },
  ROUND: (value, digits) =>
    Number.isNaN(value) || Number.isNaN(digits) ? Number.NaN : roundTo(value, digits),
  '<': compared((a, b) => a < b),
  '<=': compared((a, b) => a <= b),
  '>': compared((a, b) => a > b),
  '>=': compared((a, b) => a >= b),
  '=': compared((a, b) => a === b),
  '<>': compared((a, b) => a !== b),
}

export const formulaOf = (operator: Operator): Formula | undefined => formulas[operator]

/** What stands for an operand that is left out: nothing is rounded to 0 digits, IF without else gives 0. */
export const defaultOperand = (operator: Operator, at: number): number =>
  (operator === 'ROUND' && at === 1) || (operator === 'IF' && at === 2) ? 0 : Number.NaN
