import type { Template } from '../../schemas/analysis/templates.ts'
import { removeTemplates } from '../../src/analysis/templates/removal.ts'
import { getTemplate } from '../../src/analysis/templates/templates.ts'
import { newId } from '../../src/values.ts'
import { insertProject } from '../support/projects.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { addTemplate, addTheme, builtin, templates, themes } from '../support/templates.ts'

const idsOf = (list: Template[]) => list.map(({ issue_id }) => issue_id)

async function listed(client: Client, project?: string): Promise<Template[]> {
  const response = await client.get(project ? `${templates}?project_id=${project}` : templates)
  expect(response.statusCode, response.body).toBe(200)
  return response.json()
}

describe('the list of templates', () => {
  test('is a plain array of 16 questions under 12 themes', async ({ signIn }) => {
    const list = (await listed(await signIn())).filter(({ is_builtin }) => is_builtin)
    expect(list).toHaveLength(16)
    expect(new Set(list.map(({ validation_id }) => validation_id)).size).toBe(12)
    expect(list[0]).toEqual({
      ...builtin,
      validation_name: '不採算製品の撤退',
      validation_order: 1,
      issue_name: '赤字の製品から撤退すると、利益はどれだけ改善するか？',
      issue_order: 1,
      is_builtin: true,
      project_id: null,
    })
    const orders = list.map(({ validation_order, issue_order }) => [validation_order, issue_order])
    const sorted = orders.toSorted(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d)
    expect(orders).toEqual(sorted)
    expect(orders.at(-4)).toEqual([11, 1])
  })

  test('has what is of a project only for its members, where they ask for it', async ({
    db,
    signIn,
  }) => {
    const [admin, member] = [await signIn('SystemAdmin'), await signIn()]
    const [viewer, outsider] = [await signIn(), await signIn()]
    const project = await insertProject(db, { member, viewer })
    const everybodys = await addTemplate(admin)
    const own = await addTemplate(member, { project_id: project })
    for (const client of [admin, member, viewer, outsider]) {
      const ids = idsOf(await listed(client))
      expect(ids).toContain(everybodys.issue_id)
      expect(ids).not.toContain(own.issue_id)
    }
    for (const client of [admin, member, viewer]) {
      const ids = idsOf(await listed(client, project))
      expect(ids).toEqual(expect.arrayContaining([everybodys.issue_id, own.issue_id]))
      expect((await client.get(`${templates}/${own.issue_id}`)).statusCode).toBe(200)
    }
    const other = await insertProject(db, { member: outsider })
    expect(idsOf(await listed(outsider, other))).not.toContain(own.issue_id)
    const refused = await outsider.get(`${templates}?project_id=${project}`)
    expect(refused.json()).toMatchObject({ status: 404, code: 'project_not_found' })
    const hidden = await outsider.get(`${templates}/${own.issue_id}`)
    expect(hidden.json()).toMatchObject({ status: 404, code: 'template_not_found' })
  })

  test('goes by the order of themes, and within them of questions', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const late = await addTheme(member, project_id)
    const body = { validation_name: '最初', validation_order: 1, project_id }
    const { validation_id } = (await member.post(themes, body)).json()
    const third = await addTemplate(member, { project_id, validation_id, issue_order: 3 })
    const one = await addTemplate(member, { project_id, validation_id, issue_order: 1 })
    const next = await addTemplate(member, { project_id, validation_id })
    const last = await addTemplate(member, { project_id, validation_id: late.validation_id })
    const second = (await listed(member)).filter(({ is_builtin }) => is_builtin)[1] as Template
    const amid = await addTemplate(member, { project_id, validation_id: second.validation_id })
    expect([next.issue_order, last.issue_order, amid.issue_order]).toEqual([4, 1, 2])

    const ids = idsOf(await listed(member, project_id))
    const places = [one, third, next].map(({ issue_id }) => ids.indexOf(issue_id))
    expect(places).toEqual([0, 1, 2].map((n) => (places[0] as number) + n))
    expect(ids.indexOf(amid.issue_id)).toBe(ids.indexOf(second.issue_id) + 1)
    expect(Math.max(...places)).toBeLessThan(ids.indexOf(second.issue_id))
    expect(ids.at(-1)).toBe(last.issue_id)
    const shown = (await member.get(`${themes}?project_id=${project_id}`)).json()
    const orders = shown.map((theme: { validation_order: number }) => theme.validation_order)
    expect(orders).toEqual(orders.toSorted((a: number, b: number) => a - b))
    expect(shown).toContainEqual(late)
  })
})

describe('a template of a project', () => {
  test('is added with all its texts', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const { validation_id, validation_name, validation_order } = await addTheme(member, project_id)
    const texts = {
      description: '返品率を並べる。',
      agent_prompt: '1. filter\n2. summary',
      initial_msg: '返品を見ましょう。',
      dummy_hint: '製品別の返品数。',
    }
    const made = await member.post(templates, {
      project_id,
      validation_id,
      issue_name: ' 返品の多い製品はどれか？ ',
      ...texts,
      initial_axis: [
        { name: '横軸', option: '軸' },
        { name: '縦軸', option: '科目', multiple: true },
      ],
    })
    expect(made.statusCode, made.body).toBe(201)
    const template = made.json()
    expect(made.headers.location).toBe(`${templates}/${template.issue_id}`)
    expect(template).toEqual({
      id: template.issue_id,
      name: '返品の多い製品はどれか？',
      validation: validation_name,
      validation_id,
      validation_name,
      validation_order,
      issue_id: expect.any(String),
      issue_name: '返品の多い製品はどれか？',
      issue_order: 1,
      is_builtin: false,
      project_id,
      ...texts,
      initial_axis: [
        { id: expect.any(String), name: '横軸', option: '軸', multiple: false, axis_order: 1 },
        { id: expect.any(String), name: '縦軸', option: '科目', multiple: true, axis_order: 2 },
      ],
      dummy_input: [],
      dummy_formula: [],
      dummy_chart: [],
      sample: null,
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    })
    expect((await member.get(`${templates}/${template.issue_id}`)).json()).toEqual(template)
  })

  test('is read, changed and deleted by its version', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const initial_axis = [
      { name: '横軸', option: '軸' as const },
      { name: '縦軸', option: '科目' as const },
    ]
    const made = await addTemplate(member, { project_id, initial_axis, description: '同じまま' })
    const own = `${templates}/${made.issue_id}`
    const etag = String((await member.get(own)).headers.etag)
    const tag = { 'if-match': etag }
    expect((await member.get(own, { 'if-none-match': etag })).statusCode).toBe(304)
    const axes = made.initial_axis.toReversed().map(({ axis_order: _, ...axis }) => axis)
    const change = { issue_name: '返品率の高い製品はどれか？', initial_axis: axes }
    const changed = await member.patch(own, change, tag)
    expect(changed.statusCode, changed.body).toBe(200)
    expect(changed.json()).toMatchObject({
      name: '返品率の高い製品はどれか？',
      initial_axis: axes.map(({ id }, n) => ({ id, axis_order: n + 1 })),
      description: '同じまま',
      version: 2,
    })
    expect((await member.patch(own, { issue_order: 2 }, tag)).statusCode).toBe(412)
    expect((await member.delete(own, undefined, tag)).statusCode).toBe(412)
    expect((await member.delete(own)).statusCode).toBe(204)
    expect((await member.get(own)).statusCode).toBe(404)
    expect((await member.delete(own)).statusCode).toBe(404)

    const audit = await db
      .selectFrom('audit_log')
      .innerJoin('project_activity', 'project_activity.id', 'audit_log.id')
      .select(['action', 'changes'])
      .where('subject_id', '=', made.issue_id)
      .where('project_id', '=', project_id)
      .orderBy('audit_log.id')
      .execute()
    const actions = ['template.created', 'template.updated', 'template.deleted']
    expect(audit.map(({ action }) => action)).toEqual(actions)
    expect(Object.keys(JSON.parse(audit[1]?.changes ?? ''))).toEqual(['issue_name', 'initial_axis'])
  })

  test('shows another tag when its theme is renamed', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const { validation_id } = await addTheme(member, project_id)
    const { issue_id } = await addTemplate(member, { project_id, validation_id })
    const before = await member.get(`${templates}/${issue_id}`)
    await member.patch(`${themes}/${validation_id}`, { validation_name: '返品の削減' })
    const after = await member.get(`${templates}/${issue_id}`)
    expect(after.headers.etag).not.toBe(before.headers.etag)
    expect(after.json()).toMatchObject({ validation: '返品の削減', version: 1 })
    const tag = { 'if-match': String(before.headers.etag) }
    const changed = await member.patch(`${templates}/${issue_id}`, { issue_order: 9 }, tag)
    expect(changed.statusCode, changed.body).toBe(200)
  })

  test('moves to another theme', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const { validation_id } = await addTheme(member, project_id)
    const { issue_id } = await addTemplate(member, { project_id })
    const moved = await member.patch(`${templates}/${issue_id}`, { validation_id })
    expect(moved.json()).toMatchObject({ validation_id })
  })

  test('is made once for one Idempotency-Key', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const body = { project_id, validation_id: builtin.validation_id, issue_name: '一度だけ' }
    const key = { 'idempotency-key': newId() }
    const first = await member.post(templates, body, key)
    const again = await member.post(templates, body, key)
    expect(again.statusCode, again.body).toBe(201)
    expect(again.json()).toEqual(first.json())
    expect(again.headers['idempotent-replayed']).toBe('true')
  })

  test('goes with its project', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const other = await insertProject(db, { member })
    const { validation_id } = await addTheme(member, project_id)
    await addTemplate(member, { project_id, validation_id })
    const stays = await addTemplate(member, { project_id: other })
    await removeTemplates(db, project_id)
    for (const table of ['analysis_issues', 'analysis_validations'] as const) {
      const left = db.selectFrom(table).select('id').where('project_id', '=', project_id)
      expect(await left.execute()).toEqual([])
    }
    expect(idsOf(await listed(member, other))).toContain(stays.issue_id)
  })
})

describe('what a session begins with', () => {
  test('comes from the catalogue, from everybody or from the project', async ({ db, signIn }) => {
    const [admin, member, outsider] = [await signIn('SystemAdmin'), await signIn(), await signIn()]
    const project = await insertProject(db, { member })
    const other = await insertProject(db, { member })
    const caller = ({ id, roles }: Client) => ({
      ...{ id, roles, scopes: null, session_id: null },
      ...{ request_id: newId(), ip: null, user_agent: null },
    })
    expect(await getTemplate(db, caller(outsider), builtin.issue_id, project)).toEqual({
      ...builtin,
      issue_name: '赤字の製品から撤退すると、利益はどれだけ改善するか？',
      validation_name: '不採算製品の撤退',
      agent_prompt: expect.stringContaining('手順を変えてかまいません'),
      initial_msg: expect.stringContaining('撤退'),
    })
    const own = await addTemplate(member, { project_id: project, agent_prompt: 'ひとつずつ' })
    const everybodys = await addTemplate(admin, { initial_msg: '始めましょう' })
    const asked = await getTemplate(db, caller(member), own.issue_id, project)
    expect(asked).toMatchObject({ agent_prompt: 'ひとつずつ', initial_msg: '' })
    const elsewhere = await getTemplate(db, caller(member), everybodys.issue_id, other)
    expect(elsewhere).toMatchObject({ initial_msg: '始めましょう' })
    for (const [client, id, where] of [
      [member, own.issue_id, other],
      [outsider, own.issue_id, project],
      [outsider, own.issue_id, undefined],
      [member, newId(), project],
    ] as const) {
      const refused = getTemplate(db, caller(client), id, where)
      await expect(refused).rejects.toMatchObject({ failure: 'template_not_found' })
    }
  })
})
