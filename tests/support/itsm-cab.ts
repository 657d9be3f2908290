import type { Insertable } from 'kysely'
import type { Db, Tables } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { takeNumbers } from '../../src/itsm/numbers.ts'
import { newId, now } from '../../src/values.ts'
import { type Client, expect } from './service.ts'

export const boards = '/api/v1/cab/boards'
export const meetings = '/api/v1/cab/meetings'
export const windows = '/api/v1/change-windows'
export const changes = '/api/v1/changes'

type Given = Partial<Insertable<Tables['changes']>> & { requester_id: string; cis?: string[] }

/** A change as if it had come that far. */
export function insertChange(db: Db, { cis = [], ...given }: Given) {
  return transact(db, async (trx) => {
    const at = now()
    const row = await trx
      .insertInto('changes')
      .values({
        id: newId(),
        number: await takeNumbers(trx, 'change'),
        title: '証明書の更新',
        type: 'normal',
        description: '入れ替える。',
        justification: '期限が切れる。',
        status: 'submitted',
        impact: 'medium',
        likelihood: 'medium',
        risk_level: 'medium',
        risk_score: 5,
        risk_reasons: '[]',
        vote_round: 1,
        version: 1,
        created_at: at,
        updated_at: at,
        ...given,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    if (cis.length > 0) {
      await trx
        .insertInto('change_cis')
        .values(cis.map((ci_id) => ({ change_id: row.id, ci_id })))
        .execute()
    }
    return row
  })
}

/** CIs by these names, each made unique, in their order. */
export async function insertCis(db: Db, ...names: string[]): Promise<string[]> {
  const at = now()
  const rows = names.map((name) => {
    const id = newId()
    const own = `${name} ${id}`
    return {
      id,
      name: own,
      name_key: own.toLowerCase(),
      kind: 'server',
      version: 1,
      created_at: at,
      updated_at: at,
    }
  })
  await db.insertInto('cis').values(rows).execute()
  return rows.map(({ id }) => id)
}

export async function dependOn(db: Db, ci_id: string, depends_on_id: string): Promise<void> {
  await db.insertInto('ci_dependencies').values({ ci_id, depends_on_id }).execute()
}

export async function createdBoard(manager: Client, members: Client[], given: object = {}) {
  const response = await manager.post(boards, {
    name: `委員会 ${newId()}`,
    rule: 'majority',
    quorum: 0.5,
    members: members.map(({ id }) => ({ user_id: id, role: 'required' })),
    ...given,
  })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

export async function createdWindow(manager: Client, given: object = {}) {
  const response = await manager.post(windows, {
    kind: 'freeze',
    severity: 'hard',
    name: '年末凍結',
    starts_at: '2026-12-28T00:00:00.000Z',
    ends_at: '2027-01-04T00:00:00.000Z',
    ...given,
  })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}
