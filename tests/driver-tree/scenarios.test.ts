import { newId } from '../../src/values.ts'
import { insertPolicy } from '../support/driver-trees.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { insertSales, insertThousand } from '../support/tree-calculation.ts'

async function create(client: Client, url: string, body: object = {}) {
  const scenario = { name: `案 ${newId()}`, changes: {}, ...body }
  const response = await client.post(`${url}/scenario`, scenario)
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

describe('a scenario', () => {
  test('is saved, read, changed and deleted', async ({ app, db, signIn }) => {
    const member = await signIn()
    const { url, tree_id, ids, project } = await insertThousand(db, { member })
    const heard: unknown[] = []
    const stop = app.channels.join(`tree:${tree_id}`, (message) => heard.push(JSON.parse(message)))
    const changes = { inputs: [{ node_id: ids.単価, value: 120 }] }
    const made = await member.post(`${url}/scenario`, { name: ' 値上げ案 ', changes })
    expect(made.statusCode, made.body).toBe(201)
    const scenario = made.json()
    const own = `${url}/scenario/${scenario.scenario_id}`
    expect(made.headers.location).toBe(own)
    expect(scenario).toMatchObject({
      tree_id,
      name: '値上げ案',
      description: null,
      changes,
      created_by: member.id,
      version: 1,
    })
    const read = await member.get(own)
    expect(read.json()).toEqual(scenario)
    const tag = { 'if-match': String(read.headers.etag) }
    const changed = await member.patch(own, { description: '四月から' }, tag)
    expect(changed.json()).toMatchObject({ name: '値上げ案', changes, version: 2 })
    expect((await member.patch(own, { name: '別' }, tag)).statusCode).toBe(412)
    expect((await member.delete(own, undefined, tag)).statusCode).toBe(412)
    expect((await member.get(`${url}/scenario`)).json()).toMatchObject({
      scenarios: [{ scenario_id: scenario.scenario_id }],
      total: 1,
    })
    expect((await member.delete(own)).statusCode).toBe(204)
    expect((await member.get(own)).statusCode).toBe(404)
    const { version } = await db
      .selectFrom('driver_trees')
      .select('version')
      .where('id', '=', tree_id)
      .executeTakeFirstOrThrow()
    expect(version).toBe(4)
    const audit = await db
      .selectFrom('audit_log')
      .innerJoin('project_activity', 'project_activity.id', 'audit_log.id')
      .select('action')
      .where('subject_id', '=', scenario.scenario_id)
      .where('project_id', '=', project)
      .orderBy('audit_log.id')
      .execute()
    const actions = ['scenario.created', 'scenario.updated', 'scenario.deleted']
    expect(audit.map(({ action }) => action)).toEqual(actions)
    await expect.poll(() => heard.length).toBe(3)
    expect(heard).toMatchObject(
      actions.map((event, n) => ({
        type: 'event',
        event,
        data: { id: tree_id, version: n + 2, scenario_id: scenario.scenario_id },
      })),
    )
    stop()
  })

  test('shows what it makes of the tree', async ({ db, signIn }) => {
    const [member, viewer] = [await signIn(), await signIn()]
    const { url, ids } = await insertThousand(db, { member, viewer })
    const { scenario_id } = await create(member, url, {
      changes: { policies: [{ node_id: ids.単価, value: 1.1 }], inputs: [] },
    })
    const shown = await viewer.get(`${url}/scenario/${scenario_id}/data`)
    expect(shown.statusCode, shown.body).toBe(200)
    expect(shown.json().root.simulated).toBeCloseTo(1100, 9)
    const tag = { 'if-none-match': String(shown.headers.etag) }
    expect((await viewer.get(`${url}/scenario/${scenario_id}/data`, tag)).statusCode).toBe(304)
    await member.patch(`${url}/scenario/${scenario_id}`, { changes: {} })
    const later = await viewer.get(`${url}/scenario/${scenario_id}/data`, tag)
    expect(later.json()).toMatchObject({ root: { simulated: 1000 }, version: 3 })
  })

  test('warns of what the tree no longer has', async ({ db, signIn }) => {
    const member = await signIn()
    const { url, tree_id, ids } = await insertThousand(db, { member })
    const { scenario_id } = await create(member, url, {
      changes: {
        inputs: [
          { node_id: ids.単価, value: 120 },
          { node_id: ids.数量, value: 20 },
        ],
      },
    })
    await db.deleteFrom('driver_tree_nodes').where('id', '=', String(ids.数量)).execute()
    await db.updateTable('driver_trees').set({ version: 9 }).where('id', '=', tree_id).execute()
    const shown = await member.get(`${url}/scenario/${scenario_id}/data`)
    expect(shown.statusCode, shown.body).toBe(200)
    expect(shown.json()).toMatchObject({
      root: { baseline: 100, simulated: 120 },
      warnings: [{ kind: 'change_not_applied', node_id: null }],
      warning_count: 1,
    })
    expect(shown.json().warnings[0].message).toContain('inputs.1.node_id')
    const compared = await member.get(`${url}/scenario/compare`)
    expect(compared.json().rows[2].warnings).toHaveLength(1)
  })

  test('is refused what is wrong with it', async ({ db, signIn }) => {
    const member = await signIn()
    const { url, ids } = await insertThousand(db, { member })
    const other = await insertThousand(db, { member })
    const { name, scenario_id } = await create(member, url, { name: 'Ａ案' })
    for (const body of [
      { name: 'b' },
      { changes: {} },
      { name: '', changes: {} },
      { name: ' ', changes: {} },
      { name: 'b\u0007', changes: {} },
      { name: 'b', changes: { nodes: [] } },
      { name: 'b', changes: { inputs: [{ node_id: other.ids.単価, value: 1 }] } },
      { name: 'b', changes: {}, version: 1 },
    ]) {
      const { statusCode } = await member.post(`${url}/scenario`, body)
      expect(statusCode, JSON.stringify(body)).toBe(422)
    }
    const foreign = await member.post(`${url}/scenario`, {
      name: 'b',
      changes: { inputs: [{ node_id: ids.売上, value: 1 }] },
    })
    expect(foreign.json().errors).toMatchObject([{ field: 'changes.inputs.0.node_id' }])
    const taken = await member.post(`${url}/scenario`, { name: 'a案', changes: {} })
    expect(taken.json()).toMatchObject({ status: 409, code: 'tree_scenario_name_taken' })
    await create(member, other.url, { name })
    const own = `${url}/scenario/${scenario_id}`
    expect((await member.patch(own, {})).statusCode).toBe(422)
    expect((await member.patch(own, { name: 'Ａ案' })).statusCode).toBe(200)
    const second = await create(member, url)
    const renamed = await member.patch(`${url}/scenario/${second.scenario_id}`, { name: 'Ａ案' })
    expect(renamed.statusCode).toBe(409)
    for (const path of ['', '/data']) {
      const foreign = await member.get(`${other.url}/scenario/${scenario_id}${path}`)
      expect(foreign.json()).toMatchObject({ status: 404, code: 'tree_scenario_not_found' })
    }
    expect((await member.delete(`${other.url}/scenario/${scenario_id}`)).statusCode).toBe(404)
  })

  test('of one name is created once, however many try', async ({ db, signIn }) => {
    const member = await signIn()
    const { url } = await insertThousand(db, { member })
    const tries = Array.from({ length: 8 }, () =>
      member.post(`${url}/scenario`, { name: '案', changes: {} }),
    )
    const statuses = (await Promise.all(tries)).map(({ statusCode }) => statusCode)
    expect(statuses.sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409])
  })

  test('is one of at most a hundred', async ({ db, signIn }) => {
    const member = await signIn()
    const { url, tree_id } = await insertThousand(db, { member })
    const { scenario_id } = await create(member, url)
    const row = await db
      .selectFrom('driver_tree_scenarios')
      .selectAll()
      .where('id', '=', scenario_id)
      .executeTakeFirstOrThrow()
    const rows = Array.from({ length: 98 }, (_, n) => ({ ...row, id: newId(), name_key: `${n}` }))
    await db.insertInto('driver_tree_scenarios').values(rows).execute()
    const tries = ['甲', '乙'].map((name) => member.post(`${url}/scenario`, { name, changes: {} }))
    const statuses = (await Promise.all(tries)).map(({ statusCode }) => statusCode)
    expect(statuses.sort()).toEqual([201, 409])
    const { count } = await db
      .selectFrom('driver_tree_scenarios')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('tree_id', '=', tree_id)
      .executeTakeFirstOrThrow()
    expect(count).toBe(100)
    const more = await member.post(`${url}/scenario`, { name: '丙', changes: {} })
    expect(more.json()).toMatchObject({ status: 409, code: 'too_many_scenarios' })
  })

  test('is read by all members, and written by those who work', async ({ app, db, signIn }) => {
    const people = {
      project_manager: await signIn(),
      project_moderator: await signIn(),
      member: await signIn(),
      viewer: await signIn(),
    }
    const { url, project } = await insertThousand(db, people)
    const { scenario_id } = await create(people.member, url)
    const own = `${url}/scenario/${scenario_id}`
    for (const [role, person] of Object.entries(people)) {
      const may = role !== 'viewer'
      for (const path of [`${url}/scenario`, own, `${own}/data`, `${url}/scenario/compare`]) {
        expect((await person.get(path)).statusCode, `${role} ${path}`).toBe(200)
      }
      const made = await person.post(`${url}/scenario`, { name: role, changes: {} })
      expect(made.statusCode, role).toBe(may ? 201 : 403)
      const changed = await person.patch(own, { description: role })
      expect(changed.statusCode, role).toBe(may ? 200 : 403)
      const target = made.json().scenario_id ?? scenario_id
      const deleted = await person.delete(`${url}/scenario/${target}`)
      expect(deleted.statusCode, role).toBe(may ? 204 : 403)
    }
    const outsider = await signIn()
    expect((await outsider.get(own)).json().code).toBe('tree_not_found')
    expect((await outsider.get(`${own}/data`)).statusCode).toBe(404)
    expect((await outsider.get(`${url}/scenario/compare`)).statusCode).toBe(404)
    expect((await outsider.post(`${url}/scenario`, { name: 'x', changes: {} })).statusCode).toBe(
      404,
    )
    expect((await outsider.patch(own, { name: 'x' })).statusCode).toBe(404)
    expect((await outsider.delete(own)).statusCode).toBe(404)
    expect((await app.inject(own)).statusCode).toBe(401)
    const admin = await signIn('SystemAdmin')
    expect((await admin.patch(own, { name: 'x' })).statusCode).toBe(200)
    await db.updateTable('projects').set({ is_active: 0 }).where('id', '=', project).execute()
    expect((await people.member.get(own)).statusCode).toBe(200)
    const archived = await people.member.post(`${url}/scenario`, { name: 'y', changes: {} })
    expect(archived.json()).toMatchObject({ status: 409, code: 'project_archived' })
    expect((await people.member.patch(own, { name: 'y' })).statusCode).toBe(409)
    expect((await people.member.delete(own)).statusCode).toBe(409)
  })
})

describe('a comparison', () => {
  test('sets scenarios beside the baseline and the policies', async ({ db, signIn }) => {
    const member = await signIn()
    const { url, tree_id, ids } = await insertSales(db, { member })
    const node_id = String(ids.単価)
    await insertPolicy(db, { tree_id, node_id }, { value: 2, cost: 255 })
    const double = await create(member, url, {
      name: '数量2倍',
      changes: { policy_ids: [], inputs: [{ node_id: ids.数量, multiplier: 2, period: '2024' }] },
    })
    const both = await create(member, url, {
      name: '両方',
      changes: { policies: [{ node_id: ids.数量, value: 3, cost: 255 }] },
    })
    const { rows, root, periods } = (await member.get(`${url}/scenario/compare`)).json()
    expect(root).toEqual({ node_id: ids.売上, label: '売上' })
    expect(periods).toEqual(['2023', '2024'])
    expect(rows).toMatchObject([
      { kind: 'baseline', scenario_id: null, total: 510, effect: 0, cost: null, roi: null },
      { kind: 'policies', scenario_id: null, total: 1020, effect: 510, cost: 255, roi: 1 },
      {
        kind: 'scenario',
        scenario_id: double.scenario_id,
        name: '数量2倍',
        total: 770,
        cost: null,
      },
      { kind: 'scenario', scenario_id: both.scenario_id, total: 3060, effect: 2550, cost: 510 },
    ])
    expect(rows[2].by_period).toEqual([
      { period: '2023', value: 250, effect: 0 },
      { period: '2024', value: 520, effect: 260 },
    ])
    expect(rows[3].roi).toBe(4)
    const one = await member.get(`${url}/scenario/compare?scenario_id=${both.scenario_id}`)
    expect(one.json().rows).toHaveLength(3)
    expect(one.headers.etag).toBe('"3.ja"')
    const seen = await member.get(`${url}/scenario/compare`, { 'if-none-match': '"3.ja"' })
    expect(seen.statusCode).toBe(304)
    const unknown = await member.get(`${url}/scenario/compare?scenario_id=${newId()}`)
    expect(unknown.json()).toMatchObject({ status: 404, code: 'tree_scenario_not_found' })
    const many = Array.from({ length: 11 }, () => `scenario_id=${newId()}`).join('&')
    expect((await member.get(`${url}/scenario/compare?${many}`)).statusCode).toBe(422)
  })
})
