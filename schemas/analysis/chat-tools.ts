import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { line } from '../common.ts'
import { AggregateConfig } from './aggregate.ts'
import { StepLink, StepType } from './common.ts'
import { FilterConfig } from './filter.ts'
import { SummaryConfig } from './summary.ts'
import { TransformConfig } from './transform.ts'

const strict = { additionalProperties: false }

/** Rows or values that one call of a tool may give. */
export const maxToolRows = 50
export const maxToolValues = 1000

const name = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: line,
  description: 'Unique among the steps, in the language of the user.',
})
const step = Type.String({
  minLength: 1,
  maxLength: 40,
  description: '`step_N`, N counted from 0.',
})
const table = Type.String({ ...step, description: '`original`, or `step_N` of a step with rows.' })

/** What a configuration may be is checked by the step's own type; models are told all of them. */
const Config = Type.Unsafe<object>({ type: 'object' })
const config: TSchema = Type.Union(
  [FilterConfig, AggregateConfig, TransformConfig, SummaryConfig],
  {
    description: 'By `type`: FilterConfig, AggregateConfig, TransformConfig or SummaryConfig.',
  },
)

export const GetDataOverview = Type.Object({}, strict)
export const GetValues = Type.Object(
  {
    step: Type.Optional(table),
    column: Type.String({ minLength: 1, maxLength: 200, description: 'An axis, or `科目`.' }),
    search: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'A part of the values wanted.' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: maxToolValues, default: 50 })),
  },
  strict,
)
export const GetRows = Type.Object(
  {
    step: table,
    skip: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: maxToolRows, default: 10 })),
  },
  strict,
)
export const GetStep = Type.Object({ step }, strict)

const added = { name, type: StepType, input: StepLink }
export const AddStep = Type.Object({ ...added, config: Config }, strict)
const changed = { step, name: Type.Optional(name), input: Type.Optional(StepLink) }
export const ChangeStep = Type.Object({ ...changed, config: Type.Optional(Config) }, strict)
export const DeleteStep = Type.Object(
  {
    step,
    cascade: Type.Optional(
      Type.Boolean({ default: false, description: 'Deletes the steps that start from it, too.' }),
    ),
  },
  strict,
)

/** What the arguments of each tool are checked by. */
export const toolArguments = {
  get_data_overview: GetDataOverview,
  get_values: GetValues,
  get_rows: GetRows,
  get_step: GetStep,
  add_step: AddStep,
  change_step: ChangeStep,
  delete_step: DeleteStep,
}
export type ToolName = keyof typeof toolArguments
export type ToolArguments = { [Name in ToolName]: Static<(typeof toolArguments)[Name]> }

/** What a model is told of the arguments. */
export const toolParameters: Record<ToolName, TSchema> = {
  ...toolArguments,
  add_step: Type.Object({ ...added, config }, strict),
}
