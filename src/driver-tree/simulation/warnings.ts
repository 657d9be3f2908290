import type { TreeWarning } from '../../../schemas/driver-tree/calculation.ts'
import type { FieldFault } from '../../failure.ts'
import { fill, type Language, rules } from '../../messages.ts'
import type { ModelNode, Warning, Warnings } from '../calculation/model.ts'
import type { Plan } from './plans.ts'

/** How many of them an answer holds. */
const maxWarnings = 1000

/**
 * What is wrong with a calculation, in words: what could not be applied first, then what is wrong without
 * any change, then what only the changes bring about.
 */
export function describeWarnings(
  nodes: readonly ModelNode[],
  baseline: Warnings,
  simulated: Warnings,
  plan: Pick<Plan, 'unbounded'>,
  leftOut: readonly FieldFault[],
  language: Language,
): { warnings: TreeWarning[]; warning_count: number } {
  const known = new Set(baseline.list.map(identityOf))
  const fresh = simulated.list.filter((warning) => !known.has(identityOf(warning)))
  const ofPlan = [
    ...mixedYears(nodes, language),
    ...leftOut.map((fault) => leftOutWarning(fault, language)),
    ...plan.unbounded.map((each) => unboundedWarning(each, language)),
  ]
  const all = [...baseline.list, ...fresh]
  const calculated = Math.max(baseline.count, simulated.count, all.length)
  return {
    warnings: [...ofPlan, ...all.map((each) => calculationWarning(each, language))].slice(
      0,
      maxWarnings,
    ),
    warning_count: ofPlan.length + calculated,
  }
}

function identityOf({ kind, node_id, key }: Warning): string {
  return JSON.stringify([kind, node_id, key])
}

function calculationWarning({ kind, node_id, label, key }: Warning, language: Language) {
  const names = Object.entries(key).map(([name, value]) => `${name} ${value}`)
  const text = rules[`tree_warning_${kind}`][language]
  const where = { ja: '全体', en: 'everywhere' }[language]
  const message = fill(text, { label, key: names.length > 0 ? names : where })
  return { kind, node_id, label, key, message }
}

/** Years of the calendar and fiscal ones are joined by their texts; nobody should have to find that out. */
function mixedYears(nodes: readonly ModelNode[], language: Language): TreeWarning[] {
  const fiscal = nodes.find(({ data }) => data?.years === 'fiscal')
  const calendar = nodes.find(({ data }) => data?.years === 'calendar')
  if (!fiscal || !calendar) return []
  const { id, label } = calendar
  const message = fill(rules.tree_warning_mixed_years[language], { fiscal: fiscal.label, label })
  return [{ kind: 'mixed_years', node_id: id, label, key: {}, message }]
}

function leftOutWarning({ field, rule, ...values }: FieldFault, language: Language): TreeWarning {
  const reason = fill(rules[rule][language], values)
  const message = fill(rules.tree_warning_change_not_applied[language], { field, reason })
  return { kind: 'change_not_applied', node_id: null, label: null, key: {}, message }
}

function unboundedWarning(
  { policy: { node_id, name }, period }: Plan['unbounded'][number],
  language: Language,
): TreeWarning {
  const message = fill(rules.tree_warning_policy_period_unknown[language], { name, period })
  return { kind: 'policy_period_unknown', node_id, label: null, key: {}, message }
}
