import { interpret } from './interpret.ts'
import type { Overview, OverviewTable, Plan } from './plan.ts'
import { isJapaneseText } from './replies.ts'
import { normalise } from './text.ts'

/**
 * The plan for a sentence, as of `interpret`. Where it names what the input does not have but a step has
 * made, such as a 科目 of a transform, it starts from the last step that has it, and says so.
 */
export function interpretWithSteps(says: string, overview: Overview, at: Date): Plan {
  const plan = interpret(says, overview, at)
  const [original, ...made] = overview.tables
  if (plan.kind === 'calls' || !original) return plan
  const known = new Set(namesIn(original))
  const text = normalise(says)
  for (const table of made.reverse()) {
    const name = namesIn(table).find((each) => !known.has(each) && text.includes(normalise(each)))
    if (!name) continue
    const other = interpret(says, { ...overview, tables: [table, ...overview.tables] }, at)
    if (other.kind === 'ask') continue
    return { ...other, says: `${other.says}\n${noteOf(name, table, isJapaneseText(says))}` }
  }
  return plan
}

const namesIn = ({ subjects, axes }: OverviewTable) => [
  ...subjects,
  ...axes.map(({ name }) => name),
]

function noteOf(name: string, { input, name: step }: OverviewTable, japanese: boolean): string {
  const number = Number(input.replace('step_', '')) + 1
  return japanese
    ? `「${name}」はステップ${number}「${step}」にあるため、その結果を使いました。`
    : `“${name}” is in step ${number} “${step}”, so I started from its result.`
}
