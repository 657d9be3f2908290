import type { Db } from '../../../db/tables.ts'
import type { CiIncidentQuery } from '../../../schemas/itsm/cis.ts'
import type { IncidentStatus } from '../../../schemas/itsm/common.ts'
import type { Caller } from '../../access.ts'
import { failure } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { visibleIncidents } from '../incidents/access.ts'
import { numberText } from '../numbers.ts'

const ended: IncidentStatus[] = ['resolved', 'closed', 'cancelled']

/** The incidents of an item that the caller may know of, the latest first. */
export async function listCiIncidents(
  db: Db,
  caller: Caller,
  id: string,
  { open, ...page }: CiIncidentQuery,
) {
  await db
    .selectFrom('cis')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('ci_not_found', { id }))
  const all = visibleIncidents(db, caller).where('id', 'in', (eb) =>
    eb.selectFrom('incident_cis').select('incident_id').where('ci_id', '=', id),
  )
  const { open_count } = await all
    .where('status', 'not in', ended)
    .select((eb) => eb.fn.countAll<number>().as('open_count'))
    .executeTakeFirstOrThrow()
  const query = open === undefined ? all : all.where('status', open ? 'not in' : 'in', ended)
  const rows = query
    .select(['id', 'number', 'title', 'status', 'priority', 'opened_at'])
    .orderBy('id', 'desc')
  const { incidents, ...rest } = await paginate(rows, page, 'incidents')
  return {
    incidents: incidents.map(({ number, ...each }) => ({
      ...each,
      incident_number: numberText('incident', number),
    })),
    ...rest,
    open_count,
  }
}
