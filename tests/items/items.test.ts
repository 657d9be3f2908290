import { newId } from '../../src/values.ts'
import { create, items } from '../support/items.ts'
import { describe, expect, test } from '../support/service.ts'

describe('POST /items', () => {
  test('creates a draft that belongs to the caller', async ({ signIn }) => {
    const ann = await signIn()
    const response = await ann.post(items, { title: '調査' })
    expect(response.statusCode).toBe(201)
    const item = response.json()
    expect(response.headers).toMatchObject({ location: `${items}/${item.id}`, etag: '"1"' })
    expect(item).toMatchObject({
      title: '調査',
      description: null,
      status: 'draft',
      tags: [],
      owner_id: ann.id,
      owner: { id: ann.id, email: ann.email, username: ann.username, is_active: true },
      version: 1,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    expect(item.owner).not.toHaveProperty('azure_oid')
    expect(item.owner).not.toHaveProperty('last_login')
    expect((await ann.get(response.headers.location as string)).json()).toEqual(item)
  })

  test('takes every field, trims tags and keeps one of each', async ({ signIn }) => {
    const tags = [' 調査 ', '2026', '調査', '　全角　', 'Case', 'case']
    const description = 'x'.repeat(5000)
    const item = await create(await signIn(), { description, status: 'published', tags })
    expect(item).toMatchObject({
      description,
      status: 'published',
      tags: ['調査', '2026', '全角', 'Case', 'case'],
    })
  })

  test('counts characters and not bytes', async ({ signIn }) => {
    const ann = await signIn()
    const title = '𠮷'.repeat(200)
    expect(await create(ann, { title, tags: ['𠮷'.repeat(50)] })).toMatchObject({ title })
    expect((await ann.post(items, { title: `${title}𠮷` })).statusCode).toBe(422)
    expect((await ann.get(`${items}?sort=title&limit=1`)).statusCode).toBe(200)
  })

  test.for([
    ['a missing title', { title: undefined }, 'title'],
    ['an empty title', { title: '' }, 'title'],
    ['a title that is too long', { title: 'x'.repeat(201) }, 'title'],
    ['a number for a title', { title: 5 }, 'title'],
    ['null for a title', { title: null }, 'title'],
    ['a description that is too long', { description: 'x'.repeat(5001) }, 'description'],
    ['a status that there is not', { status: 'lost' }, 'status'],
    ['null for a status', { status: null }, 'status'],
    ['tags in one string', { tags: 'a,b' }, 'tags'],
    ['null for tags', { tags: null }, 'tags'],
    ['eleven tags', { tags: Array.from({ length: 11 }, (_, n) => `t${n}`) }, 'tags'],
    ['an empty tag', { tags: ['a', ''] }, 'tags.1'],
    ['a tag of white space', { tags: [' 　'] }, 'tags.0'],
    ['a tag that is too long', { tags: ['x'.repeat(51)] }, 'tags.0'],
    ['a number for a tag', { tags: [1] }, 'tags.0'],
    ['an owner', { owner_id: newId() }, 'owner_id'],
    ['an embedded owner', { owner: {} }, 'owner'],
    ['an id', { id: newId() }, 'id'],
    ['a version', { version: 7 }, 'version'],
    ['a time', { created_at: '2026-01-01T00:00:00.000Z' }, 'created_at'],
    ['a column of ours', { title_key: 'a' }, 'title_key'],
  ] as const)('refuses %s, new and as a change', async ([, body, field], { signIn }) => {
    const ann = await signIn()
    const created = await ann.post(items, { title: 'a', ...body })
    expect(created.statusCode).toBe(422)
    expect(created.json().errors[0].field).toBe(field)

    const item = await create(ann)
    for (const change of [ann.put, ann.patch]) {
      const response = await change(`${items}/${item.id}`, body)
      expect(response.statusCode).toBe(422)
    }
    expect((await ann.get(`${items}/${item.id}`)).json()).toEqual(item)
  })

  test('does once what is sent twice with the same key', async ({ signIn }) => {
    const ann = await signIn()
    const headers = { 'idempotency-key': newId() }
    const send = (title: string) => ann.post(items, { title, tags: ['once'] }, headers)
    const first = await send('Once')
    const again = await send('Once')
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect(again.json()).toEqual(first.json())
    expect((await send('Else')).json().code).toBe('idempotency_key_reused')
    expect((await ann.get(`${items}?owner_id=${ann.id}`)).json().meta.total).toBe(1)
  })

  test('does once what is sent many times at once with the same key', async ({ signIn }) => {
    const ann = await signIn()
    const headers = { 'idempotency-key': newId() }
    const send = () => ann.post(items, { title: 'Raced' }, headers)
    const statuses = (await Promise.all(Array.from({ length: 5 }, send))).map((r) => r.statusCode)
    expect(statuses).toContain(201)
    for (const status of statuses) expect([201, 409]).toContain(status)
    expect((await ann.get(`${items}?owner_id=${ann.id}`)).json().meta.total).toBe(1)
  })

  test('answers 403 to a role that may only read, and 401 to nobody', async ({ app, signIn }) => {
    const auditor = await signIn('Auditor')
    expect((await auditor.post(items, { title: 'a' })).json().code).toBe('permission_required')
    const { id } = await create(await signIn(), { status: 'published' })
    expect((await auditor.get(`${items}/${id}`)).statusCode).toBe(200)
    expect((await auditor.patch(`${items}/${id}`, { title: 'b' })).statusCode).toBe(403)
    expect((await auditor.delete(`${items}/${id}`)).statusCode).toBe(403)
    const nobody = await app.inject({ method: 'POST', url: items, payload: { title: 'a' } })
    expect(nobody.statusCode).toBe(401)
  })
})

describe('one item', () => {
  test.for([
    ['User', 'draft', 404, 404],
    ['User', 'published', 200, 403],
    ['User', 'archived', 404, 404],
    ['Auditor', 'draft', 404, 403],
    ['Auditor', 'published', 200, 403],
    ['Auditor', 'archived', 404, 403],
    ['ServiceDeskAgent', 'draft', 404, 404],
    ['ServiceDeskAgent', 'published', 200, 403],
    ['SystemAdmin', 'draft', 200, 200],
    ['SystemAdmin', 'published', 200, 200],
    ['SystemAdmin', 'archived', 200, 200],
  ] as const)(
    '%s and the %s item of somebody else: %i to read, %i to change',
    async ([role, status, reading, writing], { signIn }) => {
      const [ann, ben] = [await signIn(), await signIn(role)]
      const { id } = await create(ann, { status })
      const url = `${items}/${id}`
      expect((await ann.get(url)).statusCode).toBe(200)
      expect((await ben.get(url)).statusCode).toBe(reading)
      const isListed = async (query: string) =>
        (await ben.get(`${items}?owner_id=${ann.id}${query}`)).json().meta.total === 1
      expect(await isListed('')).toBe(reading === 200)
      expect(await isListed(`&status=${status}`)).toBe(reading === 200)
      expect((await ben.put(url, { title: 'His' })).statusCode).toBe(writing)
      expect((await ben.patch(url, { title: 'His' })).statusCode).toBe(writing)
      const history = role === 'Auditor' && reading === 404 ? 404 : writing
      expect((await ben.get(`${url}/history`)).statusCode).toBe(history)
      expect((await ben.delete(url)).statusCode).toBe(writing === 200 ? 204 : writing)
    },
  )

  test('is 404 for an id that there is not and 422 for what is none', async ({ signIn }) => {
    const root = await signIn('SystemAdmin')
    for (const id of [newId(), crypto.randomUUID()]) {
      expect((await root.get(`${items}/${id}`)).json().code).toBe('item_not_found')
      expect((await root.patch(`${items}/${id}`, { title: 'a' })).statusCode).toBe(404)
      expect((await root.delete(`${items}/${id}`)).statusCode).toBe(404)
      expect((await root.get(`${items}/${id}/history`)).statusCode).toBe(404)
    }
    expect((await root.get(`${items}/42`)).statusCode).toBe(422)
  })

  test('answers 304 to who has seen it', async ({ signIn }) => {
    const ann = await signIn()
    const { id } = await create(ann)
    const seen = await ann.get(`${items}/${id}`, { 'if-none-match': '"1"' })
    expect(seen.statusCode).toBe(304)
  })

  test.for(['put', 'patch'] as const)('%s changes what is given', async (verb, { signIn }) => {
    const ann = await signIn()
    const before = await create(ann, { description: 'kept', tags: ['a', 'b'] })
    const url = `${items}/${before.id}`
    const response = await ann[verb](url, { title: 'New', status: 'archived' })
    expect(response.statusCode).toBe(200)
    expect(response.headers.etag).toBe('"2"')
    const after = response.json()
    expect(after).toEqual({
      ...before,
      title: 'New',
      status: 'archived',
      version: 2,
      updated_at: after.updated_at,
    })
    expect((await ann.get(url)).json()).toEqual(after)
    const emptied = await ann[verb](url, { tags: [], description: null })
    expect(emptied.json()).toMatchObject({ tags: [], description: null, version: 3 })
    expect((await ann[verb](url, {})).statusCode).toBe(422)
  })

  test('stays its owner’s when an administrator changes it', async ({ signIn }) => {
    const [ann, root] = [await signIn(), await signIn('SystemAdmin')]
    const { id } = await create(ann)
    const { owner_id, owner } = (await root.patch(`${items}/${id}`, { title: 'Better' })).json()
    expect([owner_id, owner.id]).toEqual([ann.id, ann.id])
  })

  test('is changed and deleted only in the version that a client has seen', async ({ signIn }) => {
    const ann = await signIn()
    const { id } = await create(ann)
    const url = `${items}/${id}`
    const headers = { 'if-match': '"1"' }
    expect((await ann.patch(url, { title: 'First' }, headers)).statusCode).toBe(200)
    for (const stale of [
      await ann.patch(url, { title: 'Second' }, headers),
      await ann.put(url, { title: 'Second' }, { 'if-match': 'nonsense' }),
      await ann.delete(url, undefined, headers),
    ]) {
      expect(stale.statusCode).toBe(412)
      expect(stale.json().code).toBe('stale_version')
    }
    expect((await ann.get(url)).json()).toMatchObject({ title: 'First', version: 2 })
    expect((await ann.delete(url, undefined, { 'if-match': '"2"' })).statusCode).toBe(204)
    expect((await ann.delete(url)).statusCode).toBe(404)
  })

  test('lets one of many writers of the same version win', async ({ signIn }) => {
    const ann = await signIn()
    const { id } = await create(ann)
    const responses = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        ann.patch(`${items}/${id}`, { title: `Raced ${n}` }, { 'if-match': '"1"' }),
      ),
    )
    const statuses = responses.map(({ statusCode }) => statusCode).sort()
    expect(statuses).toEqual([200, ...Array(9).fill(412)])
  })

  test('tells its owner what was changed, by whom, page by page', async ({ signIn }) => {
    const [ann, root] = [await signIn(), await signIn('SystemAdmin')]
    const { id } = await create(ann, { tags: ['a'] })
    await root.patch(`${items}/${id}`, { title: 'b', tags: ['a', 'b'] })
    const first = (await ann.get(`${items}/${id}/history?limit=1`)).json()
    expect(first.events).toMatchObject([
      {
        action: 'item.updated',
        actor_id: root.id,
        changes: {
          title: { from: 'Field notes', to: 'b' },
          tags: { from: ['a'], to: ['a', 'b'] },
        },
      },
    ])
    const rest = await ann.get(`${items}/${id}/history?limit=1&cursor=${first.next_cursor}`)
    expect(rest.json()).toMatchObject({
      events: [{ action: 'item.created', changes: { title: 'Field notes', tags: ['a'] } }],
      next_cursor: null,
    })
    expect((await ann.get(`${items}/${id}/history?cursor=x`)).statusCode).toBe(422)
  })

  test('shows an owner who is gone as nobody', async ({ signIn }) => {
    const [ann, root] = [await signIn(), await signIn('SystemAdmin')]
    const { id } = await create(ann, { status: 'published' })
    expect((await root.delete(`/api/v1/users/${ann.id}`)).statusCode).toBe(204)
    const { owner } = (await root.get(`${items}/${id}`)).json()
    expect(owner).toMatchObject({ id: ann.id, username: null, is_active: false })
    expect(owner.email).not.toBe(ann.email)
  })
})

describe('the room of an item', () => {
  test('is told of changes, and of nothing that failed', async ({ app, signIn }) => {
    const ann = await signIn()
    const { id } = await create(ann)
    const told: string[] = []
    const leave = app.channels.join(`item:${id}`, (message) => told.push(message))

    await ann.patch(`${items}/${id}`, { title: 'New' })
    const item = (await ann.patch(`${items}/${id}`, { status: 'published' })).json()
    await (await signIn()).patch(`${items}/${id}`, { title: 'Not his' })
    await ann.patch(`${items}/${id}`, { title: 'Late' }, { 'if-match': '"1"' })
    await ann.delete(`${items}/${id}`)
    leave()

    const events = told.map((each) => JSON.parse(each))
    expect(events).toMatchObject([
      { type: 'event', event: 'item.updated', data: { title: 'New' }, access_changed: false },
      { type: 'event', event: 'item.updated', access_changed: true },
      { type: 'event', event: 'item.deleted', data: { id } },
    ])
    expect(events[1].data).toEqual(item)
  })
})
