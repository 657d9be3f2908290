import type { Plan, PlannedCall } from './plan.ts'

/** What a tool answered: a step with its result, or what went wrong. */
export type Outcome = {
  step?: string
  name?: string
  state?: string
  row_count?: number
  formulas?: { name: string; value: number | null; unit?: string }[]
  warnings?: unknown[]
  error?: { code?: string; detail?: string; errors?: { field?: string; message?: string }[] }
}

/** What stands for an answer that cannot be read. */
export const unreadable: Outcome = { error: {} }

/** Kana or kanji without English words such as "by" around it. */
export const isJapaneseText = (text: string) =>
  /[\p{Script=Hiragana}]/u.test(text) ||
  (/[\p{Script=Katakana}\p{Script=Han}]/u.test(text) &&
    !/(?<![a-z])(?:by|of|the|show|total|average|for|in|per|with)(?![a-z])/iu.test(text))

/** What was done: what was understood, then the rows and figures that the tools answered. */
export function finishedReply(
  plan: Extract<Plan, { kind: 'calls' }>,
  outcomes: readonly Outcome[],
  japanese: boolean,
): string {
  const lines = outcomes.map((each, index) => doneLine(plan.calls[index], each, japanese))
  return [...lines, ...notesOf(plan)].filter(Boolean).join('\n')
}

/** What `says` tells besides the calls themselves. */
const notesOf = ({ calls, says }: Extract<Plan, { kind: 'calls' }>) =>
  says.split('\n').slice(calls.length)

/** What went wrong, and what was done before it. */
export function failedReply(
  outcomes: readonly Outcome[],
  calls: readonly PlannedCall[],
  japanese: boolean,
): string {
  const at = outcomes.findIndex(({ error }) => error)
  const done = outcomes
    .slice(0, Math.max(at, 0))
    .map((each, index) => doneLine(calls[index], each, japanese))
  const error = outcomes[at]?.error ?? {}
  const fields = (error.errors ?? []).map(({ field, message }) => message ?? field)
  const isGeneral = error.code === 'invalid_request' && fields.length > 0
  const lead = isGeneral ? [] : [error.detail ?? error.code]
  const detail = [...lead, ...fields].filter(Boolean).join('\n')
  const planned = calls[at]
  const name = planned ? nameOf(planned, japanese) : ''
  const told = japanese
    ? `${name ? `${name}は` : ''}できませんでした。${detail}`
    : `${name ? `${name}: this` : 'This'} could not be done. ${detail}`
  const left = calls.length - at - 1
  const rest =
    left > 0 && at >= 0
      ? japanese
        ? `残りの${left}件は行っていません。`
        : `The other ${left} of the steps were not done.`
      : ''
  return [...done, told.trim(), rest].filter(Boolean).join('\n')
}

const numberOf = (step: string | undefined) => Number(step?.replace('step_', '')) + 1

function nameOf(call: PlannedCall, japanese: boolean): string {
  if (call.call === 'add') return japanese ? `「${call.name}」の追加` : `Adding “${call.name}”`
  const number = numberOf(call.step)
  if (call.call === 'delete')
    return japanese ? `ステップ${number}の削除` : `Deleting step ${number}`
  return japanese ? `ステップ${number}の変更` : `Changing step ${number}`
}

function doneLine(call: PlannedCall | undefined, outcome: Outcome, japanese: boolean): string {
  const name = outcome.name ?? (call && 'name' in call ? call.name : undefined) ?? ''
  if (call?.call === 'delete') {
    const number = numberOf(call.step)
    return japanese ? `ステップ${number}を削除しました。` : `Step ${number} was deleted.`
  }
  const done =
    call?.call === 'change' ? ['に変更しました', 'was changed'] : ['を追加しました', 'was added']
  const number = outcome.step ? numberOf(outcome.step) : undefined
  const step =
    number === undefined || Number.isNaN(number)
      ? ''
      : japanese
        ? `ステップ${number}`
        : `Step ${number} `
  const lead = japanese ? `${step}「${name}」${done[0]}。` : `${step}“${name}” ${done[1]}.`
  return [
    lead,
    rowsOf(outcome, call, japanese),
    ...figuresOf(outcome),
    warningOf(outcome, japanese),
  ]
    .filter(Boolean)
    .join(japanese ? '' : ' ')
}

function rowsOf(
  { row_count: count }: Outcome,
  call: PlannedCall | undefined,
  japanese: boolean,
): string {
  const isTable = call?.call !== 'add' || call.type !== 'summary'
  if (typeof count !== 'number' || !isTable) return ''
  const rows = count.toLocaleString('en-US')
  return japanese
    ? `結果は${rows}行です。`
    : `The result has ${rows} ${count === 1 ? 'row' : 'rows'}.`
}

function figuresOf({ formulas }: Outcome): string[] {
  return (Array.isArray(formulas) ? formulas : []).map(({ name, value, unit = '' }) => {
    const shown =
      typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 4 }) : '–'
    return `\n${name}: ${shown}${unit}`
  })
}

function warningOf({ warnings, state }: Outcome, japanese: boolean): string {
  const count = Array.isArray(warnings) ? warnings.length : 0
  const failed = state !== undefined && state !== 'ok'
  const state_ = failed ? (japanese ? `状態は ${state} です。` : `Its state is ${state}.`) : ''
  if (count === 0) return state_
  return (
    state_ +
    (japanese
      ? `注意が${count}件あります。`
      : `There ${count === 1 ? 'is 1 warning' : `are ${count} warnings`}.`)
  )
}
