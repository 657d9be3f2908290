import { type Static, Type } from '@sinclair/typebox'
import { nullable, oneOf, ref, Timestamp } from '../common.ts'
import { pageOf, pageQuery } from '../pages.ts'
import {
  AreaLevel,
  asOf,
  figureFields,
  figuresOf,
  formatQuery,
  namesIn,
  yearIn,
} from './answers.ts'
import { indicatorsIn } from './catalogue.ts'

export const observationFormats = ['chartjs', 'jsonstat', 'csv', 'ndjson'] as const

const PeriodType = oneOf('year', 'fiscal_year', 'quarter', 'month', 'date')
const Status = figureFields.status

const where = {
  area: Type.Optional(namesIn('Codes or names.', 2000)),
  level: Type.Optional(
    Type.Unsafe<Static<typeof AreaLevel>>({ ...AreaLevel, description: 'All areas of a level.' }),
  ),
  parent: Type.Optional(
    Type.String({ maxLength: 60, description: 'With `level`: only those within this area.' }),
  ),
}

export const ObservationQuery = Type.Object({
  indicator: indicatorsIn(200),
  ...where,
  from: yearIn('The first year.'),
  to: yearIn('The last year.'),
  period: Type.Optional(
    namesIn('Single periods: `2020`, `FY2020`, `2026-Q1`, `2026-09`, or e-Stat’s codes.', 200),
  ),
  period_type: Type.Optional(
    Type.Unsafe<Static<typeof PeriodType>>({ ...PeriodType, description: 'Only such periods.' }),
  ),
  status: Type.Optional(
    Type.Unsafe<Static<typeof Status>>({ ...Status, description: 'Only figures like this.' }),
  ),
  source: Type.Optional(Type.String({ maxLength: 60, description: 'Only of this source.' })),
  vintage: Type.Optional(
    Type.String({ maxLength: 30, description: 'Only what this edition brought, now or once.' }),
  ),
  as_of: asOf,
  latest: Type.Boolean({
    default: false,
    description:
      'Of each area and indicator only the newest figure that has a value, with its year.',
  }),
  ...formatQuery(observationFormats),
})
export type ObservationQuery = Static<typeof ObservationQuery>

const ObservationRow = Type.Object({
  ...figureFields,
  mark_meaning: nullable(Type.String({ description: 'In the words of the table’s own legend.' })),
  retrieved_at: nullable(Timestamp),
})
export type ObservationRow = Static<typeof ObservationRow>

export const Observations = figuresOf('Observations', ObservationRow, {})
export type Observations = Static<typeof Observations>

export const RevisionQuery = Type.Object({
  ...pageQuery().properties,
  indicator: Type.Optional(indicatorsIn(50)),
  area: Type.Optional(namesIn('Codes or names.', 100)),
  from: yearIn('The first year that figures are of.'),
  to: yearIn('The last year that figures are of.'),
  since: Type.Optional(
    Type.String({
      pattern: '^\\d{4}(-\\d{2}(-\\d{2})?)?$',
      description: 'Only what was revised in or after this year, month or day.',
    }),
  ),
})
export type RevisionQuery = Static<typeof RevisionQuery>

const Edition = Type.Object({
  value: figureFields.value,
  mark: figureFields.mark,
  status: figureFields.status,
  vintage: Type.String({ examples: ['2020'] }),
  source: Type.String({ examples: ['estimates'] }),
})

export const Revision = Type.Object(
  {
    indicator: figureFields.indicator,
    area_code: figureFields.area_code,
    area_name: figureFields.area_name,
    period: figureFields.period,
    period_code: figureFields.period_code,
    year: figureFields.year,
    unit: figureFields.unit,
    before: Edition,
    after: Edition,
    change: nullable(Type.Number({ examples: [388_000] })),
    change_percent: nullable(Type.Number({ examples: [0.31] })),
  },
  { $id: 'Revision' },
)
export type Revision = Static<typeof Revision>

export const RevisionPage = pageOf('revisions', ref(Revision), { $id: 'RevisionPage' })
