import { relatedCis } from '../../src/itsm/cis/related.ts'
import { newId } from '../../src/values.ts'
import { cis, createCi, createTeam, insertChange, insertIncident } from '../support/itsm-desk.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const depend = (client: Client, id: string, ...depends_on: string[]) =>
  client.patch(`${cis}/${id}`, { depends_on })

describe('a configuration item', () => {
  test('is created, read, changed and deleted', async ({ signIn }) => {
    const agent = await signIn('ServiceDeskAgent')
    const team = await createTeam(await signIn('ChangeManager'))
    const below = await createCi(agent)
    const response = await agent.post(cis, {
      name: 'ポータル',
      kind: 'service',
      owner_team_id: team.id,
      depends_on: [below.id.toUpperCase()],
    })
    expect(response.statusCode, response.body).toBe(201)
    const ci = response.json()
    expect(response.headers.location).toBe(`${cis}/${ci.id}`)
    expect(ci).toMatchObject({
      depends_on: [below.id],
      owner_team: { id: team.id, name: team.name },
      version: 1,
    })
    const { headers } = await agent.get(`${cis}/${ci.id}`)
    const etag = { 'if-match': String(headers.etag) }
    const changed = await agent.patch(`${cis}/${ci.id}`, { kind: 'application' }, etag)
    expect(changed.json()).toMatchObject({ kind: 'application', depends_on: [below.id] })
    expect((await agent.patch(`${cis}/${ci.id}`, { kind: 'other' }, etag)).statusCode).toBe(412)
    const before = (await agent.get(`${cis}/${ci.id}`)).json()
    expect((await agent.delete(`${cis}/${below.id}`)).statusCode).toBe(204)
    const after = (await agent.get(`${cis}/${ci.id}`)).json()
    expect(after).toMatchObject({ depends_on: [], version: before.version + 1 })
  })

  test('is refused what is wrong with it', async ({ app, signIn }) => {
    const agent = await signIn('ServiceDeskAgent')
    const { id, name } = await createCi(agent, { name: `Ｗｅｂ ${newId()}` })
    for (const body of [
      { name: 'a' },
      { name: 'a', kind: 'toaster' },
      { name: 'a', kind: 'server', owner_team_id: newId() },
      { name: 'a', kind: 'server', depends_on: [newId()] },
      { name: 'a', kind: 'server', depends_on: [id, id] },
      { name: 'a', kind: 'server', id },
    ]) {
      expect((await agent.post(cis, body)).statusCode, JSON.stringify(body)).toBe(422)
    }
    const taken = await agent.post(cis, { name: name.normalize('NFKC'), kind: 'server' })
    expect(taken.json()).toMatchObject({ status: 409, code: 'ci_name_taken' })
    expect((await agent.get(`${cis}/${newId()}`)).statusCode).toBe(404)
    expect((await agent.get(`${cis}/${newId()}/related`)).statusCode).toBe(404)
    expect((await agent.get(`${cis}/${newId()}/incidents`)).statusCode).toBe(404)
    const member = await signIn('CabMember')
    expect((await member.get(`${cis}/${id}`)).statusCode).toBe(200)
    expect((await member.delete(`${cis}/${id}`)).statusCode).toBe(403)
    expect((await (await signIn()).get(cis)).statusCode).toBe(403)
    expect((await app.inject(cis)).statusCode).toBe(401)
  })

  test('stays while changes are about it', async ({ db, signIn }) => {
    const agent = await signIn('ServiceDeskAgent')
    const { id } = await createCi(agent)
    await insertChange(db, { requester_id: agent.id }, [id])
    const refused = await agent.delete(`${cis}/${id}`)
    expect(refused.json()).toMatchObject({ status: 409, code: 'ci_in_use' })
    expect((await agent.get(`${cis}/${id}`)).statusCode).toBe(200)
  })

  test('is found by what is said of it', async ({ signIn }) => {
    const agent = await signIn('ServiceDeskAgent')
    const team = await createTeam(await signIn('ChangeManager'))
    const mark = newId().slice(-8)
    const base = await createCi(agent, { name: `${mark} A`, kind: 'database' })
    await createCi(agent, { name: `${mark} b`, owner_team_id: team.id, depends_on: [base.id] })
    await createCi(agent, { name: `${mark} c`, owner_team_id: team.id })
    const find = async (query: object) =>
      (await agent.get(`${cis}?${new URLSearchParams({ search: mark, ...query })}`)).json()
    const names = (page: { cis: { name: string }[] }) => page.cis.map(({ name }) => name.slice(-1))
    expect(names(await find({}))).toEqual(['c', 'b', 'A'])
    expect(names(await find({ sort: 'name', limit: '2', skip: '1' }))).toEqual(['b', 'c'])
    expect(names(await find({ kind: 'database' }))).toEqual(['A'])
    expect(names(await find({ owner_team_id: team.id }))).toEqual(['c', 'b'])
    expect(names(await find({ depends_on: base.id }))).toEqual(['b'])
    expect((await find({ search: `${mark}_` })).total).toBe(0)
  })
})

describe('dependencies', () => {
  test('never come round, and the answer names the way', async ({ signIn }) => {
    const agent = await signIn('ServiceDeskAgent')
    const a = await createCi(agent)
    const b = await createCi(agent, { depends_on: [a.id] })
    const c = await createCi(agent, { depends_on: [b.id] })
    const refused = await depend(agent, a.id, c.id)
    expect(refused.statusCode).toBe(409)
    expect(refused.json()).toMatchObject({ code: 'ci_cycle', path: [a.id, c.id, b.id, a.id] })
    expect(refused.json().detail).toContain(`${a.name} → ${c.name} → ${b.name} → ${a.name}`)
    expect((await depend(agent, a.id, a.id)).json().path).toEqual([a.id, a.id])
    expect((await agent.get(`${cis}/${a.id}`)).json()).toMatchObject({ version: 1, depends_on: [] })
  })

  test('of two that would come round together, one is refused', async ({ signIn }) => {
    const agent = await signIn('ServiceDeskAgent')
    for (let n = 0; n < 5; n += 1) {
      const [a, b] = [await createCi(agent), await createCi(agent)]
      const raced = await Promise.all([depend(agent, a.id, b.id), depend(agent, b.id, a.id)])
      expect(raced.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
    }
  })

  test('are followed both ways, by the shortest way, as far as asked', async ({ db, signIn }) => {
    const agent = await signIn('ServiceDeskAgent')
    const disk = await createCi(agent)
    const server = await createCi(agent, { depends_on: [disk.id] })
    const portal = await createCi(agent, { depends_on: [server.id, disk.id] })
    const form = await createCi(agent, { depends_on: [portal.id] })
    const get = async (id: string, depth: number) =>
      (await agent.get(`${cis}/${id}/related?depth=${depth}`)).json()
    expect(await get(server.id, 1)).toEqual({
      truncated: false,
      related: [
        { id: disk.id, name: disk.name, kind: 'server', direction: 'upstream', distance: 1 },
        { id: portal.id, name: portal.name, kind: 'server', direction: 'downstream', distance: 1 },
      ],
    })
    const far = await get(disk.id, 5)
    expect(far.related.map(({ id, distance }: Record<string, unknown>) => [id, distance])).toEqual([
      [server.id, 1],
      [portal.id, 1],
      [form.id, 2],
    ])
    expect((await agent.get(`${cis}/${disk.id}/related?depth=6`)).statusCode).toBe(422)
    const many = await relatedCis(db, [form.id, newId()], 3)
    expect(many.get(form.id)).toEqual([
      { id: portal.id, distance: 1, direction: 'upstream' },
      { id: disk.id, distance: 2, direction: 'upstream' },
      { id: server.id, distance: 2, direction: 'upstream' },
    ])
    expect([...many.values()].map(({ length }) => length)).toEqual([3, 0])
    expect((await relatedCis(db, [], 3)).size).toBe(0)
  })

  test('that branch at every step cost no more than there are items', async ({ db, signIn }) => {
    const agent = await signIn('ServiceDeskAgent')
    let below: string[] = []
    for (let layer = 0; layer < 6; layer += 1) {
      const made: string[] = []
      for (let n = 0; n < 4; n += 1) made.push((await createCi(agent, { depends_on: below })).id)
      below = made
    }
    const related = (await relatedCis(db, below.slice(0, 1), 5)).get(below[0] as string)
    expect(related?.map(({ distance }) => distance).sort()).toEqual(
      [1, 2, 3, 4, 5].flatMap((distance) => Array(4).fill(distance)),
    )
  })
})

test('the incidents of an item are those that its reader may know of', async ({ db, signIn }) => {
  const agent = await signIn('ServiceDeskAgent')
  const { id } = await createCi(agent)
  const made: string[] = []
  for (const status of ['new', 'closed', 'pending', 'resolved'] as const) {
    const incident = await insertIncident(db, { reporter_id: agent.id, status })
    await db.insertInto('incident_cis').values({ ci_id: id, incident_id: incident.id }).execute()
    made.unshift(incident.id)
  }
  await insertIncident(db, { reporter_id: agent.id })
  const get = async (query: string) => (await agent.get(`${cis}/${id}/incidents?${query}`)).json()
  const all = await get('limit=3')
  expect(all).toMatchObject({ total: 4, open_count: 2 })
  expect(all.incidents[0].incident_number).toMatch(/^INC\d{8}$/)
  const ids = (page: { incidents: { id: string }[] }) => page.incidents.map((each) => each.id)
  expect(ids(all)).toEqual(made.slice(0, 3))
  expect(ids(await get('open=true'))).toEqual([made[1], made[3]])
  expect(await get('open=false')).toMatchObject({ total: 2, open_count: 2 })
})
