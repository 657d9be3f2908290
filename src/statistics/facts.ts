import type { Trx } from '../../db/tables.ts'
import type { Catalogue } from './catalogue.ts'

/** Counts again what there is of `indicators`, or of all: areas, figures and years by level and source. */
export async function countFacts(trx: Trx, indicators?: readonly string[]): Promise<void> {
  await trx
    .deleteFrom('indicator_facts')
    .$if(indicators !== undefined, (query) => query.where('indicator', 'in', indicators ?? []))
    .execute()
  await trx
    .insertInto('indicator_facts')
    .columns([
      'indicator',
      'level',
      'source_id',
      'areas',
      'figures',
      'first_year',
      'last_year',
      'vintage',
    ])
    .expression((eb) =>
      eb
        .selectFrom('observations')
        .innerJoin('areas', 'areas.code', 'observations.area')
        .innerJoin('periods', 'periods.code', 'observations.period')
        .where('superseded', 'is', null)
        .$if(indicators !== undefined, (query) => query.where('indicator', 'in', indicators ?? []))
        .groupBy(['indicator', 'level', 'source_id'])
        .select(({ fn }) => [
          'indicator',
          'level',
          'source_id',
          fn.count<number>('area').distinct().as('areas'),
          fn.countAll<number>().as('figures'),
          fn.min<number>('periods.year').as('first_year'),
          fn.max<number>('periods.year').as('last_year'),
          fn.max('vintage').as('vintage'),
        ]),
    )
    .execute()
}

/** The years that there are figures of, for somebody who asked for others. */
export function yearsIn(catalogue: Catalogue, indicators: readonly string[]): string {
  const facts = indicators.flatMap((code) => catalogue.facts.get(code) ?? [])
  const first = Math.min(...facts.map(({ first_year }) => first_year))
  const last = Math.max(...facts.map(({ last_year }) => last_year))
  return facts.length === 0 ? '-' : `${first}-${last}`
}
