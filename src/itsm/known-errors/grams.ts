import type { Trx } from '../../../db/tables.ts'
import { indexOf } from '../search.ts'
import type { KnownErrorRow } from './access.ts'

type Searched = Pick<KnownErrorRow, 'title' | 'symptoms' | 'workaround' | 'tags' | 'keywords'>

/** How many rows an insert writes: engines bound how many values a statement has. */
const piece = 2000

/** What is searched of a known error, each with how much it counts. */
export function fieldsOf({ title, symptoms, workaround, tags, keywords }: Searched) {
  const words = [...JSON.parse(tags), ...JSON.parse(keywords)].join('\n')
  return [
    { text: title, weight: 4 },
    { text: symptoms, weight: 3 },
    { text: words, weight: 2 },
    { text: workaround ?? '', weight: 1 },
  ]
}

/** Writes down the grams of a known error, anew where what is searched of it has changed. */
export async function writeGrams(
  trx: Trx,
  row: Searched & { id: string },
  before?: Searched,
): Promise<void> {
  const fields = fieldsOf(row)
  if (before && JSON.stringify(fieldsOf(before)) === JSON.stringify(fields)) return
  const { weights, length } = indexOf(fields)
  const { id } = row
  await trx.deleteFrom('known_error_grams').where('known_error_id', '=', id).execute()
  const rows = [...weights].map(([gram, weight]) => ({ gram, known_error_id: id, weight }))
  for (let at = 0; at < rows.length; at += piece) {
    await trx
      .insertInto('known_error_grams')
      .values(rows.slice(at, at + piece))
      .execute()
  }
  await trx.updateTable('known_errors').set({ length }).where('id', '=', id).execute()
}
