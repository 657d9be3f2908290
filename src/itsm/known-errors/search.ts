import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../db/tables.ts'
import type { KnownErrorFound, KnownErrorSearch } from '../../../schemas/itsm/known-errors.ts'
import type { Caller } from '../../access.ts'
import { groupBy } from '../../values.ts'
import {
  type Corpus,
  type Gram,
  gramsOf,
  hasPhrase,
  rarityOf,
  score,
  sharedTerms,
  strengthsOf,
} from '../search.ts'
import {
  describeKnownErrors,
  type KnownErrorRow,
  seesAllKnownErrors,
  visibleKnownErrors,
} from './access.ts'
import { fieldsOf } from './grams.ts'

/** How many entries of the index a query may read, the rarest grams first, and how many it ranks. */
const readAtMost = 20_000
const ranked = 100

export type Match = { row: KnownErrorRow; score: number; terms: string[]; is_exact: boolean }

/** The best answers to a query, those with its very words first. */
export async function searchKnownErrors(
  db: Db,
  caller: Caller,
  { q, category, limit }: KnownErrorSearch,
): Promise<{ results: KnownErrorFound[] }> {
  const matches = await findMatches(db, caller, q, category)
  const best = matches
    .sort((one, two) => Number(two.is_exact) - Number(one.is_exact) || byScore(one, two))
    .slice(0, limit)
  const described = await describeKnownErrors(
    db,
    best.map(({ row }) => row),
  )
  return {
    results: best.map((match, n) => ({
      known_error: described[n] as KnownErrorFound['known_error'],
      score: match.score,
      matched_terms: match.terms,
      is_exact: match.is_exact,
    })),
  }
}

export function byScore(
  one: Pick<Match, 'score' | 'row'>,
  two: Pick<Match, 'score' | 'row'>,
): number {
  return two.score - one.score || (one.row.id < two.row.id ? 1 : -1)
}

/**
 * The likeliest are found in the database by how many of the grams they have, and then by BM25F. Of
 * grams that stand nearly everywhere only as many are looked up as the bound allows.
 */
export async function findMatches(
  db: Db,
  caller: Caller,
  text: string,
  category?: KnownErrorRow['category'],
): Promise<Match[]> {
  const grams = gramsOf(text)
  if (grams.length === 0) return []
  const corpus = await corpusOf(db, new Set(grams.map(({ gram }) => gram)))
  const looked = affordable(corpus)
  if (looked.length === 0) return []
  const ids = await likeliest(db, caller, looked, strengthsOf(grams), corpus, category)
  return ids.length === 0 ? [] : weigh(db, ids, text, grams, corpus)
}

async function corpusOf(db: Db, grams: ReadonlySet<string>): Promise<Corpus> {
  const rows = await db
    .selectFrom('known_error_grams')
    .select(({ fn }) => ['gram', fn.countAll<number>().as('frequency')])
    .where('gram', 'in', [...grams])
    .groupBy('gram')
    .execute()
  const { count, length } = await db
    .selectFrom('known_errors')
    .select(({ fn }) => [
      fn.countAll<number>().as('count'),
      fn.coalesce(fn.sum<number>('length'), sql.lit(0)).as('length'),
    ])
    .executeTakeFirstOrThrow()
  const frequencies = new Map(rows.map(({ gram, frequency }) => [gram, frequency]))
  return { count, averageLength: count === 0 ? 0 : length / count, frequencies }
}

/** The rarest grams that do not read too much together; one in any case. */
function affordable({ frequencies }: Corpus): string[] {
  const rarest = [...frequencies].sort((one, two) => one[1] - two[1] || (one[0] < two[0] ? -1 : 1))
  let read = 0
  return rarest.flatMap(([gram, frequency], n) => {
    read += frequency
    return n === 0 || read <= readAtMost ? [gram] : []
  })
}

/** Whole numbers are added, so that both engines come to the same order. */
async function likeliest(
  db: Db,
  caller: Caller,
  grams: readonly string[],
  strengths: ReadonlyMap<string, number>,
  { frequencies, count }: Corpus,
  category: KnownErrorRow['category'] | undefined,
): Promise<string[]> {
  const cases = grams.map((gram): RawBuilder<unknown> => {
    const rarity = rarityOf(frequencies.get(gram) as number, count)
    const points = Math.round(rarity * (strengths.get(gram) as number) * 1000)
    return sql`when ${gram} then ${sql.lit(points)}`
  })
  let query = db
    .selectFrom('known_error_grams')
    .select('known_error_id as id')
    .where('gram', 'in', grams)
  // To look up each of thousands of entries takes as long as all the rest.
  if (category || !seesAllKnownErrors(caller)) {
    const seen = visibleKnownErrors(db, caller).select('id')
    const wanted = category ? seen.where('category', '=', category) : seen
    query = query.where('known_error_id', 'in', wanted)
  }
  const rows = await query
    .groupBy('known_error_id')
    .orderBy(sql`sum(case gram ${sql.join(cases, sql` `)} end)`, 'desc')
    .orderBy(sql`sum(weight)`, 'desc')
    .orderBy('known_error_id', 'desc')
    .limit(ranked)
    .execute()
  return rows.map(({ id }) => id)
}

async function weigh(
  db: Db,
  ids: readonly string[],
  text: string,
  grams: readonly Gram[],
  corpus: Corpus,
): Promise<Match[]> {
  const rows = await db.selectFrom('known_errors').selectAll().where('id', 'in', ids).execute()
  const entries = await db
    .selectFrom('known_error_grams')
    .selectAll()
    .where('known_error_id', 'in', ids)
    .where('gram', 'in', [...corpus.frequencies.keys()])
    .execute()
  const entriesOf = groupBy(entries, ({ known_error_id }) => known_error_id)
  return rows.map((row) => {
    const own = entriesOf.get(row.id) ?? []
    const weights = new Map(own.map(({ gram, weight }) => [gram, weight]))
    const texts = fieldsOf(row).map((field) => field.text)
    return {
      row,
      score: rounded(score(grams, { weights, length: row.length }, corpus)),
      terms: sharedTerms(text, grams, (gram) => weights.has(gram)),
      is_exact: hasPhrase(text, texts),
    }
  })
}

export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
