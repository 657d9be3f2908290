import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { SessionParams, StepLink, StepType } from './common.ts'

/** How many rows a step is answered with. */
export const firstRows = 50

const editable = {
  name: Type.String({ minLength: 1, maxLength: 200, pattern: line, examples: ['売上の抽出'] }),
  type: Type.Unsafe<StepType | 'aggregation'>({
    ...oneOf('filter', 'aggregate', 'aggregation', 'transform', 'summary'),
    description: '`aggregation` is another name for `aggregate`.',
    examples: ['filter'],
  }),
  input: { ...StepLink, examples: ['original'] },
}

const Config = Type.Unsafe<object>({
  type: 'object',
  additionalProperties: true,
  description:
    'By the type: `FilterConfig`, `AggregateConfig`, `TransformConfig` or `SummaryConfig`. At most 256 KB.',
  examples: [{ numeric_filter: { filter_type: 'range', min_value: 1_000_000 } }],
})

export const NewAnalysisStep = Type.Object(
  {
    ...editable,
    config: Type.Optional({
      ...Config,
      description: `${Config.description} Without it the step keeps everything; an aggregate needs one.`,
    }),
  },
  { $id: 'NewAnalysisStep', additionalProperties: false },
)
export type NewAnalysisStep = Static<typeof NewAnalysisStep>

export const AnalysisStepChange = Type.Partial(Type.Object({ ...editable, config: Config }), {
  $id: 'AnalysisStepChange',
  additionalProperties: false,
  minProperties: 1,
  description: 'What is not sent stays. Another `type` begins without a configuration.',
  examples: [{ name: '大口の売上' }],
})
export type AnalysisStepChange = Static<typeof AnalysisStepChange>

const Fault = Type.Object({ field: Type.String(), message: Type.String() })

const StepError = Type.Object(
  {
    code: Type.String({ examples: ['invalid_request'] }),
    detail: Type.String({ description: 'What to do, in the language of `Accept-Language`.' }),
    errors: Type.Array(Fault, { description: 'The fields that are wrong.' }),
  },
  { $id: 'AnalysisStepError' },
)

const Warning = Type.Object(
  {
    rule: Type.String({ examples: ['warning_division_by_zero'] }),
    message: Type.String({ description: 'In the language of `Accept-Language`.' }),
    field: Type.String({ examples: ['config.aggregation_config.2'] }),
    cell: Type.Unsafe<Record<string, string | null> | null>({
      type: ['object', 'null'],
      additionalProperties: { type: ['string', 'null'] },
      description: 'The first cell that it is about: its axes and 科目.',
      examples: [{ 年度: '2023', 科目: '利益率' }],
    }),
    count: Type.Integer({ minimum: 0, description: 'How many cells it is about.' }),
  },
  { $id: 'AnalysisWarning' },
)

const AnalysisFormula = Type.Object(
  {
    name: Type.String({ examples: ['売上合計'] }),
    value: nullable(Type.Number({ examples: [4_100] })),
    unit: Type.String({ examples: ['円'] }),
  },
  { $id: 'AnalysisFormula' },
)

const Records = Type.Array(
  Type.Unsafe<Record<string, string | number | null>>({
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'null'] },
    examples: [{ 年度: '2023', 科目: '売上', 値: 1000 }],
  }),
  { description: 'Records of the axes, 科目 and 値.' },
)

const columns = Type.Array(Type.String(), { examples: [['年度', '部門', '科目', '値']] })

const ResultTable = Type.Object(
  {
    name: Type.String(),
    columns,
    rows: { ...Records, description: `The first ${firstRows}.` },
    row_count: Type.Integer({ minimum: 0 }),
  },
  { $id: 'AnalysisResultTable' },
)

const brief = {
  step_id: Id,
  snapshot_id: Id,
  step_order: Type.Integer({ minimum: 0, examples: [0] }),
  name: Type.String({ examples: ['売上の抽出'] }),
  type: StepType,
  input: { ...StepLink, description: '`original` or `step_N`.' },
  input_step_id: nullable({ ...Id, description: 'The step of `input`; null for `original`.' }),
  config: { ...Config, description: 'As it was set.' },
  state: { ...oneOf('ok', 'error'), description: 'A step with an `error` has no result.' },
  error: Type.Union([ref(StepError), Type.Null()]),
  warnings: Type.Array(ref(Warning)),
  row_count: nullable(Type.Integer({ minimum: 0, description: 'Null for a summary.' })),
  columns: { ...columns, description: 'None for a summary.' },
}

export const AnalysisStepBrief = Type.Object(brief, { $id: 'AnalysisStepBrief' })
export type AnalysisStepBrief = Static<typeof AnalysisStepBrief>

export const AnalysisStep = Type.Object(
  {
    ...brief,
    result_data: { ...Records, description: `The first ${firstRows} rows.` },
    result_formula: Type.Array(ref(AnalysisFormula)),
    result_chart: Type.Unsafe<object | null>({
      type: ['object', 'null'],
      additionalProperties: true,
      description: 'A figure for Plotly: `{data, layout}`.',
    }),
    result_table: Type.Union([ref(ResultTable), Type.Null()]),
  },
  { $id: 'AnalysisStep' },
)
export type AnalysisStep = Static<typeof AnalysisStep>

export const AnalysisStepList = Type.Object(
  { snapshot_id: Id, steps: Type.Array(ref(AnalysisStepBrief)) },
  { $id: 'AnalysisStepList' },
)
export type AnalysisStepList = Static<typeof AnalysisStepList>

export const AnalysisRows = pageOf('rows', Records.items, { $id: 'AnalysisRows' })
export type AnalysisRows = Static<typeof AnalysisRows>

export const StepOrder = Type.Object(
  {
    step_ids: Type.Array(Id, {
      minItems: 1,
      maxItems: 100,
      description: 'All steps, each once.',
    }),
  },
  { $id: 'AnalysisStepOrder', additionalProperties: false },
)

const snapshot_id = Type.Optional(
  Type.String({ ...Id, description: 'Another snapshot than the one that the session is at.' }),
)
const flag = (description: string) => Type.Optional(Type.Boolean({ description }))

export const StepParams = Type.Composite([
  SessionParams,
  Type.Object({ step_id: Type.String({ ...Id, description: 'The id of the step.' }) }),
])

/** For what only reads: a change by order could hit another step than was meant. */
export const StepRefParams = Type.Composite([
  SessionParams,
  Type.Object({
    step_id: Type.String({
      minLength: 1,
      maxLength: 40,
      description: 'The id of the step, or `step_N` by its order from 0.',
    }),
  }),
])
export const SnapshotQuery = Type.Object({ snapshot_id })
export const DryRunQuery = Type.Object({ dry_run: flag('Answers the result and saves nothing.') })
export const CascadeQuery = Type.Object({
  cascade: flag('Deletes the steps that start from it as well.'),
})
export const RowsQuery = Type.Composite([pageQuery(), SnapshotQuery])

export const analysisStepSchemas = [
  NewAnalysisStep,
  AnalysisStepChange,
  StepError,
  Warning,
  AnalysisFormula,
  ResultTable,
  AnalysisStepBrief,
  AnalysisStep,
  AnalysisStepList,
  AnalysisRows,
  StepOrder,
] as const
