import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { wake } from '../../src/jobs.ts'
import { later, now } from '../../src/values.ts'

/** As if the time of all waiting jobs had come; answers how many there are. */
export async function letTimePass(db: Db): Promise<number> {
  const at = later(now(), -1)
  return transact(db, async (trx) => {
    const jobs = await trx
      .updateTable('jobs')
      .set({ run_at: at })
      .where('finished_at', 'is', null)
      .where('failed_at', 'is', null)
      .returning('id')
      .execute()
    for (const { id } of jobs) await wake(trx, id, at)
    return jobs.length
  })
}
