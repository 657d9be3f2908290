import type { Issue, Theme } from '../../../db/seeds/analysis/theme.ts'
import { themes } from '../../../db/seeds/analysis/themes.ts'
import type { Cell } from '../../sheet-tables.ts'

/** A question that the service brings along, with its theme; orders count from 1. */
export type BuiltinIssue = {
  theme: Theme
  validation_order: number
  issue: Issue
  issue_order: number
}

const builtins: readonly BuiltinIssue[] = themes.flatMap((theme, at) =>
  theme.issues.map((issue, n) => ({
    theme,
    validation_order: at + 1,
    issue,
    issue_order: n + 1,
  })),
)

const byId = new Map(builtins.map((each) => [each.issue.id, each]))

export function listBuiltinIssues(): readonly BuiltinIssue[] {
  return builtins
}

export function getBuiltinIssue(id: string): BuiltinIssue | undefined {
  return byId.get(id)
}

/** A theme that the service brings along, with its place among them. */
export function getBuiltinTheme(id: string): (Theme & { validation_order: number }) | undefined {
  const at = themes.findIndex((theme) => theme.id === id)
  const theme = themes[at]
  return theme && { ...theme, validation_order: at + 1 }
}

/** What a model is told: what the question is for, how to go about it, and what to ask people afterwards. */
export function promptOf({ name, prompt }: Issue): string {
  return [
    `課題: ${name}`,
    `この分析の目的: ${prompt.aim}`,
    '次の順にステップを作り、得られた数値を短い文章で説明してください。科目や軸の名前は、利用者のデータにあるものに読み替えます。',
    ...prompt.steps.map((step, n) => `${n + 1}. ${step}`),
    'これは標準の進め方です。データに合わないとき、または利用者が別の見方を求めたときは、手順を変えてかまいません。変えた場合は、どこを変えたかを伝えてください。',
    '結果を示した後に、次のことを利用者に尋ね、答えに応じて分析を直してください。',
    ...prompt.questions.map((question) => `- ${question}`),
  ].join('\n')
}

/** The cells of a sample sheet, as a workbook would have them: texts and numbers. */
export function cellsOf({ sheet }: Issue): Cell[][] {
  return sheet.lines.map((line) => (line === '' ? [] : line.split(',').map(cellOf)))
}

function cellOf(text: string): Cell {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text
}
