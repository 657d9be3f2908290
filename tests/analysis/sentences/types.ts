import type { StepType } from '../../../schemas/analysis/common.ts'

export type TableOverview = {
  input: string
  name: string
  row_count: number
  subjects: string[]
  axes: { name: string; kind: '推移' | '軸'; count: number; values: string[] }[]
}

/** What the interpreter knows of a session. */
export type Overview = {
  /** `original` first, then every earlier tabular step. */
  tables: TableOverview[]
  steps: { step: string; name: string; type: StepType; input: string; config: object }[]
}

/** A call without the name of its step, which nobody compares. */
export type ExpectedCall =
  | { call: 'add'; type: StepType; input: string; config: object }
  | { call: 'change'; step: string; config: object }
  | { call: 'delete'; step: string; cascade?: boolean }

/** `data` is a name in `overviews`. */
export type PlannedSentence = { says: string; data: string; gives: ExpectedCall[] }

/** Every text of `asks` is in the question. */
export type AskedSentence = { says: string; data: string; asks: string[] }
