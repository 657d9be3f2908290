import type { FastifyReply } from 'fastify'
import type { TableFormat } from '../../../schemas/analysis/exports.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import type { Deps } from '../../fastify.ts'
import { stepOf } from '../steps/edit.ts'
import { openSession, withOutcomes } from '../steps/open.ts'
import { type LendTable, sendTable } from './exports.ts'

type Wish = { session_id: string; step_id: string; snapshot_id?: string; format: TableFormat }

/**
 * Answers the rows of a step as a file. Fails with 422 `analysis_step_no_rows` for a summary that shows
 * no table, and as the step itself does where it has an error.
 */
export async function sendStepTable(
  deps: Pick<Deps, 'db' | 'engine'>,
  caller: Caller,
  { session_id, step_id, snapshot_id, format }: Wish,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const opened = await openSession(deps, caller, session_id, snapshot_id)
  const step = stepOf(opened.draft, step_id)
  const at = opened.draft.steps.indexOf(step)
  const lend: LendTable = (work) =>
    withOutcomes(deps, opened, (tables, outcomes) => {
      const { relation, table, error } = outcomes[at] ?? {}
      if (error) throw error
      const rows = relation ?? table?.relation
      if (!rows) throw failure('analysis_step_no_rows')
      return work(tables, rows)
    })
  return sendTable(reply, lend, step.name, format)
}
