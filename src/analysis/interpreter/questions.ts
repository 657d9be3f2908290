import type { Overview, OverviewTable } from './plan.ts'
import type { Question } from './scan.ts'

type Text = (word: string, options: string) => string
const texts: Record<string, [Text, Text]> = {
  unknown: [
    (word) =>
      `「${word}」が何を指すのか分かりませんでした。下の科目・軸・値の名前で言い直してください。`,
    (word) => `I do not know what “${word}” stands for. Please say it with the names below.`,
  ],
  outside: [
    (word) =>
      `「${word}」はここではできません。行の抽出、集計、変換、グラフ、ステップの変更と削除ができます。`,
    (word) =>
      `“${word}” cannot be done here. I can filter, aggregate, transform and chart the data, and change or delete steps.`,
  ],
  subject: [
    (_, options) => `どの科目についてですか。${options}から選んでください。`,
    (_, options) => `Which subject do you mean: ${options}?`,
  ],
  axis: [
    (_, options) => `どの軸別に見ますか。${options}から選んでください。`,
    (_, options) => `By which axis: ${options}?`,
  ],
  columns: [
    (word, options) =>
      `「${word}」は${options ? `${options}にあります。どの軸の値ですか。` : '一つの軸にそろっていません。'}「軸名が値」のように言ってください。`,
    (word, options) =>
      `“${word}” is ${options ? `a value of ${options}. Which one do you mean?` : 'not in one axis.'} Please name the axis with the value.`,
  ],
  values: [
    (word, options) => `「${word}」は${options}のどれですか。`,
    (word, options) => `Which one is “${word}”: ${options}?`,
  ],
  either: [
    () => '違う軸の「または」は一つの抽出にできません。軸ごとに分けて言ってください。',
    () => 'An “or” between different axes cannot be one filter. Please say one axis at a time.',
  ],
  period: [
    (word) => `「${word}」はデータにありません。下の期間から選んでください。`,
    (word) => `“${word}” is not in the data. Please choose one of the periods below.`,
  ],
  noTime: [
    () => '期間の軸（推移）がデータにありません。ほかの軸で言い直してください。',
    () => 'The data has no axis of time. Please use another axis.',
  ],
  noMonths: [
    () => 'このデータは月ごとではないので、前月とは比べられません。前年比や前年差なら出せます。',
    () =>
      'The data is not by month, so it cannot be compared with the month before; with the year before it can.',
  ],
  grain: [
    (word, options) =>
      `期間の軸は${options}で、「${word}」ごとの値はありません。この軸のまま集計しますか。`,
    (word, options) =>
      `The axis of time is ${options}; it has no values by “${word}”. Is it to be used as it is?`,
  ],
  contradiction: [
    (_, options) =>
      `条件が互いに矛盾しています${options ? `（${options}）` : ''}。どちらが正しいか教えてください。`,
    (_, options) =>
      `The conditions contradict each other${options ? ` (${options})` : ''}. Which one holds?`,
  ],
  severalConditions: [
    (_, options) =>
      `数値の条件は一度に一つの科目だけです（${options}）。軸をキーにして一つずつ順に抽出できます。どちらから始めますか。`,
    (_, options) =>
      `A condition applies to one subject at a time (${options}). They can be done one after the other, with axes as keys. Which one first?`,
  ],
  outsideRange: [
    () => '範囲の除外は一つの条件にできません。「以下」か「以上」のどちらかで言ってください。',
    () =>
      'A range cannot be left out in one condition. Please give one end, “at most” or “at least”.',
  ],
  direction: [
    () => '大きい順（降順）と小さい順（昇順）のどちらに、何で並べますか。',
    () => 'In which order, and by what: largest first (descending) or smallest first (ascending)?',
  ],
  top: [
    (word) =>
      `「${word}」の件数や割合が分かりませんでした。1以上の整数か、0〜100%で言ってください。`,
    (word) => `“${word}” is no count of rows. Please give a whole number from 1, or 0 to 100 %.`,
  ],
  ratio: [
    (word) =>
      `「${word}」は何に対する比率ですか。「売上に対する利益の比率」のように二つの科目で言ってください。`,
    (word) =>
      `“${word}” is a ratio to what? Please name two subjects, such as “ratio of profit to sales”.`,
  ],
  name: [
    () => '新しい名前は何にしますか。「…を引いて粗利を追加」のように名前を付けて言ってください。',
    () =>
      'What is the new name? Please say it with the name, such as “add margin as sales minus cost”.',
  ],
  gone: [
    (word) =>
      `「${word}」は、その前の抽出や集計で残っていません。何から求めるか言い直してください。`,
    (word) => `“${word}” is not left after what comes before. Please say what it is taken from.`,
  ],
  method: [
    (word) =>
      `「${word}」の合計・平均・件数・最大・最小・中央値のどれですか。軸別に見ることもできます。`,
    (word) =>
      `Which figure of ${word}: total, average, count, maximum, minimum or median? It can also be by an axis.`,
  ],
  chart: [
    () =>
      'どのグラフにしますか。棒、横棒、折れ線、積み上げ棒、円、滝、散布図、棒と折れ線から選べます。',
    () =>
      'Which chart: bar, horizontal bar, line, stacked bar, pie, waterfall, scatter, or bar and line?',
  ],
  chartAxes: [
    (_, options) => `このグラフには軸が多すぎます（${options}）。どの軸で描きますか。`,
    (_, options) => `There are too many axes for this chart (${options}). Which ones are drawn?`,
  ],
  chartSubject: [
    (_, options) => `このグラフは一つの科目だけを描けます（${options}）。どれにしますか。`,
    (_, options) => `This chart draws one subject (${options}). Which one?`,
  ],
  stack: [
    (_, options) => `積み上げる軸はどれですか（${options}）。`,
    (_, options) => `Which axis is stacked (${options})?`,
  ],
  twoSubjects: [
    (_, options) => `このグラフには科目が二つ要ります。${options}から二つ選んでください。`,
    (_, options) => `This chart needs two subjects out of ${options}.`,
  ],
  step: [
    (word) =>
      `${word ? `「${word}」のうち、` : ''}どのステップのことか分かりませんでした。番号（1から）か名前で言ってください。`,
    () => 'I do not know which step is meant. Please give its number (from 1) or its name.',
  ],
  oneChange: [
    () =>
      'そのステップの種類に合う変更が一つ分かりませんでした。新しい内容を一つだけ言ってください。',
    () =>
      'I did not find one change that fits the kind of that step. Please say one new wish for it.',
  ],
  severalSteps: [
    () => '集計が二つ以上あるようです。一つずつ言ってください。',
    () => 'There is more than one aggregation. Please say one at a time.',
  ],
  nothing: [
    () => '何をするか分かりませんでした。抽出、集計、グラフなどを言ってください。',
    () => 'I did not understand what to do. Please ask for a filter, an aggregation or a chart.',
  ],
  tooLong: [
    () => '文が長すぎます。短く分けて言ってください。',
    () => 'That is too long. Please say it in shorter parts.',
  ],
  noData: [
    () => '入力のデータがまだありません。先にファイルを選んでください。',
    () => 'There is no data yet. Please choose a file first.',
  ],
}

const maxShown = 12
const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text)

/** A question for people, with what the data has. */
export function questionText(
  question: Question,
  japanese: boolean,
  overview: Overview,
  table?: OverviewTable,
): string {
  const [ja, en] = texts[question.about] ?? (texts.nothing as [Text, Text])
  const options = listed(question.options ?? [], japanese)
  const lead = (japanese ? ja : en)(clip(question.word ?? ''), options)
  return [lead, table ? known(table, japanese) : '', steps(overview, japanese)]
    .filter(Boolean)
    .join('\n')
}

function listed(names: readonly string[], japanese: boolean): string {
  const shown = names
    .slice(0, maxShown)
    .map(clip)
    .join(japanese ? '、' : ', ')
  return names.length > maxShown ? `${shown}…` : shown
}

function known({ subjects, axes }: OverviewTable, japanese: boolean): string {
  const lines = axes.slice(0, 30).map(({ name, kind, values }) => {
    const all =
      kind === '推移' && values.length > 2
        ? `${clip(values[0] ?? '')}〜${clip(values.at(-1) ?? '')}`
        : listed(values, japanese)
    return `${clip(name)} (${all})`
  })
  return japanese
    ? `科目: ${listed(subjects, true)}\n軸: ${lines.join('、')}`
    : `Subjects: ${listed(subjects, false)}\nAxes: ${lines.join(', ')}`
}

function steps({ steps: list }: Overview, japanese: boolean): string {
  if (list.length === 0) return ''
  const names = list.slice(0, 30).map(({ name }, index) => `${index + 1} ${clip(name)}`)
  return `${japanese ? 'ステップ' : 'Steps'}: ${names.join(japanese ? '、' : ', ')}`
}
