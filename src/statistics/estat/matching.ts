import type { Codes } from './cells.ts'
import type { AxisId } from './shapes.ts'

/**
 * A function that finds the rules whose codes a figure has, in the order of the rules. Rules that name
 * the same axes are found together by one look-up, however many they are.
 */
export function createMatcher<Rule extends { where: Codes }>(
  rules: readonly Rule[],
): (codes: Codes) => Rule[] {
  const groups = new Map<string, { ids: AxisId[]; byCodes: Map<string, Rule[]> }>()
  for (const rule of rules) {
    const ids = (Object.keys(rule.where) as AxisId[]).sort()
    const name = ids.join(' ')
    const group = groups.get(name) ?? { ids, byCodes: new Map<string, Rule[]>() }
    groups.set(name, group)
    const key = joined(rule.where, ids)
    group.byCodes.set(key, [...(group.byCodes.get(key) ?? []), rule])
  }
  const all = [...groups.values()]
  const order = new Map(rules.map((rule, at) => [rule, at]))
  const place = (rule: Rule) => order.get(rule) as number
  return (codes) => {
    const found = all.flatMap(({ ids, byCodes }) => byCodes.get(joined(codes, ids)) ?? [])
    return found.length > 1 ? found.sort((a, b) => place(a) - place(b)) : found
  }
}

/** e-Stat's codes have no spaces. */
function joined(codes: Codes, ids: readonly AxisId[]): string {
  return ids.map((id) => codes[id]).join(' ')
}
