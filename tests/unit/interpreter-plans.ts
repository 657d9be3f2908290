import type { Plan } from '../../src/analysis/interpreter/plan.ts'
import type { ExpectedCall } from '../analysis/sentences/types.ts'

const defaults: Record<string, unknown> = {
  ...{ include_min: true, include_max: true, ascending: false, descending: false },
  ...{ offset: 'previous', unit: '', portion: 1 },
}

/** Calls without names of steps and without what is a default; a question stays as it is. */
export function called(plan: Plan | { kind: 'calls'; calls: ExpectedCall[]; says: string }) {
  if (plan.kind === 'ask') return plan
  return plan.calls.map((call) => {
    const { name: _, ...rest } = { name: '', ...call }
    return plain(rest)
  })
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([key, each]) => !(key in defaults && defaults[key] === each),
  )
  return Object.fromEntries(entries.map(([key, each]) => [key, plain(each)]))
}
