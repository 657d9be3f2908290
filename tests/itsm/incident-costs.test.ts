import { describeIncidents } from '../../src/itsm/incidents/describe.ts'
import { insertCi, insertTeam, report } from '../support/itsm-core.ts'
import { expect, test } from '../support/service.ts'

test('a page of incidents is described by three queries, however long it is', async ({
  signIn,
  db,
}) => {
  const desk = await signIn('ServiceDeskAgent')
  for (let n = 0; n < 12; n += 1) {
    const [team_id, ci] = [await insertTeam(db), await insertCi(db, `ci-${n}`)]
    const person = await signIn('ServiceDeskAgent')
    await report(person, { team_id, affected_ci_ids: [ci], assignee_id: person.id })
  }
  const rows = await db.selectFrom('incidents').selectAll().orderBy('number').execute()
  const origin = { request_id: 'x', ip: null, user_agent: null }
  const caller = { ...origin, id: desk.id, roles: desk.roles, scopes: null, session_id: null }
  for (const count of [1, 12]) {
    let queries = 0
    const counted = db.withPlugin({
      transformQuery: ({ node }) => {
        queries += 1
        return node
      },
      transformResult: async ({ result }) => result,
    })
    const described = await describeIncidents(counted, caller, rows.slice(0, count))
    expect(described.map(({ id }) => id)).toEqual(rows.slice(0, count).map(({ id }) => id))
    expect(described.every(({ team, assignee }) => team?.name && assignee?.name)).toBe(true)
    expect(queries).toBe(3)
  }
})
