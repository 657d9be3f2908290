import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf, ref } from '../common.ts'
import { figureFields, figuresOf, formatQuery, yearIn } from './answers.ts'
import { Note } from './meta.ts'

export const effectFormats = ['chartjs', 'csv', 'ndjson'] as const

export const EffectMethod = oneOf(
  'before_after',
  'interrupted_series',
  'difference_in_differences',
  'synthetic_control',
)
export type EffectMethod = Static<typeof EffectMethod>

const Scale = oneOf('absolute', 'index')

export const EffectQuery = Type.Object({
  method: Type.Optional(
    Type.Unsafe<EffectMethod>({
      ...EffectMethod,
      description: 'One method, which then refuses with a problem; all of them if none.',
    }),
  ),
  from: yearIn('The first year to look at.'),
  to: yearIn('The last year to look at.'),
  lag: Type.Integer({
    minimum: 0,
    maximum: 20,
    default: 0,
    description: 'Years from the start until an effect can be there.',
  }),
  scale: Type.Optional(
    Type.Unsafe<Static<typeof Scale>>({
      ...Scale,
      description:
        'Figures as they are, or with the last before the start as 100; the latter for counts if none, since areas differ in size.',
    }),
  ),
  seed: Type.Integer({
    minimum: 0,
    maximum: 2 ** 31 - 1,
    default: 1,
    description: 'For what is drawn at random; the same seed draws the same.',
  }),
  ...formatQuery(effectFormats),
})
export type EffectQuery = Static<typeof EffectQuery>

const EffectRow = Type.Object({
  method: EffectMethod,
  period: figureFields.period,
  observed: nullable(Type.Number({ description: 'Mean of the areas with the policy.' })),
  counterfactual: nullable(Type.Number({ description: 'What would have been without it.' })),
  lower: nullable(Type.Number({ description: '95 % interval of the counterfactual.' })),
  upper: nullable(Type.Number()),
  gap: nullable(Type.Number({ description: 'Observed less counterfactual.' })),
  after_start: Type.Boolean(),
})
export type EffectRow = Static<typeof EffectRow>

const Interval = Type.Union([
  Type.Object({ lower: Type.Number(), upper: Type.Number() }, { description: '95 %.' }),
  Type.Null(),
])

const EffectOf = Type.Object({
  method: EffectMethod,
  name_ja: Type.String({ examples: ['差の差分析'] }),
  name_en: Type.String({ examples: ['Difference in differences'] }),
  causal: Type.Boolean({
    description:
      'Whether it sets the policy apart from what else happened, if its assumptions hold.',
  }),
  refusal: Type.Union([ref(Note), Type.Null()], { description: 'Why the data cannot carry it.' }),
  estimate: nullable(
    Type.Number({ description: 'In `unit`, an average a period under the policy.' }),
  ),
  percent: nullable(Type.Number({ description: 'Of what would have been without the policy.' })),
  standard_error: nullable(Type.Number()),
  interval: Interval,
  p_value: nullable(Type.Number({ description: 'Two-sided, of no effect.' })),
  assumptions: Type.Array(ref(Note)),
  warnings: Type.Array(ref(Note)),
  detail: Type.Object(
    {},
    {
      additionalProperties: true,
      description:
        'What only this method has: slopes, the event study and its pre-trend test, weights of donors, placebos.',
    },
  ),
})
export type EffectOf = Static<typeof EffectOf>

export const PolicyEffect = figuresOf('PolicyEffect', EffectRow, {
  policy_id: Type.String({ format: 'uuid' }),
  indicator: figureFields.indicator,
  unit: Type.String(),
  scale: Scale,
  start_period: Type.String({ description: 'The first period under the policy.' }),
  periods: Type.Array(Type.String()),
  treated_areas: Type.Array(Type.String()),
  control_areas: Type.Array(Type.String()),
  effects: Type.Array(EffectOf),
})
export type PolicyEffect = Static<typeof PolicyEffect>
