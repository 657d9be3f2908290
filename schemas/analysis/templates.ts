import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { StepLink } from './common.ts'

/** How many of their own everybody together, and a project, may have. */
export const maxThemes = 200
export const maxIssues = 1000

const SheetCell = Type.Unsafe<string | number | boolean | null>({
  type: ['string', 'number', 'boolean', 'null'],
  maxLength: 500,
  minimum: -1e300,
  maximum: 1e300,
})

const theme = {
  validation_name: Type.String({
    minLength: 1,
    maxLength: 255,
    pattern: line,
    description: 'The name of the theme (施策).',
    examples: ['在庫水準の最適化'],
  }),
  validation_order: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    description: 'Its place among the themes, the smallest first.',
    examples: [10],
  }),
}

const origin = {
  is_builtin: Type.Boolean({
    description: 'True for what the service brings along, and nobody changes.',
    examples: [true],
  }),
  project_id: nullable(
    Type.String({ ...Id, description: 'The project that it belongs to; null for everybody.' }),
  ),
}

const kept = {
  version: Type.Integer({ minimum: 1, examples: [1] }),
  created_at: nullable({ ...Timestamp, description: 'Null for what the service brings along.' }),
  updated_at: nullable(Timestamp),
}

const ValidationId = Type.String({ ...Id, description: 'The id of the theme (施策).' })
const IssueId = Type.String({ ...Id, description: 'The id of the question (課題).' })
export const ValidationParams = Type.Object({ validation_id: ValidationId })
export const IssueParams = Type.Object({ issue_id: IssueId })

export const TemplateQuery = Type.Object({
  project_id: Type.Optional(
    Type.String({ ...Id, description: 'Those of this project as well, if you are in it.' }),
  ),
})
export type TemplateQuery = Static<typeof TemplateQuery>

export const SampleStep = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, pattern: line, examples: ['部門別'] }),
    type: oneOf('filter', 'aggregate', 'aggregation', 'transform', 'summary'),
    input: StepLink,
    config: Type.Optional(
      Type.Object({}, { additionalProperties: true, description: 'What such a step takes.' }),
    ),
  },
  {
    $id: 'TemplateSampleStep',
    additionalProperties: false,
    examples: [
      {
        name: '売上の推移',
        type: 'summary',
        input: 'original',
        config: { chart_config: { graph_type: 'line', x_axis: '年度', y_axis: '値' } },
      },
    ],
  },
)
export type SampleStep = Static<typeof SampleStep>

export const SampleSheet = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, pattern: line, examples: ['サンプル'] }),
    rows: Type.Array(Type.Array(SheetCell, { maxItems: 200 }), {
      minItems: 1,
      maxItems: 1000,
      description: 'The lines of the sheet, in either layout of a file; an empty one has no cells.',
      examples: [[['年度', 2023, 2024], [], ['売上', 100, 120]]],
    }),
  },
  { $id: 'TemplateSampleSheet', additionalProperties: false },
)
export type SampleSheet = Static<typeof SampleSheet>

const sample = {
  sheet: ref(SampleSheet),
  steps: Type.Array(ref(SampleStep), { maxItems: 50 }),
}
const sampleUse =
  'A sheet, and the steps that are run over it to give `dummy_formula` and `dummy_chart`.'

export const TemplateSample = Type.Object(sample, {
  $id: 'TemplateSample',
  description: sampleUse,
})
export type TemplateSample = Static<typeof TemplateSample>

const axis = {
  name: Type.String({ minLength: 1, maxLength: 100, pattern: line, examples: ['横軸'] }),
  option: Type.Unsafe<'科目' | '軸'>({
    ...oneOf('科目', '軸'),
    description: 'Whether people choose a 科目 or an axis of their data.',
  }),
  multiple: Type.Boolean({ description: 'Whether they may choose several.', examples: [false] }),
}

export const TemplateAxis = Type.Object(
  { id: Id, ...axis, axis_order: Type.Integer({ minimum: 1, examples: [1] }) },
  { $id: 'TemplateAxis' },
)
export type TemplateAxis = Static<typeof TemplateAxis>

const NewAxis = Type.Object(
  {
    id: Type.Optional(Type.String({ ...Id, description: 'That of an axis that stays.' })),
    name: axis.name,
    option: axis.option,
    multiple: Type.Optional(Type.Boolean({ default: false })),
  },
  { $id: 'NewTemplateAxis', additionalProperties: false },
)

const editable = {
  issue_name: Type.String({
    minLength: 1,
    maxLength: 255,
    pattern: line,
    description: 'The question (課題).',
    examples: ['在庫の水準が販売の実績から離れている拠点はどこか？'],
  }),
  issue_order: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    description: 'Its place among the questions of its theme, the smallest first.',
    examples: [1],
  }),
  description: Type.String({ maxLength: 5000, description: 'How the question is approached.' }),
  agent_prompt: Type.String({ maxLength: 20_000, description: 'What a model is told.' }),
  initial_msg: Type.String({ maxLength: 5000, description: 'What a session begins with.' }),
  dummy_hint: Type.String({ maxLength: 5000, description: 'Which data to prepare.' }),
}

const written = {
  validation_id: ValidationId,
  ...editable,
  initial_axis: Type.Array(ref(NewAxis), {
    maxItems: 20,
    description: 'In their order. Without an `id` an axis is new.',
  }),
  sample: nullable(
    Type.Object(sample, {
      additionalProperties: false,
      description: `${sampleUse} They are run before it is kept.`,
    }),
  ),
}

export const Template = Type.Object(
  {
    validation_id: ValidationId,
    ...theme,
    issue_id: IssueId,
    issue_name: editable.issue_name,
    issue_order: editable.issue_order,
    ...origin,
  },
  { $id: 'AnalysisTemplate' },
)
export type Template = Static<typeof Template>

export const TemplateFormula = Type.Object(
  {
    name: Type.String({ examples: ['売上合計'] }),
    value: Type.String({
      description: 'With its unit; `－` where there is none.',
      examples: ['1,234百万円'],
    }),
    formula_order: Type.Integer({ minimum: 1, examples: [1] }),
  },
  { $id: 'TemplateFormula' },
)
export type TemplateFormula = Static<typeof TemplateFormula>

export const TemplateChart = Type.Object(
  {
    chart: Type.Object(
      {
        data: Type.Array(Type.Object({}, { additionalProperties: true })),
        layout: Type.Object({}, { additionalProperties: true }),
      },
      { description: 'A figure of Plotly.' },
    ),
    chart_order: Type.Integer({ minimum: 1, examples: [1] }),
  },
  { $id: 'TemplateChart' },
)
export type TemplateChart = Static<typeof TemplateChart>

export const TemplateDetail = Type.Object(
  {
    id: IssueId,
    name: editable.issue_name,
    validation: theme.validation_name,
    ...Template.properties,
    description: editable.description,
    agent_prompt: editable.agent_prompt,
    initial_msg: editable.initial_msg,
    initial_axis: Type.Array(ref(TemplateAxis)),
    dummy_input: Type.Array(Type.Record(Type.String(), SheetCell), {
      description:
        'The sheet of the sample as records: its first line are the keys, with `.1`, `.2` … where one comes again; an empty line is a record of nulls.',
      examples: [[{ 年度: '売上', '2023': 100, '2024': 120 }]],
    }),
    dummy_hint: editable.dummy_hint,
    dummy_formula: Type.Array(ref(TemplateFormula)),
    dummy_chart: Type.Array(ref(TemplateChart)),
    sample: Type.Union([ref(TemplateSample), Type.Null()]),
    ...kept,
  },
  { $id: 'AnalysisTemplateDetail' },
)
export type TemplateDetail = Static<typeof TemplateDetail>

const { validation_id, issue_name, ...others } = written
export const NewTemplate = Type.Object(
  {
    project_id: Type.Optional(origin.project_id),
    validation_id,
    issue_name,
    ...Type.Partial(Type.Object(others)).properties,
  },
  {
    $id: 'NewAnalysisTemplate',
    additionalProperties: false,
    description: 'Without an `issue_order` it is the last of its theme.',
    examples: [{ validation_id: Id.examples[0], issue_name: '返品の多い製品はどれか？' }],
  },
)
export type NewTemplate = Static<typeof NewTemplate>

export const TemplateChange = Type.Partial(Type.Object(written), {
  $id: 'AnalysisTemplateChange',
  additionalProperties: false,
  minProperties: 1,
  examples: [{ issue_order: 2 }],
})
export type TemplateChange = Static<typeof TemplateChange>

export const Theme = Type.Object(
  {
    validation_id: ValidationId,
    ...theme,
    ...origin,
    ...kept,
  },
  { $id: 'AnalysisTheme' },
)
export type Theme = Static<typeof Theme>

export const NewTheme = Type.Object(
  {
    project_id: Type.Optional(origin.project_id),
    validation_name: theme.validation_name,
    validation_order: Type.Optional(theme.validation_order),
  },
  {
    $id: 'NewAnalysisTheme',
    additionalProperties: false,
    description: 'Without a `validation_order` it is the last.',
    examples: [{ validation_name: '返品の削減' }],
  },
)
export type NewTheme = Static<typeof NewTheme>

export const ThemeChange = Type.Partial(Type.Object(theme), {
  $id: 'AnalysisThemeChange',
  additionalProperties: false,
  minProperties: 1,
  examples: [{ validation_name: '返品の削減' }],
})
export type ThemeChange = Static<typeof ThemeChange>

export const analysisTemplateSchemas = [
  SampleStep,
  SampleSheet,
  TemplateSample,
  TemplateAxis,
  NewAxis,
  Template,
  TemplateFormula,
  TemplateChart,
  TemplateDetail,
  NewTemplate,
  TemplateChange,
  Theme,
  NewTheme,
  ThemeChange,
] as const
