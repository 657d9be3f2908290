import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { engineOf } from '../../../db/open.ts'
import type { Db } from '../../../db/tables.ts'
import { patternOf } from '../../../db/text.ts'

/** How many characters the pieces have that the index of SQLite is made of. */
const piece = 3

/** With more pieces that begin with a short term, it is faster to look into the texts themselves. */
const maxPieces = 300

/** With more incidents found, most pages are full after a few steps along the order of the list. */
const many = 1000

/** What of incidents holds a term, and in how many texts it stands, where that came with it. */
export type Sought = { condition: RawBuilder<SqlBool>; count: number | null }

const number = sql.ref('incidents.number')

/**
 * Looks for a term in the texts of incidents, in upper or lower case, with every character meaning itself.
 * Without `isInternal`, internal notes are not looked at.
 */
export async function seek(db: Db, isInternal: boolean, search: string): Promise<Sought> {
  const term = search.toLowerCase()
  const columns = isInternal ? ['public_text', 'internal_text'] : ['public_text']
  if (engineOf(db) === 'postgres') return { condition: like(columns, term), count: null }
  const pieces = [...term].length < piece ? await piecesFrom(db, term) : [term]
  if (pieces.length > maxPieces) return { condition: holds(columns, term), count: null }
  if (pieces.length === 0) return { condition: sql`1 = 0`, count: 0 }
  return found(db, `{${columns.join(' ')}} : (${pieces.map(quoted).join(' OR ')})`)
}

/** By the index of trigrams; its planner is told whether what is found is few or many. */
async function found(db: Db, match: string): Promise<Sought> {
  const texts = sql`from incident_texts_trigrams where incident_texts_trigrams match ${match}`
  const { rows } = await sql<{ count: number }>`select count(*) as count ${texts}`.execute(db)
  const count = rows[0]?.count ?? 0
  const one = count > many ? sql`+${number}` : number
  return { condition: sql`${one} in (select rowid ${texts})`, count }
}

/**
 * The pieces that begin with a term too short to be one; every text ends with more characters than that
 * lacks, so that each place where the term stands begins one. Their limit is passed where it is of no use.
 */
async function piecesFrom(db: Db, term: string): Promise<string[]> {
  const { rows } = await sql<{ term: string }>`
    select term from incident_texts_terms
    where term >= ${term} and term <= ${`${term}\u{10ffff}\u{10ffff}`}
    limit ${maxPieces + 1}`.execute(db)
  return rows.map((row) => row.term)
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** By the index of pg_trgm, where there is one. */
function like(columns: readonly string[], term: string) {
  const each = columns.map((column) => sql`${sql.ref(column)} like ${patternOf(term)} escape '\\'`)
  return sql<SqlBool>`${number} in (
    select number from incident_texts where ${sql.join(each, sql` or `)})`
}

/** In the texts of those that other filters leave. */
function holds(columns: readonly string[], term: string) {
  const each = columns.map((column) => sql`instr(${sql.ref(`texts.${column}`)}, ${term}) > 0`)
  return sql<SqlBool>`exists (
    select 1 from incident_texts as texts
    where texts.number = ${number} and (${sql.join(each, sql` or `)}))`
}
