import type { Selectable } from 'kysely'
import type { ObservationStatus, PeriodType } from '../../db/tables/statistics.ts'
import type { Db, Tables } from '../../db/tables.ts'

export type Observation = Pick<
  Selectable<Tables['observations']>,
  'indicator' | 'area' | 'period' | 'value' | 'mark' | 'status' | 'vintage' | 'source_id'
> & { label: string; type: Tables['periods']['type']; year: number }

export type Cut = {
  indicators: readonly string[]
  areas?: readonly string[] | undefined
  from?: number | undefined
  to?: number | undefined
  periods?: readonly string[] | undefined
  periodType?: PeriodType | undefined
  status?: ObservationStatus | undefined
  source?: string | undefined
  /** What this edition brought, whether or not it still holds. */
  vintage?: string | undefined
  /** Reads what was known at the end of this year, month or day. */
  asOf?: string | undefined
}

/** Figures of a cut through the cube, as they hold now or as they were known once, in order of time. */
export async function readObservations(db: Db, cut: Cut): Promise<Observation[]> {
  if (cut.indicators.length === 0 || cut.areas?.length === 0) return []
  return observationsIn(db, cut)
    .select([
      'indicator',
      'area',
      'period',
      'value',
      'mark',
      'status',
      'vintage',
      'source_id',
      'label',
      'type',
      'year',
    ])
    .orderBy('indicator')
    .orderBy('area')
    .orderBy('starts_on')
    .orderBy('period')
    .execute()
}

/** How many figures a cut has, so that one too many can be refused before it is read. */
export async function countObservations(db: Db, cut: Cut): Promise<number> {
  if (cut.indicators.length === 0 || cut.areas?.length === 0) return 0
  const { count } = await observationsIn(db, cut)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

export function observationsIn(db: Db, cut: Cut) {
  const { indicators, areas, periods, from, to, asOf, vintage } = cut
  let query = db
    .selectFrom('observations')
    .innerJoin('periods', 'periods.code', 'observations.period')
    .where('indicator', 'in', [...indicators])
  if (areas) query = query.where('area', 'in', [...areas])
  if (periods) query = query.where('period', 'in', [...periods])
  if (cut.periodType) query = query.where('periods.type', '=', cut.periodType)
  if (cut.status) query = query.where('status', '=', cut.status)
  if (cut.source) query = query.where('source_id', '=', cut.source)
  if (from !== undefined) query = query.where('year', '>=', from)
  if (to !== undefined) query = query.where('year', '<=', to)
  if (vintage !== undefined) return query.where('vintage', '=', vintage)
  if (asOf === undefined) return query.where('superseded', 'is', null)
  const end = endOf(asOf)
  return query
    .where('vintage', '<=', end)
    .where((eb) => eb.or([eb('superseded', 'is', null), eb('superseded', '>', end)]))
}

export const observationColumns = [
  'indicator',
  'area',
  'period',
  'vintage',
  'superseded',
  'value',
  'mark',
  'status',
  'source_id',
] as const

/** The end of the last day of a year or month, so that `2020` includes what came out in it. */
function endOf(asOf: string): string {
  const day = asOf.length === 4 ? `${asOf}-12-31` : asOf.length === 7 ? `${asOf}-31` : asOf
  return `${day}~`
}
