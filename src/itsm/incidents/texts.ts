import { type SqlBool, sql } from 'kysely'
import { insertMany } from '../../../db/bulk.ts'
import { engineOf } from '../../../db/open.ts'
import type { Db, Trx } from '../../../db/tables.ts'
import { patternOf } from '../../../db/text.ts'
import { groupBy } from '../../values.ts'

const columns = ['number', 'incident_id', 'public_text', 'internal_text'] as const

/** How many characters the pieces have that the index of SQLite is made of. */
const piece = 3

/**
 * Writes anew what searches look through, for incidents whose title, description or notes have changed in
 * this transaction, or that are new in it: four statements, however many. In lower case, and what is
 * internal apart, so that no search of a reporter meets it.
 */
export async function writeTexts(trx: Trx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const incidents = await trx
    .selectFrom('incidents')
    .select(['id', 'number', 'title', 'description'])
    .where('id', 'in', ids)
    .execute()
  const notes = await trx
    .selectFrom('incident_notes')
    .select(['incident_id', 'is_public', 'content'])
    .where('incident_id', 'in', ids)
    .orderBy('id')
    .execute()
  const notesOf = groupBy(notes, ({ incident_id }) => incident_id)
  const rows = incidents.map(({ id, number, title, description }) => {
    const said = (isPublic: 0 | 1) =>
      (notesOf.get(id) ?? []).flatMap((note) => (note.is_public === isPublic ? note.content : []))
    return {
      number,
      incident_id: id,
      public_text: textOf([title, description ?? '', ...said(1)]),
      internal_text: textOf(said(0)),
    }
  })
  await trx.deleteFrom('incident_texts').where('incident_id', 'in', ids).execute()
  await insertMany(trx, 'incident_texts', columns, rows)
}

/**
 * Whether the text of an incident holds this, in upper or lower case, and with every character meaning
 * itself. Without `isInternal`, internal notes are not looked at. Longer terms have an index; shorter ones
 * are looked for in the texts of those incidents that the other filters leave.
 */
export function textHolds(db: Db, isInternal: boolean, search: string) {
  const term = search.toLowerCase()
  const number = sql.ref('incidents.number')
  if (engineOf(db) === 'postgres') {
    const holds = (column: string) =>
      sql<SqlBool>`${sql.ref(column)} like ${patternOf(term)} escape '\\'`
    const any = isInternal
      ? sql`${holds('public_text')} or ${holds('internal_text')}`
      : holds('public_text')
    return sql<SqlBool>`${number} in (select number from incident_texts where ${any})`
  }
  if ([...term].length >= piece) {
    const match = `${isInternal ? '' : 'public_text : '}"${term.replaceAll('"', '""')}"`
    return sql<SqlBool>`${number} in (
      select rowid from incident_texts_trigrams where incident_texts_trigrams match ${match})`
  }
  const holds = (column: string) => sql<SqlBool>`instr(${sql.ref(`texts.${column}`)}, ${term}) > 0`
  const any = isInternal
    ? sql`(${holds('public_text')} or ${holds('internal_text')})`
    : holds('public_text')
  return sql<SqlBool>`exists (
    select 1 from incident_texts as texts where texts.number = ${number} and ${any})`
}

function textOf(parts: readonly string[]): string {
  return parts.join('\n').toLowerCase()
}
