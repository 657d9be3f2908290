import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { holdCaller } from '../../src/accounts/hold.ts'
import { callerOf } from '../support/analysis-sessions.ts'
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

/** Until a statement waits for the lock of another. */
async function somebodyWaits(db: Db): Promise<void> {
  const waiting = sql`select 1 from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`
  while ((await waiting.execute(db)).rows.length === 0) await sleep(10)
}
