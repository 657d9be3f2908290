import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { type Problem, rcaProgress } from '../../../schemas/itsm/problems.ts'
import { failure } from '../../failure.ts'
import { groupBy } from '../../values.ts'
import { numberText } from '../numbers.ts'

export type ProblemRow = Selectable<Tables['problems']>

/** A problem, for those who may read problems; the route asks for that. */
export async function getProblemRow(db: Db, id: string): Promise<ProblemRow> {
  return db
    .selectFrom('problems')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('problem_not_found', { id }))
}

/** Holds the row until the transaction ends, so that what is read of it here stays true. */
export async function holdProblem(trx: Trx, id: string, version?: number): Promise<ProblemRow> {
  const row = await trx
    .updateTable('problems')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => failure('problem_not_found', { id }))
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

/** What is closed or cancelled stays as it is. */
export function requireUnfinished({ id, status }: ProblemRow): void {
  if (status === 'closed') throw failure('problem_reopening_required', { id })
  if (status === 'cancelled') throw failure('problem_is_over', { status })
}

export async function describeProblem(db: Db, row: ProblemRow): Promise<Problem> {
  const [problem] = await describeProblems(db, [row])
  return problem as Problem
}

/** A whole page with one query each for its CIs and its incidents. */
export async function describeProblems(db: Db, rows: readonly ProblemRow[]): Promise<Problem[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const cis = await db
    .selectFrom('problem_cis')
    .select(['problem_id', 'ci_id'])
    .where('problem_id', 'in', ids)
    .orderBy('ci_id')
    .execute()
  const counts = await countIncidents(db, ids)
  const cisOf = groupBy(cis, ({ problem_id }) => problem_id)
  return rows.map(({ number, search_text, priority_rank, first_closed_at, ...row }) => ({
    ...row,
    problem_number: numberText('problem', number),
    known_error: row.known_error === 1,
    affected_services: JSON.parse(row.affected_services),
    affected_ci_ids: (cisOf.get(row.id) ?? []).map(({ ci_id }) => ci_id),
    rca_progress: rcaProgress[row.rca_phase],
    incident_count: counts.get(row.id)?.incidents ?? 0,
    recurrence_count: counts.get(row.id)?.recurrences ?? 0,
  }))
}

/** How many incidents each problem has, and how many of them came after it was closed. */
async function countIncidents(db: Db, ids: string[]) {
  const rows = await db
    .selectFrom('incident_links as links')
    .innerJoin('problems', 'problems.id', 'links.target_id')
    .innerJoin('incidents', 'incidents.id', 'links.incident_id')
    .where('links.kind', '=', 'problem')
    .where('links.target_id', 'in', ids)
    .groupBy('links.target_id')
    .select((eb) => [
      'links.target_id as id',
      eb.fn.countAll<number>().as('incidents'),
      eb.fn
        .count<number>(
          eb
            .case()
            .when(
              eb.and([
                eb('links.created_at', '>', eb.ref('problems.first_closed_at')),
                eb('incidents.opened_at', '>', eb.ref('problems.first_closed_at')),
              ]),
            )
            .then(1)
            .end(),
        )
        .as('recurrences'),
    ])
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}
