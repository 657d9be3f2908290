import type { Db } from '../../../db/tables.ts'
import type { SnapshotStep, SnapshotTable } from '../../../schemas/analysis/snapshots.ts'
import { linkOf, original, withLinks } from '../steps/links.ts'
import type { Draft, SnapshotInput } from '../steps/model.ts'

/** What is shown of the table that steps start from; where it is in the storage is not. */
export async function toTable(db: Db, input: SnapshotInput | null): Promise<SnapshotTable | null> {
  if (!input) return null
  const { key: _, file_id, ...table } = input
  const file = await db
    .selectFrom('analysis_files as file')
    .innerJoin('project_files', 'project_files.id', 'file.project_file_id')
    .select('original_name')
    .where('file.id', '=', file_id)
    .executeTakeFirst()
  return { file_id, file_name: file?.original_name ?? null, ...table }
}

/** The steps of a draft in their order, each with what it starts from by that order. */
export function toSteps({ steps }: Draft): SnapshotStep[] {
  return steps.map((step, step_order) => {
    const { step_id, name, type, input, config } = withLinks(step, (id) => linkOf(steps, id))
    const input_step_id = step.input === original ? null : step.input
    return { step_id, step_order, name, type, input, input_step_id, config }
  })
}
