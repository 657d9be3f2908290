import { type Static, type TProperties, type TSchema, Type } from '@sinclair/typebox'
import { fileOf, nullable, oneOf, ref } from '../common.ts'
import { Meta } from './meta.ts'
import { Chart, Features, JsonStat } from './shapes.ts'

export const AreaLevel = oneOf('nation', 'prefecture', 'municipality', 'ward')

/** What tells one figure from another, and what it is. */
export const figureFields = {
  indicator: Type.String({ examples: ['A1101'] }),
  area_code: Type.String({ examples: ['13000'] }),
  area_name: Type.String({ examples: ['東京都'] }),
  area_name_en: nullable(Type.String({ examples: ['Tokyo'] })),
  period: Type.String({
    description: '`2020`, `FY2020`, `2026-Q1`, `2026-09` or a date.',
    examples: ['2020'],
  }),
  period_code: Type.String({ description: 'e-Stat’s time code.', examples: ['2020000000'] }),
  year: Type.Integer({ examples: [2020] }),
  value: nullable(Type.Number({ examples: [14_047_594] })),
  unit: Type.String({ examples: ['人'] }),
  mark: nullable(
    Type.String({ description: 'Why there is no value: `***`, `-`, `X`; see the legend.' }),
  ),
  status: oneOf(
    'final',
    'provisional',
    'revised',
    'estimated',
    'projected',
    'suppressed',
    'missing',
  ),
  vintage: nullable(
    Type.String({
      description: 'When it was published, as exactly as that is known.',
      examples: ['2021'],
    }),
  ),
  source: nullable(Type.String({ examples: ['census'] })),
}

export const mediaTypes = {
  json: 'application/json',
  chartjs: 'application/vnd.chartjs+json',
  geojson: 'application/geo+json',
  jsonstat: 'application/vnd.json-stat+json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
} as const
export type Format = keyof typeof mediaTypes

const shapes: Record<Exclude<Format, 'json'>, TSchema | undefined> = {
  chartjs: Chart,
  geojson: Features,
  jsonstat: JsonStat,
  csv: undefined,
  ndjson: undefined,
}

type OtherFormat = Exclude<Format, 'json'>

/** One answer in all the formats that a route has. */
export function answerOf(json: TSchema, formats: readonly OtherFormat[] = []) {
  const content: Record<string, { schema: TSchema | object }> = {
    [mediaTypes.json]: { schema: ref(json) },
  }
  for (const format of formats) {
    const shape = shapes[format]
    if (shape) content[mediaTypes[format]] = { schema: ref(shape) }
    else Object.assign(content, fileOf(mediaTypes[format]).content)
  }
  return { description: 'The figures', content }
}

/** `format=` and `bom=`, for routes whose answer has these formats. */
export function formatQuery<const Formats extends readonly OtherFormat[]>(formats: Formats) {
  const choice = oneOf('json', ...formats)
  return {
    format: Type.Optional(
      Type.Unsafe<Static<typeof choice>>({
        ...choice,
        description: 'Goes before `Accept`; JSON where neither says.',
      }),
    ),
    bom: Type.Boolean({ default: false, description: 'Marks CSV as UTF-8, for Excel.' }),
  }
}

export type FormatQuery = { format?: Format; bom?: boolean }

/** Rows with what has to be known about them; `extras` are what a route adds. */
export function figuresOf<Row extends TSchema, Extras extends TProperties>(
  $id: string,
  row: Row,
  extras: Extras,
) {
  return Type.Object({ meta: ref(Meta), rows: Type.Array(row), ...extras }, { $id })
}

/** Codes or names, repeated or separated by commas. */
export function namesIn(description: string, maxItems: number) {
  return Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), { maxItems, description })
}

export const yearIn = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 1800, maximum: 2200, description }))

export const asOf = Type.Optional(
  Type.String({
    pattern: '^\\d{4}(-\\d{2}(-\\d{2})?)?$',
    description: 'Answers what was known at the end of this year, month or day.',
  }),
)
