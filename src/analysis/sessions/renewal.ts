import { maxSessionName } from '../../../schemas/analysis/sessions.ts'
import { newId } from '../../values.ts'
import { withLinks } from '../steps/links.ts'
import type { Draft, Step } from '../steps/model.ts'

/** What a snapshot holds as another session has it: with steps, files and tables of its own. */
export function renewDraft(
  { input, steps }: Draft,
  newIdOf: (id: string) => string,
  newKeyOf: (key: string) => string,
): Draft {
  const ids = new Map(steps.map(({ step_id }) => [step_id, newId()]))
  const linkOf = (link: string) => ids.get(link) ?? link
  const { file_id = '', sheet_id = '', key = '' } = input ?? {}
  return {
    input: input && {
      ...input,
      file_id: newIdOf(file_id),
      sheet_id: newIdOf(sheet_id),
      key: newKeyOf(key),
    },
    steps: steps.map((step) => renewStep(step, linkOf)),
  }
}

/** Without the version that it had: it is a new step. */
function renewStep({ version_id: _, ...step }: Step, linkOf: (link: string) => string): Step {
  return withLinks({ ...step, step_id: linkOf(step.step_id) } as Step, linkOf)
}

const counted = /^(.*) \((\d{1,4})\)$/su

/** `売上 (2)` for `売上`, and `売上 (3)` for that. */
export function nextName(name: string): string {
  const [, base = name, number = '1'] = counted.exec(name) ?? []
  const ending = ` (${Number(number) + 1})`
  const kept = [...base]
  while (kept.join('').length + ending.length > maxSessionName) kept.pop()
  return `${kept.join('')}${ending}`
}
