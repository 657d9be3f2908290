import type { StepType } from '../../../schemas/analysis/common.ts'

/** What the interpreter knows of a session. */
export type Overview = {
  /** `original` first, then every step that has rows. */
  tables: OverviewTable[]
  steps: OverviewStep[]
}

export type OverviewTable = {
  input: string
  name: string
  row_count: number
  subjects: string[]
  axes: { name: string; kind: '推移' | '軸'; count: number; values: string[] }[]
}

export type OverviewStep = {
  /** `step_0` and so on. */
  step: string
  name: string
  type: StepType
  input: string
  config: object
}

export type PlannedCall =
  | { call: 'add'; type: StepType; input: string; config: object; name: string }
  | { call: 'change'; step: string; config: object; name?: string }
  | { call: 'delete'; step: string; cascade?: boolean }

/** What a sentence asks for, or what has to be asked back; `says` is for people, in their language. */
export type Plan =
  | { kind: 'calls'; calls: PlannedCall[]; says: string }
  | { kind: 'ask'; says: string }
