import type { InputRowPage } from '../../../schemas/analysis/files.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { openInput } from '../parsing/input.ts'
import { openSession } from '../steps/open.ts'
import { columnsOf, rowsOf } from '../steps/rows.ts'

/** The rows of the input in long form, a page of them. Fails with 409 `analysis_no_input` where there is none. */
export async function listInputRows(
  { db, engine }: Pick<Deps, 'db' | 'engine'>,
  caller: Caller,
  sessionId: string,
  { skip, limit }: PageQuery,
): Promise<InputRowPage> {
  const { session, draft } = await openSession({ db }, caller, sessionId)
  const { input } = draft
  if (input === null) throw failure('analysis_no_input')
  return engine.use(session.id, async (tables) => {
    const relation = await openInput(tables, input)
    const rows = await rowsOf(tables, relation, { skip, limit })
    const { file_id: input_file_id, sheet_name } = input
    return {
      rows: rows as InputRowPage['rows'],
      total: relation.row_count,
      skip,
      limit,
      columns: columnsOf(relation),
      input_file_id,
      sheet_name,
    }
  })
}
