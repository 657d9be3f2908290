import { type Static, Type } from '@sinclair/typebox'
import { oneOf } from '../common.ts'
import { type ChartConfig, chartConfigs } from './charts.ts'
import { SubjectName } from './common.ts'

const result = {
  formula_text: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'The name of the figure.',
    examples: ['売上合計'],
  }),
  unit: Type.Optional(
    Type.String({
      maxLength: 20,
      default: '',
      description: 'With `%` a quotient is given times 100.',
      examples: ['円'],
    }),
  ),
  portion: Type.Optional(
    Type.Number({ default: 1, description: 'What the figure is multiplied by, such as −1.' }),
  ),
}

const Gathered = Type.Object(
  {
    type: oneOf('sum', 'mean', 'count', 'max', 'min', 'median'),
    target_subject: { ...SubjectName, description: 'A 科目 of the input.', examples: ['売上'] },
    ...result,
  },
  { $id: 'GatheredFormula', additionalProperties: false },
)

const Calculated = Type.Object(
  {
    type: oneOf('+', '-', '*', '/'),
    target_subject: Type.Array(
      Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Number()]),
      {
        minItems: 2,
        maxItems: 2,
        description: 'Two `formula_text` of this step, in whatever order they stand, or numbers.',
        examples: [['利益合計', '売上合計']],
      },
    ),
    ...result,
  },
  { $id: 'CalculatedFormula', additionalProperties: false },
)

/** By `type`. */
export const formulaConfigs = {
  sum: Gathered,
  mean: Gathered,
  count: Gathered,
  max: Gathered,
  min: Gathered,
  median: Gathered,
  '+': Calculated,
  '-': Calculated,
  '*': Calculated,
  '/': Calculated,
}

const TableConfig = Type.Object(
  {
    show_source_data: Type.Optional(Type.Boolean({ default: false })),
    table_name: Type.Optional(Type.String({ maxLength: 200, default: '' })),
  },
  { $id: 'TableConfig', additionalProperties: false },
)

export const SummaryConfig = Type.Object(
  {
    formulas: Type.Optional(
      Type.Array(Type.Union([Gathered, Calculated]), { maxItems: 100, default: [] }),
    ),
    chart_config: Type.Optional(
      Type.Unsafe<ChartConfig | Record<string, never>>(
        Type.Union(
          [Type.Object({}, { additionalProperties: false }), ...Object.values(chartConfigs)],
          {
            description: '`{}` for none.',
          },
        ),
      ),
    ),
    table_config: Type.Optional(TableConfig),
  },
  { $id: 'SummaryConfig', additionalProperties: false },
)
export type SummaryConfig = Static<typeof SummaryConfig>
export type FormulaConfig = NonNullable<SummaryConfig['formulas']>[number]

export const summarySchemas = [Gathered, Calculated, TableConfig, SummaryConfig] as const
