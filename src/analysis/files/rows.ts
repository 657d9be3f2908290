import { subjectColumn, valueColumn } from '../../../schemas/analysis/common.ts'
import type { InputRowPage } from '../../../schemas/analysis/files.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { openInput } from '../parsing/input.ts'
import { openSession } from '../steps/open.ts'

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
    const { table, axes, row_count: total } = await openInput(tables, input)
    const cells = [...axes.map((_, n) => `a${n}`), 's', 'v'].join(', ')
    const rows = await tables.rows(`select ${cells} from ${table} order by n limit $1 offset $2`, [
      limit,
      skip,
    ])
    const columns = [...axes.map(({ name }) => name), subjectColumn, valueColumn]
    const { file_id: input_file_id, sheet_name } = input
    return {
      rows: rows as InputRowPage['rows'],
      total,
      skip,
      limit,
      columns,
      input_file_id,
      sheet_name,
    }
  })
}
