import { newId } from '../../src/values.ts'
import { changes, draft, move, newTemplate, night, templates } from '../support/itsm-changes.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const agent = 'ServiceDeskAgent'
const manager = 'ChangeManager'

async function make(client: Client, input: object = {}) {
  const name = `t ${newId()}`
  const response = await client.post(templates, { ...newTemplate, name, ...input })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

const standard = (template: { id: string }) => ({
  title: '証明書を更新する',
  type: 'standard',
  template_id: template.id,
  ...night,
})

async function draftFrom(client: Client, template: { id: string }, input: object = {}) {
  const response = await client.post(changes, { ...standard(template), ...input })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

describe('templates of standard changes', () => {
  test('are made, read, changed and deleted by change managers', async ({ signIn }) => {
    const [ann, max] = [await signIn(agent), await signIn(manager)]
    const response = await max.post(templates, { ...newTemplate, name: `t ${max.id}` })
    expect(response.statusCode).toBe(201)
    const template = response.json()
    const url = `${templates}/${template.id}`
    expect(response.headers).toMatchObject({ location: url, etag: '"1"' })
    expect(template).toMatchObject({
      ...newTemplate,
      name: `t ${max.id}`,
      description: '',
      category: null,
      active: true,
      created_by: max.id,
    })
    expect((await ann.get(url)).json()).toEqual(template)
    const seen = { 'if-match': '"1"' }
    const changed = await max.patch(url, { active: false, test_plan: '別' }, seen)
    expect(changed.json()).toMatchObject({ active: false, test_plan: '別', version: 2 })
    expect((await max.patch(url, { active: true }, seen)).statusCode).toBe(412)
    expect((await max.delete(url, undefined, seen)).statusCode).toBe(412)
    expect((await max.delete(url)).statusCode).toBe(204)
    expect((await max.get(url)).statusCode).toBe(404)
    expect((await max.patch(url, { active: true })).statusCode).toBe(404)
    expect((await max.delete(url)).statusCode).toBe(404)
  })

  test('have names of their own, in any case', async ({ signIn }) => {
    const max = await signIn(manager)
    const { id, name } = await make(max, { name: `Ä ${newId()}` })
    const taken = await max.post(templates, { ...newTemplate, name: name.toLowerCase() })
    expect([taken.statusCode, taken.json().code]).toEqual([409, 'duplicate'])
    const other = await make(max)
    const renamed = await max.patch(`${templates}/${other.id}`, { name: name.toUpperCase() })
    expect(renamed.statusCode).toBe(409)
    expect((await max.patch(`${templates}/${id}`, { name: name.toUpperCase() })).statusCode).toBe(
      200,
    )
  })

  test('are listed by name, those in use or the others', async ({ signIn }) => {
    const max = await signIn(manager)
    const key = newId()
    for (const [name, active] of [
      ['b', true],
      ['A', true],
      ['c', false],
    ] as const) {
      await make(max, { name: `${name} ${key}`, active })
    }
    const list = async (query: string) => {
      const response = await max.get(`${templates}?search=${key}${query}`)
      const { templates: found, total } = response.json()
      return [found.map(({ name }: { name: string }) => name[0]), total]
    }
    expect(await list('')).toEqual([['A', 'b', 'c'], 3])
    expect(await list('&active=true')).toEqual([['A', 'b'], 2])
    expect(await list('&active=false')).toEqual([['c'], 1])
    expect(await list('&skip=1&limit=1')).toEqual([['b'], 3])
  })

  test.for([
    { name: undefined },
    { rollback_plan: ' ' },
    { test_plan: null },
    { impact: 'huge' },
    { version: 3 },
  ])('refuse %o', async (body, { signIn }) => {
    const response = await (await signIn(manager)).post(templates, { ...newTemplate, ...body })
    expect(response.statusCode).toBe(422)
  })

  test('are read by those who read changes, and nobody else', async ({ app, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await make(await signIn(manager))
    for (const url of [templates, `${templates}/${id}`]) {
      expect((await (await signIn('Auditor')).get(url)).statusCode).toBe(200)
      expect((await (await signIn('User')).get(url)).statusCode).toBe(403)
      expect((await app.inject(url)).statusCode).toBe(401)
    }
    expect((await ann.post(templates, newTemplate)).statusCode).toBe(403)
    expect((await ann.patch(`${templates}/${id}`, { active: false })).statusCode).toBe(403)
    expect((await ann.delete(`${templates}/${id}`)).statusCode).toBe(403)
  })
})

describe('standard changes', () => {
  test('take from the template what is not said, and are approved by it at once', async ({
    signIn,
  }) => {
    const [ann, max] = [await signIn(agent), await signIn(manager)]
    const template = await make(max, {
      category: 'security',
      justification: '期限',
      impact: 'medium',
    })
    const change = await draftFrom(ann, template, { description: '自分の説明' })
    const { implementation_plan, rollback_plan, test_plan } = newTemplate
    expect(change).toMatchObject({
      type: 'standard',
      template_id: template.id,
      description: '自分の説明',
      justification: '期限',
      category: 'security',
      impact: 'medium',
      likelihood: 'low',
      implementation_plan,
      rollback_plan,
      test_plan,
      legal_statuses: ['approved', 'cancelled'],
    })
    const approved = await move(ann, change.id, 'submit')
    expect(approved).toMatchObject({
      status: 'approved',
      decided_at: expect.any(String),
      legal_statuses: ['scheduled', 'draft', 'cancelled'],
    })
    const again = await ann.post(`${changes}/${change.id}/submit`)
    expect(again.statusCode).toBe(409)
    await move(ann, change.id, 'schedule')
    const repeated = await ann.post(`${changes}/${change.id}/submit`)
    expect(repeated.json()).toMatchObject({ code: 'illegal_transition', status: 409 })
    expect((await max.delete(`${templates}/${template.id}`)).json()).toMatchObject({
      code: 'change_template_used',
      status: 409,
    })
  })

  test.for([
    [{ implementation_plan: '別の手順' }, ['implementation_plan']],
    [{ rollback_plan: null, test_plan: 'なし' }, ['rollback_plan', 'test_plan']],
    [{ impact: 'extensive' }, ['impact']],
  ] as const)('that stray by %o are to become normal ones', async ([input, fields], { signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draftFrom(ann, await make(await signIn(manager)), input)
    const refused = await ann.post(`${changes}/${id}/submit`)
    expect(refused.statusCode).toBe(409)
    expect(refused.json()).toMatchObject({ code: 'change_strays', fields })
    const body = { type: 'normal', justification: 'a' }
    expect((await ann.patch(`${changes}/${id}`, body)).statusCode).toBe(200)
    expect(await move(ann, id, 'submit')).toMatchObject({ status: 'submitted' })
  })

  test('are held against the template as it is when they are submitted', async ({ signIn }) => {
    const [ann, max] = [await signIn(agent), await signIn(manager)]
    const template = await make(max)
    const [before, after] = [await draftFrom(ann, template), await draftFrom(ann, template)]
    await move(ann, before.id, 'submit')
    const url = `${templates}/${template.id}`
    await max.patch(url, { test_plan: '新しい方法' })
    const strays = await ann.post(`${changes}/${after.id}/submit`)
    expect(strays.json().code).toBe('change_strays')
    await max.patch(url, { test_plan: newTemplate.test_plan, active: false })
    const inactive = await ann.post(`${changes}/${after.id}/submit`)
    expect([inactive.statusCode, inactive.json().code]).toEqual([409, 'change_template_inactive'])
    expect((await ann.post(changes, standard(template))).statusCode).toBe(422)
    expect((await ann.get(`${changes}/${before.id}`)).json().status).toBe('approved')
  })

  test('keep to the template once approved; another time is scheduled again', async ({
    signIn,
  }) => {
    const ann = await signIn(agent)
    const { id } = await draftFrom(ann, await make(await signIn(manager)))
    await move(ann, id, 'submit')
    await move(ann, id, 'schedule')
    const url = `${changes}/${id}`
    const strays = await ann.patch(url, { rollback_plan: '別' })
    expect([strays.statusCode, strays.json().code]).toEqual([409, 'change_strays'])
    const moved = await ann.patch(url, { scheduled_end: '2026-12-01T14:00:00.000Z' })
    expect(moved.json()).toMatchObject({ status: 'approved', vote_round: 1, vote_reopened: false })
    await move(ann, id, 'withdraw')
    expect((await ann.patch(url, { rollback_plan: '別', type: 'normal' })).statusCode).toBe(200)
  })

  test('are made of no change that had no template', async ({ signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    const refused = await ann.patch(`${changes}/${id}`, { type: 'standard' })
    expect(refused.json().errors).toMatchObject([{ field: 'type' }])
  })

  test('and the end of their template at once leave no change without one', async ({ signIn }) => {
    const [ann, max] = [await signIn(agent), await signIn(manager)]
    for (let n = 0; n < 3; n += 1) {
      const template = await make(max)
      const [made, gone] = await Promise.all([
        ann.post(changes, standard(template)),
        max.delete(`${templates}/${template.id}`),
      ])
      expect([
        [201, 409],
        [422, 204],
      ]).toContainEqual([made.statusCode, gone.statusCode])
    }
  })
})
