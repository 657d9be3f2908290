import { readAmounts, readSorts, readTops } from './amounts.ts'
import { type Command, readCommand, tableOf } from './commands.ts'
import { readCharts, readFigures, readGroups, readRatios } from './figures.ts'
import { namesOf } from './names.ts'
import { isCompared } from './naming.ts'
import { timeAxisOf } from './periods.ts'
import type { Overview, OverviewTable, Plan, PlannedCall } from './plan.ts'
import { draftCalls } from './plans.ts'
import { questionText } from './questions.ts'
import { saysOf } from './says.ts'
import { ask, each, noWishes, type Question, recode, type Scan } from './scan.ts'
import { normalise } from './text.ts'
import { readTimes } from './times.ts'
import { type Token, tokensOf } from './tokens.ts'
import { readTransforms } from './transforms.ts'
import { joinAxes, readValues } from './values.ts'

const maxLength = 4_000
const maxTokens = 400

/**
 * The calls that a sentence in Japanese or English stands for, or a question where any part of it is
 * not understood. The same sentence, overview and day give the same plan.
 */
export function interpret(says: string, overview: Overview, at: Date): Plan {
  const text = spelled(normalise(says.slice(0, maxLength + 1)))
  const [original] = overview.tables
  const japanese = isJapanese(text, original)
  const no = (question: Question, table = original): Plan => ({
    kind: 'ask',
    says: questionText(question, japanese, overview, table),
  })
  if (!original || original.subjects.length === 0) return no({ about: 'noData' })
  if (says.length > maxLength) return no({ about: 'tooLong' })
  const first = scanOf(text, original, at, japanese)
  if (first.tokens.isCut || first.list.length > maxTokens) return no({ about: 'tooLong' })
  const command = readCommand(first, overview)
  if (command?.kind === 'delete')
    return deletion(first, command, overview) ?? no(first.question ?? { about: 'nothing' })
  const isThere = refersBack(first)
  const last = overview.tables.at(-1) as OverviewTable
  const base = command ? tableOf(overview, command.step.input) : isThere ? last : original
  if (first.question && !command) return no(leftOver(first, /[U!]/u) ?? first.question, original)
  let scan = base === original && !command ? first : scanOf(text, base ?? original, at, japanese)
  if (command) readCommand(scan, overview)
  read(scan)
  const drawsOnly = !command && !isThere && isBareChart(scan) && overview.steps.length > 0
  if (drawsOnly) {
    scan = scanOf(text, last, at, japanese)
    read(scan)
  }
  const input = command?.step.input ?? (drawsOnly || isThere ? last.input : original.input)
  const there = command?.chart || drawsOnly || isThere
  const calls = scan.question ? [] : draftCalls(scan, input, overview.steps.length, there === true)
  if (calls.length === 0) ask(scan, { about: 'nothing' })
  if (scan.question) return no(scan.question, scan.table)
  const changed = command ? changeOf(command, calls) : calls
  if (!changed) return no({ about: 'oneChange' }, scan.table)
  return { kind: 'calls', calls: changed, says: saysOf(changed, scan) }
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth']
/** Steps by number, however they are counted. */
function spelled(text: string): string {
  return text
    .replace(/step_([0-9]{1,3})/giu, (_, number) => `step ${Number(number) + 1}`)
    .replace(/(?:第)?([0-9]{1,3})(?:番目|つ目|個目)の(?:ステップ|手順)/gu, 'ステップ$1')
    .replace(
      /\b(first|second|third|fourth|fifth|sixth) step\b/giu,
      (_, word) => `step ${ordinals.indexOf(word.toLowerCase()) + 1}`,
    )
}

const functionWords =
  /(?<![a-z])(?:by|of|the|show|total|sum|average|mean|per|for|with|please|what|how|and|only|delete|remove|from|in|as|top|bottom|chart|each|is|are)(?![a-z])/iu
/** Kana and kanji outside of names make a sentence Japanese, words such as "by" English. */
function isJapanese(text: string, table: OverviewTable | undefined): boolean {
  const names = [
    ...(table?.subjects ?? []),
    ...(table?.axes ?? []).flatMap(({ name, values }) => [name, ...values.slice(0, 200)]),
  ]
  let rest = text
  for (const name of names
    .filter((each) => each.length > 0)
    .sort((one, other) => other.length - one.length))
    rest = rest.replaceAll(normalise(name), ' ')
  if (functionWords.test(rest)) return false
  return (
    /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(rest) || !/[a-z]/iu.test(rest)
  )
}

function scanOf(text: string, table: OverviewTable, at: Date, japanese: boolean): Scan {
  const tokens = tokensOf(text, namesOf(table))
  const list = tokens.list
  const times = table.axes.flatMap((axis) => timeAxisOf(axis) ?? [])
  const codes = list.map(({ code }) => code).join('')
  return { tokens, list, codes, table, times, at, japanese, wishes: noWishes() }
}

/** それ, the result, then: before any name of the data. */
function refersBack({ codes, list }: Scan): boolean {
  const place = codes.indexOf('h')
  if (place < 0 || /[SAVmnMK]/u.test(codes.slice(0, place))) return false
  return (
    /^[,.&f]*$/u.test(codes.slice(0, place)) ||
    !/^(?:then|next|now)$/iu.test(list[place]?.text ?? '')
  )
}

const isBareChart = ({ wishes }: Scan) =>
  wishes.charts.length > 0 &&
  wishes.figures.length + wishes.ratios.length + wishes.groups.length + wishes.conditions.length ===
    0 &&
  wishes.kept.length + wishes.ranges.length === 0 &&
  !wishes.alongTime

/** Reads a sentence from the words that bind most to those that bind least. */
function read(scan: Scan): void {
  scan.codes = [...scan.codes].filter((_, place) => scan.list[place]?.code !== 'h').join('')
  scan.list = scan.list.filter(({ code }) => code !== 'h')
  joinAxes(scan)
  readTransforms(scan)
  regroup(scan)
  const unknown = leftOver(scan, /[U!]/u)
  if (unknown) scan.question = unknown
  if (scan.question) return
  readTimes(scan)
  readTops(scan)
  readRatios(scan)
  readSorts(scan)
  readAmounts(scan)
  readValues(scan)
  readGroups(scan)
  readCharts(scan)
  readFigures(scan)
  readMaking(scan)
  const rest = leftOver(scan)
  if (rest) scan.question ??= rest
  const percent = scan.list.find((_, place) => scan.codes[place] === 'u')
  if (percent && !isOfParts(scan)) ask(scan, { about: 'ratio', word: percent.text })
}

/** Whether anything is asked for that is said in percent. */
const isOfParts = ({ wishes: { ratios, figures } }: Scan) =>
  ratios.length > 0 || figures.some((each) => each.method === 'share' || isCompared(each))

/** Words that mean one thing beside names and another beside numbers, and gathering by an axis. */
function regroup(scan: Scan): void {
  each(scan, /C(?=S)/u, ([token], _, from) => {
    const means = /(?:max|min)imum of$/iu
      .exec(token?.text ?? '')?.[0]
      .slice(0, 3)
      .toLowerCase()
    if (token && means) recode(scan, from, { ...token, code: 'm', means })
    return false
  })
  each(scan, /b(?![A&,])/u, ([token]) => token?.text === 'それぞれの')
  each(scan, /A(?:[&,]A)*J?M/u, (found, _, from) => {
    const last = found.at(-1) as Token
    if (!gathering.test(last.text)) return false
    recode(scan, from + found.length - 1, { ...last, code: 'B' })
    return found.flatMap(({ code }, index) => (code === 'J' ? [from + index] : []))
  })
  each(scan, /(?<=A[^V.]*)M/u, ([token]) => gathering.test(token?.text ?? ''))
}
const gathering = /まとめ|集約|グループ/u

/** Making and changing are said of charts and figures too. */
function readMaking(scan: Scan): void {
  const { charts, groups, figures, operations } = scan.wishes
  const isMade = charts.length > 0 || (groups.length > 0 && figures.length > 0)
  if (isMade) each(scan, /n/u, () => true)
  if (operations.length > 0) each(scan, /Z/u, () => true)
}

const harmless = /[_,.&fthHu]/u
/** What is left of a sentence must be asked about. */
function leftOver(scan: Scan, wanted?: RegExp): Question | undefined {
  const place = [...scan.codes].findIndex((code) =>
    wanted ? wanted.test(code) : !harmless.test(code),
  )
  const token = scan.list[place]
  return token && { about: token.code === '!' ? 'outside' : 'unknown', word: token.text }
}

function deletion(
  scan: Scan,
  { steps, cascade }: Extract<Command, { kind: 'delete' }>,
  overview: Overview,
): Plan | undefined {
  const rest = leftOver(scan)
  if (rest) scan.question = rest
  if (scan.question) return undefined
  const place = (step: string) => overview.steps.findIndex((each) => each.step === step)
  const sorted = [...steps].sort((one, other) => place(other.step) - place(one.step))
  const calls: PlannedCall[] = sorted.map(({ step }) => ({
    call: 'delete',
    step,
    ...(cascade && { cascade }),
  }))
  return { kind: 'calls', calls, says: saysOf(calls, scan) }
}

function changeOf(
  { step }: Extract<Command, { kind: 'change' }>,
  calls: PlannedCall[],
): PlannedCall[] | undefined {
  const [only, second] = calls
  if (only?.call !== 'add' || second || only.type !== step.type) return undefined
  return [{ call: 'change', step: step.step, config: only.config, name: only.name }]
}
