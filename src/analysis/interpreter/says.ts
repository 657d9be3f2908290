import type { PlannedCall } from './plan.ts'
import type { Scan } from './scan.ts'

/** What is understood, in the language of the sentence, with what was taken for granted. */
export function saysOf(calls: readonly PlannedCall[], { japanese, tokens, wishes }: Scan): string {
  const lines = calls.map((call) => lineOf(call, japanese))
  for (const { text, reading } of tokens.guesses) {
    const name =
      reading?.subject ?? reading?.axis ?? reading?.values.map(({ value }) => value).join('、')
    lines.push(
      japanese ? `「${text}」は「${name}」と読みました。` : `I took “${text}” for “${name}”.`,
    )
  }
  const assumed = [
    ...new Set(wishes.figures.filter((each) => each.assumed).map(({ subject }) => subject)),
  ]
  if (
    assumed.length > 0 &&
    calls.some((call) => call.call !== 'delete' && 'aggregation_config' in call.config)
  ) {
    const names = assumed.filter((each) => each !== undefined).join(japanese ? '、' : ', ')
    lines.push(
      japanese
        ? `計算方法の指定がない${names}は合計にしました。`
        : `No method was given${names && ` for ${names}`}, so I took the total.`,
    )
  }
  return lines.join('\n')
}

const kinds = {
  filter: ['抽出', 'Filter'],
  aggregate: ['集計', 'Aggregation'],
  transform: ['変換', 'Transformation'],
  summary: ['まとめ', 'Summary'],
} as const

function lineOf(call: PlannedCall, japanese: boolean): string {
  if (call.call === 'add') {
    const kind = kinds[call.type][japanese ? 0 : 1]
    return japanese ? `${kind}「${call.name}」を追加します。` : `${kind} “${call.name}” is added.`
  }
  const number = Number(call.step.replace('step_', '')) + 1
  if (call.call === 'delete')
    return japanese ? `ステップ${number}を削除します。` : `Step ${number} is deleted.`
  return japanese
    ? `ステップ${number}を「${call.name ?? ''}」に変えます。`
    : `Step ${number} becomes “${call.name ?? ''}”.`
}
