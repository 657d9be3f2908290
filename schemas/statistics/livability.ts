import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf } from '../common.ts'
import { figureFields, figuresOf, formatQuery } from './answers.ts'

export const livabilityFormats = ['chartjs', 'csv', 'ndjson'] as const

/** Scores of a level make a map. */
export const scoreFormats = [...livabilityFormats, 'geojson'] as const

const Normalisation = oneOf('deviation', 'zscore', 'minmax', 'percentile')
const Aggregation = oneOf('arithmetic', 'geometric')
const Years = oneOf('catalogue', 'latest')
const Level = oneOf('prefecture', 'municipality')

const method = {
  normalize: Type.Unsafe<Static<typeof Normalisation>>({
    ...Normalisation,
    default: 'deviation',
    description:
      '偏差値 (50 + 10 z, clipped to 30-70), z, 0-100 between the extremes, or percentile.',
  }),
  aggregate: Type.Unsafe<Static<typeof Aggregation>>({
    ...Aggregation,
    default: 'arithmetic',
    description: 'The geometric mean lets one strength make up for a weakness less.',
  }),
  min_coverage: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.667,
    description: 'Share of the weight whose figures an area must have to get a score.',
  }),
  level: Type.Unsafe<Static<typeof Level>>({
    ...Level,
    default: 'prefecture',
    description: 'Municipalities are scored by the indicators that they have.',
  }),
  parent: Type.Optional(
    Type.String({ maxLength: 60, description: 'Only within this area, which normalises anew.' }),
  ),
  years: Type.Optional(
    Type.Unsafe<Static<typeof Years>>({
      ...Years,
      description:
        'The year of each indicator in the catalogue, as prefectures have it, or the newest that there is, as municipalities do.',
    }),
  ),
}

const weights = Type.Optional(
  Type.Array(Type.String({ maxLength: 1000 }), {
    maxItems: 30,
    description:
      '`indicator:weight`, repeated or separated by commas; 1 for those not named, 0 leaves out.',
    examples: [['doctors_per_100k:2', 'waste_per_person_day:0']],
  }),
)

const formats = formatQuery(livabilityFormats)

export const LivabilityQuery = Type.Object({ weights, ...method, ...formatQuery(scoreFormats) })
export type LivabilityQuery = Static<typeof LivabilityQuery>

export const AreaLivabilityQuery = Type.Object({ weights, ...method, ...formats })
export type AreaLivabilityQuery = Static<typeof AreaLivabilityQuery>

const draws = {
  draws: Type.Integer({
    minimum: 100,
    maximum: 2000,
    default: 1000,
    description: 'How many other ways to build the index are tried for the rank interval.',
  }),
  seed: Type.Integer({
    minimum: 0,
    maximum: 2 ** 31 - 1,
    default: 1,
    description: 'The same seed draws the same.',
  }),
}

export const RankingQuery = Type.Object({ weights, ...method, ...draws, ...formats })
export type RankingQuery = Static<typeof RankingQuery>

export const SimilarQuery = Type.Object({
  level: method.level,
  years: method.years,
  count: Type.Integer({
    minimum: 1,
    maximum: 46,
    default: 5,
    description: 'How many areas to name.',
  }),
  ...formats,
})
export type SimilarQuery = Static<typeof SimilarQuery>

export const LivabilityParams = Type.Object({
  area: Type.String({ minLength: 1, maxLength: 60, description: 'A code or a name.' }),
})

export const ScoreRequest = Type.Object(
  {
    weights: Type.Optional(
      Type.Record(Type.String({ maxLength: 60 }), Type.Number({ minimum: 0, maximum: 1000 }), {
        maxProperties: 30,
        description: 'By indicator; 1 for those not named, 0 leaves out.',
        examples: [{ doctors_per_100k: 2, unemployment_rate: 0.5 }],
      }),
    ),
    normalize: Type.Optional(Normalisation),
    aggregate: Type.Optional(Aggregation),
    min_coverage: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    level: Type.Optional(Level),
    parent: Type.Optional(Type.String({ maxLength: 60, examples: ['13000'] })),
    years: Type.Optional(Years),
    areas: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 60 }), {
        maxItems: 100,
        description: 'Answers only these, scored among all.',
        examples: [['13000', '大阪府']],
      }),
    ),
  },
  { $id: 'LivabilityScoreRequest', additionalProperties: false },
)
export type ScoreRequest = Static<typeof ScoreRequest>

const Contribution = Type.Object({
  indicator: Type.String({ examples: ['doctors_per_100k'] }),
  value: Type.Number({ examples: [320.9] }),
  unit: Type.String({ examples: ['人/10万人'] }),
  year: Type.Integer({ examples: [2020] }),
  normalised: Type.Number({ examples: [58.2] }),
  weight: Type.Number({ description: 'Of what the area has; they add up to 1.' }),
  contribution: Type.Number({ description: 'They add up to the score.', examples: [4.1] }),
})

const place = {
  area_code: figureFields.area_code,
  area_name: figureFields.area_name,
  area_name_en: figureFields.area_name_en,
}

const scored = {
  ...place,
  score: nullable(Type.Number({ examples: [52.4] })),
  rank: nullable(Type.Integer({ description: '1 is the best.', examples: [7] })),
  coverage: Type.Number({ description: 'Share of the weight whose figures there are.' }),
  reason: nullable(oneOf('no_figures', 'coverage_too_low')),
  missing: Type.Array(Type.String(), { description: 'Indicators that the area lacks.' }),
}

const LivabilityRow = Type.Object({
  ...scored,
  contributions: Type.Array(Contribution),
  categories: Type.Array(
    Type.Object({
      category: Type.String({ examples: ['safety_health'] }),
      contribution: Type.Number(),
      normalised: Type.Number({ description: 'Mean of its indicators, by weight.' }),
    }),
  ),
})
export type LivabilityRow = Static<typeof LivabilityRow>

const about = {
  indicators: Type.Array(
    Type.Object({
      code: Type.String({ examples: ['doctors_per_100k'] }),
      name_ja: Type.String(),
      name_en: Type.String(),
      unit: Type.String(),
      category: Type.String(),
      direction: oneOf('up', 'down'),
      formula: nullable(Type.String()),
      weight: Type.Number({ description: 'As it was used: all of them add up to 1.' }),
      year: nullable(
        Type.Integer({ description: 'Null where each area has its newest, or none has one.' }),
      ),
      areas: Type.Integer({ description: 'How many have a figure.' }),
    }),
  ),
  ranked: Type.Integer({ description: 'How many areas have a score.', examples: [47] }),
}

export const Livability = figuresOf('Livability', LivabilityRow, about)
export type Livability = Static<typeof Livability>

const rank = (description: string) => nullable(Type.Integer({ description }))

const RankingRow = Type.Object({
  ...scored,
  rank_low: rank('One draw in twenty ranks it better.'),
  rank_median: rank('In the middle of all draws.'),
  rank_high: rank('One draw in twenty ranks it worse.'),
  rank_best: rank('The best of all draws.'),
  rank_worst: rank('The worst of all draws.'),
})
export type RankingRow = Static<typeof RankingRow>

export const Ranking = figuresOf('LivabilityRanking', RankingRow, {
  ...about,
  interval: Type.Object({
    draws: Type.Integer(),
    seed: Type.Integer(),
    strength: Type.Number({ description: 'Weights are drawn within ± this share.' }),
    normalisations: Type.Array(Type.String()),
    leave_one_out: Type.Boolean(),
  }),
})
export type Ranking = Static<typeof Ranking>

const Difference = Type.Object({
  indicator: Type.String(),
  difference: Type.Number({ description: 'In standard deviations; above zero it has more.' }),
})

const SimilarRow = Type.Object({
  ...place,
  distance: Type.Number({ description: 'Root mean squared difference of z.', examples: [0.62] }),
  shared: Type.Integer({ description: 'Indicators that both have.' }),
  closest: Type.Array(Difference),
  farthest: Type.Array(Difference),
})
export type SimilarRow = Static<typeof SimilarRow>

export const Similar = figuresOf('SimilarAreas', SimilarRow, {
  area_code: figureFields.area_code,
  area_name: figureFields.area_name,
  compared: Type.Integer({ description: 'How many areas were compared with it.' }),
})
export type Similar = Static<typeof Similar>
