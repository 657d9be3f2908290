import { type Static, Type } from '@sinclair/typebox'
import { oneOf } from '../common.ts'
import { AxisName, SubjectName } from './common.ts'

const name = { ...SubjectName, description: 'The 科目 of the result.', examples: ['売上合計'] }

const Gathered = Type.Object(
  {
    name,
    method: oneOf('sum', 'mean', 'count', 'max', 'min', 'median'),
    subject: { ...SubjectName, description: 'A 科目 of the input.', examples: ['売上'] },
  },
  {
    $id: 'GatheredFigure',
    additionalProperties: false,
    description: '`count` counts rows, also those without a number; the others leave these out.',
  },
)

const Calculated = Type.Object(
  {
    name,
    method: oneOf('+', '-', '*', '/'),
    subject: Type.Array(Type.Union([SubjectName, Type.Number()]), {
      minItems: 2,
      maxItems: 2,
      description: 'Two names of this configuration, in whatever order they stand, or numbers.',
      examples: [['利益合計', '売上合計']],
    }),
  },
  { $id: 'CalculatedFigure', additionalProperties: false },
)

const Shared = Type.Object(
  {
    name,
    method: Type.Literal('share'),
    subject: { ...SubjectName, description: 'A 科目 of the input.' },
    within: Type.Optional(
      Type.Array(AxisName, {
        maxItems: 100,
        uniqueItems: true,
        default: [],
        description: 'Axes of `group_by_axis` within which shares make 1; none for the whole.',
      }),
    ),
  },
  {
    $id: 'SharedFigure',
    additionalProperties: false,
    description: 'The sum of a group ÷ the sum of all: 0.25 is 25 %.',
  },
)

const Compared = Type.Object(
  {
    name,
    method: oneOf('previous_ratio', 'growth', 'difference'),
    subject: { ...SubjectName, description: 'A 科目 of the input.' },
    along: {
      ...AxisName,
      description: 'One of `group_by_axis`: years, or other periods.',
      examples: ['年度'],
    },
    offset: Type.Optional(
      Type.Unsafe<'previous' | 'year'>({
        ...oneOf('previous', 'year'),
        default: 'previous',
        description: '`year` compares months or quarters with those of the year before.',
      }),
    ),
  },
  {
    $id: 'ComparedFigure',
    additionalProperties: false,
    description:
      'The sum of a group with that of the period before: `previous_ratio` 1.05 (前年比 105 %), `growth` 0.05 (増減率 5 %), `difference` (増減額).',
  },
)

/** By `method`. */
export const figureConfigs = {
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
  share: Shared,
  previous_ratio: Compared,
  growth: Compared,
  difference: Compared,
}
export type FigureMethod = keyof typeof figureConfigs

export const AggregateConfig = Type.Object(
  {
    group_by_axis: Type.Array(AxisName, {
      maxItems: 100,
      uniqueItems: true,
      description: 'Axes that stay; none for one grand total.',
      examples: [['年度', '部門']],
    }),
    aggregation_config: Type.Array(Type.Union([Gathered, Calculated, Shared, Compared]), {
      minItems: 1,
      maxItems: 200,
      description: 'Each becomes a 科目 of the result, in this order. Names are unique.',
    }),
  },
  { $id: 'AggregateConfig', additionalProperties: false },
)
export type AggregateConfig = Static<typeof AggregateConfig>
export type FigureConfig = AggregateConfig['aggregation_config'][number]

export const aggregateSchemas = [Gathered, Calculated, Shared, Compared, AggregateConfig] as const
