import { transact } from '../../../db/transact.ts'
import { enqueue } from '../../../src/jobs.ts'
import { newId, now } from '../../../src/values.ts'
import { type Area, nothing } from './cases.ts'

const service: Area = {
  furnish: nothing,
  cases: {
    'GET /': { answers: 200 },
    'GET /health': { answers: 200 },
    'GET /health/live': { answers: 200 },
    'GET /health/ready': { answers: 200 },
    'GET /metrics': { answers: 200 },
    'GET /admin/audit': { answers: 200 },
    'GET /admin/audit/export': { answers: 200 },
    'GET /admin/audit/verify': { answers: 200 },
    'GET /admin/jobs': { answers: 200 },
    'GET /admin/slo': { answers: 200 },
  },
}

/** A job that was given up. */
const jobs: Area = {
  furnish: async ({ db }) => {
    const key = newId()
    await transact(db, (trx) => enqueue(trx, 'remove_file', { key }, { key }))
    const given = { failed_at: now(), last_error: 'Error: gone' }
    const { id } = await db
      .updateTable('jobs')
      .set(given)
      .where('key', '=', key)
      .returning('id')
      .executeTakeFirstOrThrow()
    return { id }
  },
  cases: {
    'GET /admin/jobs/{id}': { answers: 200 },
    'POST /admin/jobs/{id}/retry': { answers: 200, isOnce: true },
  },
}

export const system = [service, jobs]
