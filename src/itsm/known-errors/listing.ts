import { sql } from 'kysely'
import type { Db } from '../../../db/tables.ts'
import { contains } from '../../../db/text.ts'
import type { KnownErrorQuery } from '../../../schemas/itsm/known-errors.ts'
import type { Caller } from '../../access.ts'
import { paginate } from '../../page.ts'
import { later, now } from '../../values.ts'
import { describeKnownErrors, visibleKnownErrors } from './access.ts'

export async function listKnownErrors(
  db: Db,
  caller: Caller,
  { skip, limit, sort, category, problem_id, is_published, search }: KnownErrorQuery,
) {
  let query = visibleKnownErrors(db, caller).selectAll()
  if (category) query = query.where('category', '=', category)
  if (problem_id) query = query.where('problem_id', '=', problem_id)
  if (is_published !== undefined) query = query.where('is_published', '=', is_published ? 1 : 0)
  if (search !== undefined) query = query.where(contains(sql.ref('search_text'), search))
  const direction = sort.startsWith('-') ? 'desc' : 'asc'
  const column = sort.replace('-', '') as 'created_at' | 'updated_at' | 'usage_count'
  const ordered = query.orderBy(column, direction).orderBy('id', direction)
  const page = await paginate(ordered, { skip, limit }, 'known_errors')
  return { ...page, known_errors: await describeKnownErrors(db, page.known_errors) }
}

/** How much use they are, of those that the caller sees. */
export async function countKnownErrors(db: Db, caller: Caller, at = now()) {
  const seen = visibleKnownErrors(db, caller)
  const counts = await seen
    .select(({ fn }) => [
      fn.countAll<number>().as('total'),
      fn.coalesce(fn.sum<number>('is_published'), sql.lit(0)).as('published'),
      fn.count<number>('last_used_at').as('used'),
      fn.coalesce(fn.sum<number>('usage_count'), sql.lit(0)).as('uses'),
    ])
    .executeTakeFirstOrThrow()
  const { uses_last_30_days } = await seen
    .innerJoin('known_error_uses as uses', 'uses.known_error_id', 'known_errors.id')
    .where('uses.used_at', '>=', later(at, -30 * 86_400))
    .select(({ fn }) => fn.countAll<number>().as('uses_last_30_days'))
    .executeTakeFirstOrThrow()
  const most_used = await seen
    .where('usage_count', '>', 0)
    .orderBy('usage_count', 'desc')
    .orderBy('id', 'desc')
    .limit(10)
    .select(['id', 'title', 'usage_count', 'last_used_at'])
    .execute()
  return { ...counts, uses_last_30_days, most_used }
}
