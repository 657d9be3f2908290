import type { Selectable, Updateable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import type { ImportError } from '../../../schemas/itsm/incident-imports.ts'
import type { FieldFault } from '../../failure.ts'
import { fill, rules } from '../../messages.ts'

export type ImportRow = Selectable<Tables['incident_imports']>
type Counts = Pick<
  ImportRow,
  | 'imported'
  | 'skipped'
  | 'refused'
  | 'events_imported'
  | 'events_skipped'
  | 'events_refused'
  | 'unknown_people'
  | 'unknown_teams'
>

const maxErrors = 100

export function readImport(db: Db, id: string): Promise<ImportRow | undefined> {
  return db.selectFrom('incident_imports').selectAll().where('id', '=', id).executeTakeFirst()
}

/**
 * Holds an import at the record where this run believes it to be; nothing where another run has gone on
 * with it, or where it is to end.
 */
export function holdImport(
  trx: Trx,
  id: string,
  cursor: 'rows_read' | 'events_read',
  at: number,
): Promise<ImportRow | undefined> {
  return trx
    .updateTable('incident_imports')
    .set((eb) => ({ [cursor]: eb.ref(cursor) }))
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('cancelled_at', 'is', null)
    .where(cursor, '=', at)
    .returningAll()
    .executeTakeFirst()
}

/** Adds to what is counted of an import that is held. */
export async function advance(
  trx: Trx,
  row: ImportRow,
  counts: Partial<Counts>,
  errors: ImportError[],
  change: Updateable<Tables['incident_imports']> = {},
): Promise<void> {
  const sums = Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, row[name as keyof Counts] + count]),
  )
  const known: ImportError[] = JSON.parse(row.errors)
  const added = known.length < maxErrors && errors.length > 0
  await trx
    .updateTable('incident_imports')
    .set({
      ...sums,
      ...(added && { errors: JSON.stringify([...known, ...errors].slice(0, maxErrors)) }),
      ...change,
    })
    .where('id', '=', row.id)
    .execute()
}

/** What is wrong with a line, in both languages. */
export function errorOf(file: ImportError['file'], fault: FieldFault): ImportError {
  const { ja, en } = rules[fault.rule]
  return {
    file,
    line: fault.line ?? null,
    field: fault.field,
    ja: fill(ja, fault),
    en: fill(en, fault),
  }
}
