import { type Static, Type } from '@sinclair/typebox'
import { Id, line, nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import { Title } from './common.ts'
import { ProblemCategory } from './problems.ts'

const text = (example: string) => Type.String({ maxLength: 5000, examples: [example] })
const words = (maxItems: number, example: string[]) =>
  Type.Array(Type.String({ maxLength: 100, pattern: line }), {
    maxItems,
    uniqueItems: true,
    examples: [example],
  })

const editable = {
  problem_id: nullable(Id),
  title: Title,
  symptoms: Type.String({
    minLength: 1,
    maxLength: 5000,
    pattern: '\\S',
    examples: ['メール送信ができません'],
  }),
  root_cause: nullable(text('送信キューの上限が古い値のままだった。')),
  workaround: nullable(text('送信サービスを再起動する。')),
  solution: nullable(text('キューの上限を 500 に上げる。')),
  category: ProblemCategory,
  tags: words(20, ['メール']),
  keywords: Type.Array(Type.String({ maxLength: 100, pattern: line }), {
    maxItems: 50,
    uniqueItems: true,
    description: 'Words that people search for and that stand nowhere else.',
    examples: [['SMTP', '450']],
  }),
  ci_ids: Type.Array(Id, { maxItems: 100, uniqueItems: true }),
  is_published: Type.Boolean({
    description: 'Whether everybody reads it, or only those who work on problems.',
    examples: [true],
  }),
}

export const KnownError = Type.Object(
  {
    id: Id,
    ...editable,
    usage_count: Type.Integer({ minimum: 0, description: 'In how many incidents it was used.' }),
    last_used_at: nullable(Timestamp),
    created_by: nullable(Id),
    version: Type.Integer({ minimum: 1, examples: [1] }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'KnownError' },
)
export type KnownError = Static<typeof KnownError>

export const NewKnownError = Type.Object(
  {
    ...Type.Partial(Type.Object(editable)).properties,
    title: editable.title,
    symptoms: editable.symptoms,
  },
  { $id: 'NewKnownError', additionalProperties: false },
)
export type NewKnownError = Static<typeof NewKnownError>

export const KnownErrorChange = Type.Partial(Type.Object(editable), {
  $id: 'KnownErrorChange',
  additionalProperties: false,
  minProperties: 1,
  examples: [{ workaround: '送信サービスを再起動する。' }],
})
export type KnownErrorChange = Static<typeof KnownErrorChange>

const KnownErrorSort = oneOf(
  '-created_at',
  'created_at',
  '-updated_at',
  'updated_at',
  '-usage_count',
  'usage_count',
)

const category = Type.Optional(
  Type.Unsafe<ProblemCategory>({ ...ProblemCategory, description: 'Only of this category.' }),
)

export const KnownErrorQuery = Type.Object({
  ...pageQuery().properties,
  category,
  problem_id: Type.Optional(Type.String({ ...Id, description: 'Only of this problem.' })),
  is_published: Type.Optional(
    Type.Boolean({ description: 'Only published ones, or only others.' }),
  ),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Part of title, symptoms or workaround; `%` and `_` mean themselves.',
    }),
  ),
  sort: Type.Unsafe<Static<typeof KnownErrorSort>>({
    ...KnownErrorSort,
    default: '-created_at',
    description: 'The order, with `-` from the greatest to the least.',
  }),
})
export type KnownErrorQuery = Static<typeof KnownErrorQuery>

export const KnownErrorPage = pageOf('known_errors', ref(KnownError), { $id: 'KnownErrorPage' })

export const KnownErrorSearch = Type.Object({
  q: Type.String({
    minLength: 1,
    maxLength: 500,
    description: 'What somebody sees that does not work, in their own words.',
    examples: ['メールが送れない'],
  }),
  category,
  limit: Type.Integer({
    minimum: 1,
    maximum: 50,
    default: 10,
    description: 'How many to answer at most.',
  }),
})
export type KnownErrorSearch = Static<typeof KnownErrorSearch>

const found = {
  known_error: ref(KnownError),
  score: Type.Number({ minimum: 0, description: 'Greater is better.', examples: [7.31] }),
  matched_terms: Type.Array(Type.String(), {
    description: 'What of the words stands in it.',
    examples: [['メール', '送']],
  }),
}

export const KnownErrorFound = Type.Object(
  {
    ...found,
    is_exact: Type.Boolean({ description: 'It has the very words; those come first.' }),
  },
  { $id: 'KnownErrorFound' },
)
export type KnownErrorFound = Static<typeof KnownErrorFound>

export const KnownErrorResults = Type.Object(
  { results: Type.Array(ref(KnownErrorFound)) },
  { $id: 'KnownErrorResults' },
)

export const KnownErrorSuggestion = Type.Object(
  {
    ...found,
    reasons: Type.Array(
      Type.Object({
        kind: oneOf('text', 'category', 'ci'),
        values: Type.Array(Type.String(), { examples: [['メール']] }),
        points: Type.Number({ minimum: 0, description: 'Its part of the score.' }),
      }),
    ),
    is_used: Type.Boolean({ description: 'It has been used in this incident.' }),
  },
  { $id: 'KnownErrorSuggestion' },
)
export type KnownErrorSuggestion = Static<typeof KnownErrorSuggestion>

export const KnownErrorSuggestions = Type.Object(
  { suggestions: Type.Array(ref(KnownErrorSuggestion)) },
  { $id: 'KnownErrorSuggestions' },
)

export const KnownErrorSuggestionQuery = Type.Object({
  limit: Type.Integer({
    minimum: 1,
    maximum: 20,
    default: 5,
    description: 'How many to answer at most.',
  }),
})

export const KnownErrorUseParams = Type.Object({
  id: Type.String({ ...Id, description: 'The id of the incident.' }),
  known_error_id: Type.String({ ...Id, description: 'The id of the known error.' }),
})

export const KnownErrorUse = Type.Object(
  {
    add_note: Type.Optional(
      Type.Boolean({
        description: 'Write its workaround on the incident as a work note, once.',
        examples: [true],
      }),
    ),
  },
  { $id: 'KnownErrorUse', additionalProperties: false },
)

export const KnownErrorUsed = Type.Object(
  {
    is_first: Type.Boolean({ description: 'Whether it counted: once for each incident.' }),
    usage_count: Type.Integer({ minimum: 0 }),
    last_used_at: nullable(Timestamp),
    note_id: nullable(Type.String({ ...Id, description: 'The note with the workaround.' })),
  },
  { $id: 'KnownErrorUsed' },
)

const count = Type.Integer({ minimum: 0, examples: [3] })

export const KnownErrorStatistics = Type.Object(
  {
    total: count,
    published: count,
    used: Type.Integer({ minimum: 0, description: 'Those that were used at least once.' }),
    uses: Type.Integer({ minimum: 0, description: 'Uses of all together.' }),
    uses_last_30_days: count,
    most_used: Type.Array(
      Type.Object({ id: Id, title: Title, usage_count: count, last_used_at: nullable(Timestamp) }),
      { description: 'The ten that were used most.' },
    ),
  },
  { $id: 'KnownErrorStatistics' },
)
