import type { AggregateConfig } from '../../../schemas/analysis/aggregate.ts'
import type { StepType } from '../../../schemas/analysis/common.ts'
import type { SheetRole } from '../../../schemas/analysis/files.ts'
import type { FilterConfig } from '../../../schemas/analysis/filter.ts'
import type { SummaryConfig } from '../../../schemas/analysis/summary.ts'
import type { TransformConfig } from '../../../schemas/analysis/transform.ts'
import type { rules } from '../../messages.ts'

export type StepConfigs = {
  filter: FilterConfig
  aggregate: AggregateConfig
  transform: TransformConfig
  summary: SummaryConfig
}

/** A step of a draft; without `version_id` it is new or changed. */
export type Step = {
  [Type in StepType]: {
    step_id: string
    version_id?: string
    name: string
    type: Type
    /** `original`, or the `step_id` of an earlier step that has rows. */
    input: string
    config: StepConfigs[Type]
  }
}[StepType]

/** The table that steps start from, as it was when it was chosen. */
export type SnapshotInput = {
  file_id: string
  sheet_id: string
  sheet_name: string
  /** Where its table is in the storage, as Parquet. */
  key: string
  layout: 'block' | 'flat'
  /** All columns of the table, in its order, with the roles they had. */
  columns: { name: string; role: SheetRole; is_number: boolean }[]
}

/** What a snapshot holds, or is going to. */
export type Draft = { input: SnapshotInput | null; steps: readonly Step[] }

export type Axis = { name: string; kind: '推移' | '軸' }

/**
 * A table in the engine: `n` BIGINT (the order of rows, distinct), `a0`, `a1` … VARCHAR (one an axis, in
 * the order of `axes`), `s` VARCHAR (科目), `v` DOUBLE (値). Any of them but `n` may be null.
 */
export type Relation = { table: string; axes: readonly Axis[]; row_count: number }

/** Something that was calculated otherwise than one might think; it never stops a step. */
export type StepWarning = {
  /** A row of the rules of the messages. */
  rule: keyof typeof rules
  /** Where in the configuration: `config.operations.0`. */
  field: string
  /** The first cell that it is about, by its axes and 科目, and how many there are. */
  cell: Record<string, string | null> | null
  count: number
  params?: Record<string, string | number>
}

export type Made = { relation: Relation; warnings: StepWarning[] }

export type FormulaResult = { name: string; value: number | null; unit: string }

export type SummaryResult = {
  formulas: FormulaResult[]
  warnings: StepWarning[]
}
