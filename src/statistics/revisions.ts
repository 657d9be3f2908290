import { sql } from 'kysely'
import type { Db } from '../../db/tables.ts'
import type { Revision, RevisionQuery } from '../../schemas/statistics/observations.ts'
import { paginate } from '../page.ts'
import { listIn, requireYears } from './areas.ts'
import type { Catalogue } from './catalogue.ts'

/** Figures that took the place of others, the newest change first. */
export async function listRevisions(
  db: Db,
  catalogue: Catalogue,
  { indicator, area, from, to, since, ...page }: RevisionQuery,
) {
  requireYears({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) })
  const indicators = listIn(indicator).map((name) => catalogue.resolveIndicator(name).code)
  const areas = listIn(area).map((name) => catalogue.resolveArea(name).code)
  const query = db
    .selectFrom('observations as before')
    .innerJoin('observations as after', (join) =>
      join
        .onRef('after.indicator', '=', 'before.indicator')
        .onRef('after.area', '=', 'before.area')
        .onRef('after.period', '=', 'before.period')
        .onRef('after.vintage', '=', 'before.superseded'),
    )
    .innerJoin('periods', 'periods.code', 'before.period')
    .where('before.superseded', 'is not', null)
    .$if(since !== undefined, (all) => all.where('before.superseded', '>=', since ?? ''))
    .$if(indicators.length > 0, (all) => all.where('before.indicator', 'in', indicators))
    .$if(areas.length > 0, (all) => all.where('before.area', 'in', areas))
    .$if(from !== undefined, (all) => all.where('year', '>=', from ?? 0))
    .$if(to !== undefined, (all) => all.where('year', '<=', to ?? 0))
    .select([
      'before.indicator',
      'before.area',
      'before.period',
      'label',
      'year',
      'before.value as before_value',
      'before.mark as before_mark',
      'before.status as before_status',
      'before.vintage as before_vintage',
      'before.source_id as before_source',
      'after.value as after_value',
      'after.mark as after_mark',
      'after.status as after_status',
      'after.vintage as after_vintage',
      'after.source_id as after_source',
    ])
    .orderBy(sql`before.superseded`, 'desc')
    .orderBy('before.indicator', 'desc')
    .orderBy('before.area', 'desc')
    .orderBy('before.period', 'desc')
  const found = await paginate(query, page, 'revisions')
  return {
    ...found,
    revisions: found.revisions.map((row): Revision => {
      const { before_value: old, after_value: fresh } = row
      const change = old === null || fresh === null ? null : fresh - old
      return {
        indicator: row.indicator,
        area_code: row.area,
        area_name: catalogue.areas.get(row.area)?.name_ja ?? row.area,
        period: row.label,
        period_code: row.period,
        year: row.year,
        unit: catalogue.indicators.get(row.indicator)?.unit ?? '',
        before: {
          value: old,
          mark: row.before_mark,
          status: row.before_status,
          vintage: row.before_vintage,
          source: row.before_source,
        },
        after: {
          value: fresh,
          mark: row.after_mark,
          status: row.after_status,
          vintage: row.after_vintage,
          source: row.after_source,
        },
        change,
        change_percent: change === null || !old ? null : (change / old) * 100,
      }
    }),
  }
}
