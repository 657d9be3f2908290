import { type FieldFault, failure } from '../../failure.ts'
import type { Steps } from '../../slices.ts'
import { cycleSteps } from './graph.ts'

/** That a formula says what a node is; equal signatures say the same. */
export type Statement = { key: string; label: string; index: number; signature: string }

type Node = { label: string; operator: string | null; children: string[] }

const maxShown = 50
const maxText = 200

/** Fails with 409 where formulas say different things of one label. */
export function requireNoContradiction(
  statements: readonly Statement[],
  formulas: readonly string[],
): void {
  const first = new Map<string, Statement>()
  const labels = new Set<string>()
  const errors: FieldFault[] = []
  for (const statement of statements) {
    const before = first.get(statement.key)
    if (!before) first.set(statement.key, statement)
    if (!before || before.signature === statement.signature) continue
    labels.add(statement.label)
    for (const { index } of [before, statement]) {
      if (errors.length >= 2 * maxShown) break
      const formula = shortened(formulas[index] ?? '')
      const field = `formulas.${index}`
      errors.push({ field, rule: 'formula_contradicting', label: statement.label, formula })
    }
  }
  if (labels.size > 0) {
    throw failure('formula_contradiction', { labels: [...labels].slice(0, maxShown) }, { errors })
  }
}

/** Fails with 422 where a node would be calculated from itself, and says along which way. */
export function* requireNoCycle(
  nodes: ReadonlyMap<string, Node>,
  statements: readonly Statement[],
): Steps<void> {
  const cycle = yield* cycleSteps(nodes.keys(), (key) => nodes.get(key)?.children ?? [])
  if (!cycle) return
  const isOnIt = new Set(cycle)
  const fields = new Set(
    statements.filter(({ key }) => isOnIt.has(key)).map(({ index }) => `formulas.${index}`),
  )
  const errors = [...fields].slice(0, maxShown).map((field) => ({
    field,
    rule: 'formula_in_cycle' as const,
  }))
  const labels = cycle.map((key) => nodes.get(key)?.label ?? key)
  const isThroughPrev = cycle.slice(0, -1).some((key) => nodes.get(key)?.operator === 'PREV')
  const code = isThroughPrev ? 'formula_cycle_through_prev' : 'formula_cycle'
  throw failure(code, { path: pathText(labels) }, { errors, path: labels.slice(0, maxShown) })
}

/** Labels on a way, with arrows; the middle of a long way is left out. */
export function pathText(labels: readonly string[]): string {
  const shown = labels.length > 12 ? [...labels.slice(0, 8), '…', ...labels.slice(-3)] : labels
  return shown.join(' → ')
}

function shortened(text: string): string {
  return text.length > maxText ? `${text.slice(0, maxText)}…` : text
}
