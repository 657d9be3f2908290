import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { holdCaller } from '../../src/accounts/hold.ts'
import { holdRow } from '../../src/itsm/incidents/hold.ts'
import { callerOf } from '../support/analysis-sessions.ts'
import { incidents, report } from '../support/itsm-core.ts'
import { expect, test } from '../support/service.ts'

test('who does two things at once waits for neither, and is deactivated after both', async ({
  db,
  signIn,
}) => {
  const [ann, admin] = [await signIn(), await signIn('SystemAdmin')]
  const steps: string[] = []
  const { deactivated } = await transact(db, async (trx) => {
    await holdCaller(trx, callerOf(ann))
    await transact(db, (other) => holdCaller(other, callerOf(ann)))
    const deactivated = admin
      .patch(`/api/v1/user_accounts/${ann.id}`, { is_active: false })
      .finally(() => steps.push('deactivated'))
    await somebodyWaits(db)
    steps.push('let go')
    return { deactivated }
  })
  expect((await deactivated).statusCode).toBe(200)
  expect(steps).toEqual(['let go', 'deactivated'])
})

test.for(['parent', 'child', 'related', 'duplicate_of'])(
  'who links two incidents as %s waits for the first of them holding nothing, from either side',
  async (kind, { db, signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const ids = [(await report(desk)).id, (await report(desk)).id]
    const [first, second] = ids.sort() as [string, string]
    for (const [id, target_id] of [
      [first, second],
      [second, first],
    ] as const) {
      const { linked } = await transact(db, async (trx) => {
        await holdRow(trx, first)
        const linked = desk.post(`${incidents}/${id}/links`, { kind, target_id })
        await somebodyWaits(db)
        const free = trx.selectFrom('incidents').select('id').where('id', '=', second)
        expect(await free.forUpdate().noWait().execute()).toEqual([{ id: second }])
        return { linked }
      })
      const made = await linked
      expect(made.statusCode, made.body).toBe(201)
      expect((await desk.delete(String(made.headers.location))).statusCode).toBe(204)
    }
  },
)

/** Until a statement waits for the lock of another. */
async function somebodyWaits(db: Db): Promise<void> {
  const waiting = sql`select 1 from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`
  while ((await waiting.execute(db)).rows.length === 0) await sleep(10)
}
