import type { Insertable } from 'kysely'
import type { Db, Tables } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Ci } from '../../schemas/itsm/cis.ts'
import type { Team } from '../../schemas/itsm/teams.ts'
import { takeNumbers } from '../../src/itsm/numbers.ts'
import { newId, now } from '../../src/values.ts'
import { type Client, expect } from './service.ts'

export const teams = '/api/v1/teams'
export const cis = '/api/v1/cis'
export const webhooks = '/api/v1/itsm/webhooks'

export async function createTeam(client: Client, input: object = {}): Promise<Team> {
  const response = await client.post(teams, { name: `組 ${newId()}`, ...input })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

export async function createCi(client: Client, input: object = {}): Promise<Ci> {
  const response = await client.post(cis, { name: `機器 ${newId()}`, kind: 'server', ...input })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

type Incident = Insertable<Tables['incidents']>

/** An incident as its table keeps it, told of by nobody. */
export async function insertIncident(
  db: Db,
  input: Partial<Incident> & Pick<Incident, 'reporter_id'>,
): Promise<{ id: string; number: number }> {
  const [id, at] = [newId(), now()]
  return transact(db, async (trx) => {
    const number = await takeNumbers(trx, 'incident')
    await trx
      .insertInto('incidents')
      .values({
        id,
        number,
        title: '印刷できない',
        status: 'new',
        priority: 'medium',
        priority_rank: 2,
        impact: 'medium',
        urgency: 'medium',
        tags: '[]',
        major: 0,
        reopen_count: 0,
        reassignment_count: 0,
        opened_at: at,
        sla_phase: 'none',
        version: 1,
        created_at: at,
        updated_at: at,
        ...input,
      })
      .execute()
    return { id, number }
  })
}

/** A change as its table keeps it, of these items. */
export async function insertChange(
  db: Db,
  input: Partial<Insertable<Tables['changes']>> & { requester_id: string },
  ciIds: string[] = [],
): Promise<string> {
  const [id, at] = [newId(), now()]
  await transact(db, async (trx) => {
    const number = await takeNumbers(trx, 'change')
    await trx
      .insertInto('changes')
      .values({
        id,
        number,
        title: '更新',
        type: 'normal',
        description: '',
        justification: '',
        status: 'draft',
        impact: 'low',
        likelihood: 'low',
        risk_level: 'low',
        risk_score: 1,
        risk_reasons: '[]',
        vote_round: 1,
        version: 1,
        created_at: at,
        updated_at: at,
        ...input,
      })
      .execute()
    for (const ci_id of ciIds) {
      await trx.insertInto('change_cis').values({ change_id: id, ci_id }).execute()
    }
  })
  return id
}
