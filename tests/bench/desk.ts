import { insertMany } from '../../db/bulk.ts'
import type { Trx } from '../../db/tables.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { newId, now } from '../../src/values.ts'
import { fillIncidents, type People } from '../support/itsm-load.ts'
import { fillOthers } from '../support/itsm-load-others.ts'

const others = { knownErrors: 5000, problems: 500, changes: 2000 }

/** A service desk of 120 people, 12 teams and 200 items of configuration after two years. */
export async function fillDesk(trx: Trx, incidents: number): Promise<People> {
  const at = now()
  const users: string[] = []
  for (let n = 0; n < 120; n += 1) {
    users.push((await createUser(trx, { email: `${newId()}@example.org` })).id)
  }
  const named = (kind: string, many: number) =>
    Array.from({ length: many }, (_, n) => ({
      id: newId(),
      name: `${kind} ${n}`,
      name_key: `${kind} ${n}`,
      kind: 'server',
      description: null,
      lead_id: null,
      manager_id: null,
      owner_team_id: null,
      version: 1,
      created_at: at,
      updated_at: at,
    }))
  const [teams, cis] = [named('チーム', 12), named('機器', 200)]
  const shared = ['id', 'name', 'name_key', 'description'] as const
  const times = ['version', 'created_at', 'updated_at'] as const
  await insertMany(trx, 'teams', [...shared, 'lead_id', 'manager_id', ...times], teams)
  await insertMany(trx, 'cis', [...shared, 'kind', 'owner_team_id', ...times], cis)
  const people = {
    reporters: users.slice(20),
    agents: users.slice(0, 20),
    teams: teams.map(({ id }) => id),
    cis: cis.map(({ id }) => id),
  }
  await fillIncidents(trx, incidents, people, Date.now())
  await fillOthers(trx, others, people, Date.now())
  return people
}
