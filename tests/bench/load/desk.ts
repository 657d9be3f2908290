import { sql } from 'kysely'
import { engineOf } from '../../../db/open.ts'
import { transact } from '../../../db/transact.ts'
import { newId, now } from '../../../src/values.ts'
import { fillDesk } from '../desk.ts'
import { someOf } from '../peers/ground.ts'
import { type Area, get, send } from './ground.ts'

const dayBefore = (days: number) =>
  new Date(Date.parse(now()) - days * 86_400_000).toISOString().slice(0, 10)

const faults = ['印刷できない', 'メールが送れない', '起動しない', '接続できない']

export const desk: Area = async ({ db, sizes, person }) => {
  await transact(db, async (trx) => {
    if (engineOf(db) === 'postgres') await sql`set local statement_timeout = 0`.execute(trx)
    return fillDesk(trx, sizes.incidents)
  })
  const [agent, reporter] = [await person('ServiceDeskAgent'), await person('User')]
  const manager = await person('ChangeManager')
  const open = await db
    .selectFrom('incidents')
    .select('id')
    .where('status', 'not in', ['closed', 'cancelled'])
    .limit(500)
    .execute()
  const one = () => someOf(open).id
  const search = () => encodeURIComponent(someOf(faults))
  return [
    { name: 'GET /incidents?limit=50', asked: () => get('/incidents?limit=50', agent.token) },
    {
      name: 'GET /incidents?search=',
      asked: () => get(`/incidents?limit=50&search=${search()}`, agent.token),
    },
    { name: 'GET /incidents/{id}', asked: () => get(`/incidents/${one()}`, agent.token) },
    { name: 'GET /incidents/{id}/sla', asked: () => get(`/incidents/${one()}/sla`, agent.token) },
    {
      name: 'POST /incidents',
      asked: () =>
        send('POST', '/incidents', reporter.token, { title: `${someOf(faults)} ${newId()}` }),
    },
    {
      name: 'PATCH /incidents/{id}',
      asked: () => send('PATCH', `/incidents/${one()}`, agent.token, { description: newId() }),
    },
    {
      name: 'POST /incidents/{id}/work-notes',
      asked: () =>
        send('POST', `/incidents/${one()}/work-notes`, agent.token, { content: '見ている' }),
    },
    {
      name: 'GET /known-errors/search',
      asked: () => get(`/known-errors/search?q=${search()}`, agent.token),
    },
    { name: 'GET /problems?limit=50', asked: () => get('/problems?limit=50', agent.token) },
    { name: 'GET /changes?limit=50', asked: () => get('/changes?limit=50', manager.token) },
    {
      name: 'GET /changes/calendar, a month',
      asked: () =>
        get(
          `/changes/calendar?start=${dayBefore(15)}T00:00:00Z&end=${dayBefore(-15)}T00:00:00Z`,
          manager.token,
        ),
    },
    {
      name: 'GET /itsm/metrics, 30 days',
      most: 16,
      asked: () => get('/itsm/metrics?period=day', manager.token),
    },
  ]
}
