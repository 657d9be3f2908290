import type { Db } from '../../db/tables.ts'
import type { Caller } from '../../src/access.ts'
import { listTeams } from '../../src/itsm/teams/teams.ts'
import { newId } from '../../src/values.ts'
import { createCi, createTeam, insertChange, insertIncident, teams } from '../support/itsm-desk.ts'
import { describe, expect, test } from '../support/service.ts'

describe('a team', () => {
  test('has members, a lead who is one of them, and a manager who need not be', async ({
    signIn,
  }) => {
    const root = await signIn('ChangeManager')
    const [ann, bob, eve] = [await signIn(), await signIn(), await signIn()]
    const response = await root.post(teams, {
      name: ' 一次窓口 ',
      lead_id: ann.id,
      manager_id: eve.id,
      member_ids: [bob.id],
    })
    expect(response.statusCode, response.body).toBe(201)
    const team = response.json()
    expect(response.headers.location).toBe(`${teams}/${team.id}`)
    expect(team).toMatchObject({
      name: '一次窓口',
      lead: { id: ann.id, name: ann.display_name },
      manager: { id: eve.id },
    })
    expect(team.members.map(({ id }: { id: string }) => id)).toEqual([ann.id, bob.id].sort())
    expect((await root.get(`${teams}/${team.id}`)).json()).toEqual(team)

    const set = await root.put(`${teams}/${team.id}/members`, { user_ids: [eve.id] })
    expect(set.json().members.map(({ id }: { id: string }) => id)).toEqual([ann.id, eve.id].sort())
    const changed = await root.patch(`${teams}/${team.id}`, { lead_id: bob.id })
    expect(changed.json().members).toHaveLength(3)
    const events = await (await signIn('Auditor')).get(`/api/v1/admin/audit?subject_id=${team.id}`)
    expect(events.statusCode, events.body).toBe(200)
    expect(events.json().events.map(({ action }: { action: string }) => action)).toEqual([
      'team.updated',
      'team.members_set',
      'team.created',
    ])
  })

  test('has a name of its own, however it is written', async ({ signIn }) => {
    const root = await signIn('ChangeManager')
    const { id } = await createTeam(root, { name: 'Ｎｅｔｗｏｒｋ 班' })
    const again = await root.post(teams, { name: 'network  班' })
    expect(again.statusCode).toBe(409)
    expect(again.json().code).toBe('team_name_taken')
    const other = await createTeam(root)
    expect((await root.patch(`${teams}/${other.id}`, { name: 'NETWORK 班' })).statusCode).toBe(409)
    expect((await root.patch(`${teams}/${id}`, { name: 'Network 班' })).statusCode).toBe(200)
    const raced = await Promise.all(
      Array.from({ length: 4 }, () => root.post(teams, { name: 'raced' })),
    )
    expect(raced.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409, 409])
  })

  test('is refused what is wrong with it', async ({ signIn }) => {
    const root = await signIn('ChangeManager')
    for (const body of [
      {},
      { name: ' ' },
      { name: 'a\nb' },
      { name: 'a', size: 1 },
      { name: 'a', lead_id: newId() },
      { name: 'a', member_ids: [newId()] },
    ]) {
      const response = await root.post(teams, body)
      expect(response.statusCode, JSON.stringify(body)).toBe(422)
    }
    const wrong = await root.post(teams, { name: 'a', member_ids: [root.id, newId()] })
    expect(wrong.json().errors[0].field).toBe('member_ids.1')
    expect((await root.get(`${teams}/${newId()}`)).statusCode).toBe(404)
    expect((await root.patch(`${teams}/${newId()}`, { name: 'b' })).statusCode).toBe(404)
    expect((await root.get(`${teams}?limit=0`)).statusCode).toBe(422)
  })

  test('is read by the desk and managed by those who run it', async ({ app, signIn }) => {
    const { id } = await createTeam(await signIn('ChangeManager'))
    const agent = await signIn('ServiceDeskAgent')
    expect((await agent.get(`${teams}/${id}`)).statusCode).toBe(200)
    expect((await agent.patch(`${teams}/${id}`, { name: 'x' })).statusCode).toBe(403)
    expect((await (await signIn()).get(`${teams}/${id}`)).statusCode).toBe(403)
    expect((await app.inject(`${teams}/${id}`)).statusCode).toBe(401)
  })

  test('is changed only as it was seen', async ({ signIn }) => {
    const root = await signIn('ChangeManager')
    const { id } = await createTeam(root)
    const etag = String((await root.get(`${teams}/${id}`)).headers.etag)
    expect((await root.get(`${teams}/${id}`, { 'if-none-match': etag })).statusCode).toBe(304)
    const raced = await Promise.all(
      ['a', 'b', 'c'].map((description) =>
        root.patch(`${teams}/${id}`, { description }, { 'if-match': etag }),
      ),
    )
    expect(raced.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412, 412])
    const members = { user_ids: [] }
    const put = await root.put(`${teams}/${id}/members`, members, { 'if-match': etag })
    expect(put.statusCode).toBe(412)
    expect((await root.delete(`${teams}/${id}`, undefined, { 'if-match': etag })).statusCode).toBe(
      412,
    )
  })

  test('stays while something belongs to it', async ({ db, signIn }) => {
    const root = await signIn('ChangeManager')
    const { id } = await createTeam(root)
    const { id: incident } = await insertIncident(db, { reporter_id: root.id, team_id: id })
    const change = await insertChange(db, { requester_id: root.id, team_id: id })
    const ci = await createCi(root, { owner_team_id: id })
    const refused = await root.delete(`${teams}/${id}`)
    expect(refused.statusCode).toBe(409)
    expect(refused.json().detail).toMatch(/1 件のインシデント、1 件の変更、1 件の構成/)
    await db.deleteFrom('incidents').where('id', '=', incident).execute()
    await db.deleteFrom('changes').where('id', '=', change).execute()
    expect((await root.delete(`${teams}/${id}`)).json().code).toBe('team_in_use')
    await root.patch(`/api/v1/cis/${ci.id}`, { owner_team_id: null })
    expect((await root.delete(`${teams}/${id}`)).statusCode).toBe(204)
    expect((await root.get(`${teams}/${id}`)).statusCode).toBe(404)
  })
})

describe('a list of teams', () => {
  test('finds them by name and by member, page by page', async ({ signIn }) => {
    const root = await signIn('ChangeManager')
    const mark = newId().slice(-8)
    const agent = await signIn('ServiceDeskAgent')
    for (const each of ['a', 'b', 'c']) {
      await createTeam(root, { name: `${mark} ${each}_%`, member_ids: [agent.id] })
    }
    const list = async (query: object) =>
      (await agent.get(`${teams}?${new URLSearchParams({ ...query })}`)).json()
    const all = await list({ search: mark.toUpperCase(), sort: 'name' })
    expect(all).toMatchObject({ total: 3, skip: 0, limit: 100 })
    expect(all.teams.map(({ name }: { name: string }) => name.at(-3))).toEqual(['a', 'b', 'c'])
    expect((await list({ search: `${mark} a_%` })).total).toBe(1)
    expect((await list({ search: `${mark} %` })).total).toBe(0)
    const mine = await list({ member_id: 'me', limit: '2' })
    expect(mine).toMatchObject({ total: 3, limit: 2 })
    const rest = await list({ member_id: agent.id, limit: '2', skip: '2' })
    const ids = [...mine.teams, ...rest.teams].map(({ id }: { id: string }) => id)
    expect(new Set(ids).size).toBe(3)
    expect(ids).toEqual([...ids].sort().reverse())
  })

  test('costs as many queries for many teams as for one', async ({ db, signIn }) => {
    const root = await signIn('ChangeManager')
    const caller = { id: root.id } as Caller
    const add = () => createTeam(root, { lead_id: root.id, manager_id: root.id })
    await add()
    const forOne = await queriesFor(db, caller)
    for (let n = 0; n < 4; n += 1) await add()
    expect(await queriesFor(db, caller)).toBe(forOne)
  })
})

async function queriesFor(db: Db, caller: Caller): Promise<number> {
  let count = 0
  const counted = db.withPlugin({
    transformQuery: ({ node }) => {
      count += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await listTeams(counted, caller, { member_id: 'me', skip: 0, limit: 10, sort: 'name' })
  return count
}

describe('somebody who leaves', () => {
  test('is in no team any more, and leads none', async ({ signIn }) => {
    const root = await signIn('SystemAdmin')
    const [ann, bob] = [await signIn(), await signIn()]
    const team = await createTeam(root, {
      lead_id: ann.id,
      manager_id: ann.id,
      member_ids: [bob.id],
    })
    await root.patch(`/api/v1/user_accounts/${bob.id}`, { is_active: false })
    const shown = (await root.get(`${teams}/${team.id}`)).json()
    expect(shown.members).toContainEqual({
      id: bob.id,
      name: bob.display_name,
      is_active: false,
    })
    expect((await root.delete(`/api/v1/user_accounts/${ann.id}`)).statusCode).toBe(204)
    const left = (await root.get(`${teams}/${team.id}`)).json()
    expect(left).toMatchObject({ lead_id: null, lead: null, manager: null })
    expect(left.members.map(({ id }: { id: string }) => id)).toEqual([bob.id])
    expect(left.version).toBeGreaterThan(shown.version)
  })
})
