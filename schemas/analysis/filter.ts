import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf } from '../common.ts'
import { AxisName, ColumnName, ItemText, maxItems, StepLink } from './common.ts'

const items = Type.Record(
  Type.String({ maxLength: 200 }),
  Type.Array(nullable(ItemText), { maxItems }),
  {
    maxProperties: 100,
    description: 'By column: an axis or `科目`. Null stands for rows where the cell is empty.',
    examples: [{ 科目: ['売上'] }],
  },
)

const Off = Type.Object({}, { additionalProperties: false })

const RangeFilter = Type.Object(
  {
    filter_type: Type.Literal('range'),
    enable_min: Type.Optional(
      Type.Boolean({ description: 'Whether `min_value` counts; true where it is there.' }),
    ),
    min_value: Type.Optional(nullable(Type.Number({ examples: [1_000_000] }))),
    include_min: Type.Optional(
      Type.Boolean({ default: true, description: '以上, or 超 if false.' }),
    ),
    enable_max: Type.Optional(
      Type.Boolean({ description: 'Whether `max_value` counts; true where it is there.' }),
    ),
    max_value: Type.Optional(nullable(Type.Number())),
    include_max: Type.Optional(
      Type.Boolean({ default: true, description: '以下, or 未満 if false.' }),
    ),
  },
  { $id: 'RangeFilter', additionalProperties: false },
)

const TopFilter = Type.Object(
  {
    filter_type: Type.Literal('topk'),
    k_value: Type.Integer({ minimum: 1, maximum: 1_000_000, examples: [5] }),
    ascending: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'True for the smallest; the order of rows stays.',
      }),
    ),
  },
  { $id: 'TopFilter', additionalProperties: false },
)

const PercentageFilter = Type.Object(
  {
    filter_type: Type.Literal('percentage'),
    min_percentile: Type.Number({ minimum: 0, maximum: 100, examples: [0] }),
    max_percentile: Type.Number({ minimum: 0, maximum: 100, examples: [25] }),
  },
  {
    $id: 'PercentageFilter',
    additionalProperties: false,
    description: 'Between two quantiles (linear interpolation), both included; from the smallest.',
  },
)

/** By `filter_type`. */
export const numericFilters = {
  range: RangeFilter,
  topk: TopFilter,
  percentage: PercentageFilter,
}

export const TableFilter = Type.Object(
  {
    enable: Type.Optional(Type.Boolean({ default: true })),
    table_df: StepLink,
    key_columns: Type.Array(AxisName, { minItems: 1, maxItems: 100, uniqueItems: true }),
    exclude_mode: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'False keeps rows whose key is in that table; true keeps the others.',
      }),
    ),
  },
  { $id: 'TableFilter', additionalProperties: false },
)

/** Which rows stay: those that pass category, exclusion, axis range, then numbers, then table. */
export const FilterConfig = Type.Object(
  {
    category_filter: Type.Optional({
      ...items,
      description: `Values that stay. ${items.description}`,
    }),
    category_exclude: Type.Optional({
      ...items,
      description: `Values that go; others stay, also those that come later. ${items.description}`,
    }),
    axis_range: Type.Optional(
      Type.Array(
        Type.Object(
          {
            column: AxisName,
            min: Type.Optional(nullable(ItemText)),
            max: Type.Optional(nullable(ItemText)),
          },
          { additionalProperties: false },
        ),
        {
          maxItems: 20,
          description:
            'From one value of an axis to another, both included: as numbers or periods where they are, else as texts. Rows with an empty cell go.',
          examples: [[{ column: '年度', min: '2021', max: '2023' }]],
        },
      ),
    ),
    numeric_filter: Type.Optional(
      Type.Union([Off, RangeFilter, TopFilter, PercentageFilter], {
        description:
          'On `値`, whatever the 科目. Rows without a number stay in a range, and go in the other two.',
      }),
    ),
    table_filter: Type.Optional(Type.Union([Off, TableFilter])),
    sort: Type.Optional(
      Type.Array(
        Type.Object(
          { column: ColumnName, descending: Type.Optional(Type.Boolean({ default: false })) },
          { additionalProperties: false },
        ),
        {
          maxItems: 10,
          description: 'The order of the rows; without it they keep theirs. Empty cells come last.',
        },
      ),
    ),
  },
  { $id: 'FilterConfig', additionalProperties: false, description: '`{}` keeps all rows.' },
)
export type FilterConfig = Static<typeof FilterConfig>
export type NumericFilter = Exclude<FilterConfig['numeric_filter'], undefined>

export type NumericFilterType = 'range' | 'topk' | 'percentage'
export const NumericFilterName = oneOf('range', 'topk', 'percentage')

export const filterSchemas = [
  RangeFilter,
  TopFilter,
  PercentageFilter,
  TableFilter,
  FilterConfig,
] as const
