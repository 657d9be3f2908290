import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { vi } from 'vitest'
import { newId } from '../src/values.ts'
import { test as base, describe, expect, signInTo } from './support/service.ts'
import {
  createVueClient,
  faultOf,
  type VueFile,
  type VueMessage,
  type VueRoom,
} from './support/vue-client.ts'

const password = 'Sakura-2026-kaika'
const patience = { timeout: 30_000, interval: 20 }
const pdf = new TextEncoder().encode('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n')

type Vue = ReturnType<typeof createVueClient>

/** Clients of guide 002 against a service that really listens. */
const test = base.extend<{ origin: string; join: () => Promise<Vue> }>({
  origin: [
    async ({ app }, use) => {
      await app.listen({ host: '127.0.0.1', port: 0 })
      await use(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
    },
    { scope: 'file' },
  ],
  join: [
    async ({ origin }, use) => {
      await use(async () => {
        const vue = createVueClient(origin)
        const username = `vue-${newId()}`
        const email = `${username}@example.jp`
        await vue.auth.register({ username, email, password, full_name: '山田 花子' })
        await vue.auth.login(username, password)
        return vue
      })
    },
    { scope: 'file' },
  ],
})

const fails = (request: Promise<unknown>) =>
  request.then(() => expect.unreachable('should have failed'), faultOf)

describe('the authentication of the Vue guide', () => {
  test('registers, signs in by form, knows who it is and signs out', async ({ origin, join }) => {
    const vue = await join()
    const { user } = vue.state
    expect(await vue.auth.me()).toMatchObject({
      id: user?.id,
      username: user?.username,
      full_name: '山田 花子',
      is_active: true,
      is_superuser: false,
      created_at: expect.stringMatching(/Z$/),
    })
    const again = createVueClient(origin)
    const { data } = await again.auth.login(String(user?.username), password)
    expect(data).toMatchObject({ token_type: 'bearer', expires_in: expect.any(Number) })
    expect(await again.auth.logout()).toEqual({ message: 'Successfully logged out' })
    expect(await fails(again.auth.me())).toMatchObject({ status: 401 })
  })

  test('renews a token that is no longer good, once for all that wait', async ({ join }) => {
    const vue = await join()
    const { refresh } = vue.state
    vue.state.access = 'no.longer.good'
    const answers = await Promise.all([vue.auth.me(), vue.items.list(), vue.auth.me()])
    expect(answers[0].id).toBe(vue.state.user?.id)
    expect(vue.state.refreshes).toBe(1)
    expect(vue.state.refresh).not.toBe(refresh)
    vue.state.access = 'no.longer.good'
    await vue.auth.me()
    expect(vue.state.refreshes).toBe(2)
  })

  test('shows what went wrong', async ({ origin, join }) => {
    const vue = createVueClient(origin)
    const wrong = await fails(vue.auth.login('nobody-there', 'Wrong-2026'))
    expect(wrong).toMatchObject({ status: 401, detail: expect.stringMatching(/./) })
    expect(wrong.request).toMatch(/./)
    const weak = { username: `w-${newId()}`, email: `${newId()}@example.jp`, password: 'weakweak' }
    const refused = await fails(vue.auth.register(weak))
    expect(refused.status).toBe(422)
    expect(new Set(refused.fields)).toEqual(new Set(['password']))
    const user = await join()
    expect(await fails(user.users.list())).toMatchObject({ status: 403 })
  })

  test('lists users in its envelope', async ({ app, join, origin }) => {
    await join()
    const { authorization } = await signInTo(app, 'SystemAdmin')
    const vue = createVueClient(origin)
    vue.state.access = authorization.replace('Bearer ', '')
    const { data, headers } = await vue.users.list({ skip: 0, limit: 1 })
    expect(data).toMatchObject({ success: true, timestamp: expect.any(String) })
    expect(data.data).toHaveLength(1)
    expect(data.data[0]).toMatchObject({
      id: expect.any(String),
      is_superuser: expect.any(Boolean),
    })
    expect(data.meta).toMatchObject({ page: 1, limit: 1, has_next: true, has_prev: false })
    expect(data.meta.pages).toBe(data.meta.total)
    expect(headers['x-total-count']).toBe(String(data.meta.total))
    expect(headers['x-request-id']).toMatch(/./)
  })
})

describe('the items of the Vue guide', () => {
  test('are created, read, changed in part, and deleted', async ({ join }) => {
    const vue = await join()
    const { data: made, status } = await vue.items.create({ title: '現地調査メモ' })
    expect(status).toBe(201)
    expect(made).toMatchObject({
      title: '現地調査メモ',
      description: null,
      status: 'draft',
      tags: [],
      owner_id: vue.state.user?.id,
      owner: { id: vue.state.user?.id, username: vue.state.user?.username, full_name: '山田 花子' },
    })
    const { data: changed } = await vue.items.update(made.id, {
      status: 'published',
      tags: ['調査', '2026'],
    })
    expect(changed).toMatchObject({ title: '現地調査メモ', status: 'published' })
    expect(changed.tags).toEqual(['調査', '2026'])
    expect((await vue.items.get(made.id)).data).toMatchObject({ id: made.id, status: 'published' })
    expect((await vue.items.remove(made.id)).status).toBe(204)
    expect(await fails(vue.items.get(made.id))).toMatchObject({ status: 404 })
  })

  test('are listed page by page, filtered and searched', async ({ join }) => {
    const vue = await join()
    const owner_id = vue.state.user?.id
    for (let n = 1; n <= 5; n += 1) {
      const status = n % 2 ? 'draft' : 'published'
      await vue.items.create({ title: `報告 ${n}`, status, description: 'x', tags: [`t${n}`] })
    }
    const first = await vue.items.list({ owner_id, skip: 0, limit: 2 })
    expect(first.data).toMatchObject({ success: true, timestamp: expect.any(String) })
    expect('message' in first.data).toBe(true)
    expect(first.data.data.map(({ title }) => title)).toEqual(['報告 5', '報告 4'])
    expect(first.data.meta).toEqual({
      total: 5,
      page: 1,
      limit: 2,
      pages: 3,
      has_next: true,
      has_prev: false,
    })
    expect(first.headers['x-total-count']).toBe('5')
    const last = await vue.items.list({ owner_id, skip: 4, limit: 2 })
    expect(last.data.data.map(({ title }) => title)).toEqual(['報告 1'])
    expect(last.data.meta).toMatchObject({ page: 3, has_next: false, has_prev: true })
    const drafts = await vue.items.list({ owner_id, status: 'draft' })
    expect(drafts.data.meta).toMatchObject({ total: 3, limit: 50 })
    const found = await vue.items.list({ owner_id, search: '告 3' })
    expect(found.data.data.map(({ title }) => title)).toEqual(['報告 3'])
    const none = await vue.items.list({ owner_id, search: '%' })
    expect(none.data.meta).toMatchObject({ total: 0, pages: 0, has_next: false })
  })

  test('refuse what the guide refuses, with its statuses', async ({ join }) => {
    const [ann, ben] = [await join(), await join()]
    const wrong = { title: '', tags: Array(11).fill('a'), status: 'gone' }
    const refused = await fails(ann.items.create(wrong))
    expect(refused).toMatchObject({ status: 422, detail: expect.any(String) })
    expect(new Set(refused.fields)).toEqual(new Set(['title', 'tags', 'status']))
    expect(await fails(ann.items.list({ limit: 101 }))).toMatchObject({ status: 422 })
    expect(await fails(ann.items.list({ search: '' }))).toMatchObject({ status: 422 })
    expect(await fails(ann.items.get(newId()))).toMatchObject({ status: 404 })
    const { data: item } = await ann.items.create({ title: '公開', status: 'published' })
    expect((await ben.items.get(item.id)).data.title).toBe('公開')
    expect(await fails(ben.items.update(item.id, { title: 'x' }))).toMatchObject({ status: 403 })
    expect(await fails(ben.items.remove(item.id))).toMatchObject({ status: 403 })
  })
})

describe('the uploads of the Vue guide', () => {
  test('tell how far they are, and give the file and its picture back', async ({ join }) => {
    const vue = await join()
    const create = { width: 400, height: 300, channels: 3 as const, background: '#0a6' }
    const photo = new Uint8Array(await sharp({ create }).png().toBuffer())
    const percents: number[] = []
    const { data: sent } = await vue.files.send(
      ['写真 1.png', photo, 'image/png'],
      '現地',
      (percent) => percents.push(percent),
    )
    expect(sent).toMatchObject({
      id: expect.any(String),
      filename: '写真 1.png',
      stored_name: expect.stringMatching(/\.png$/),
      size: photo.length,
      content_type: 'image/png',
      url: `/api/v1/upload/files/${sent.stored_name}`,
      thumbnail_url: `/api/v1/upload/thumbnails/${sent.stored_name}`,
      description: '現地',
    })
    expect(percents.at(-1)).toBe(100)
    const back = await vue.files.blobOf(sent.url)
    expect(back.type).toBe('image/png')
    expect(new Uint8Array(await back.arrayBuffer())).toEqual(photo)
  })

  test('have thumbnails as soon as they are made', async ({ service, join }) => {
    const vue = await join()
    const create = { width: 400, height: 300, channels: 3 as const, background: '#0a6' }
    const photo = new Uint8Array(await sharp({ create }).jpeg().toBuffer())
    const { data: sent } = await vue.files.send(['a.jpg', photo, 'image/jpeg'], '', () => {})
    const thumbnail = await vi.waitFor(async () => {
      await service.queue.runDue()
      return vue.files.blobOf(String(sent.thumbnail_url))
    }, patience)
    const { format, width, height } = await sharp(await thumbnail.arrayBuffer()).metadata()
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 200, height: 150 })
  })

  test('of several files show each that is there', async ({ join }) => {
    const vue = await join()
    const { data } = await vue.files.sendAll([
      ['a.pdf', pdf, 'application/pdf'],
      ['b.exe', pdf, 'application/pdf'],
      ['c.pdf', pdf, 'application/pdf'],
    ])
    expect(Array.isArray(data)).toBe(true)
    const stored = data.filter(({ url }: VueFile) => url)
    expect(stored.map(({ filename }) => filename)).toEqual(['a.pdf', 'c.pdf'])
    for (const { url, thumbnail_url } of stored) {
      expect(thumbnail_url).toBeNull()
      expect((await vue.files.blobOf(url)).size).toBe(pdf.length)
    }
  })

  test('say why a file is refused', async ({ join }) => {
    const [ann, ben] = [await join(), await join()]
    const send = (name: string, content: Uint8Array<ArrayBuffer>) =>
      fails(ann.files.send([name, content, 'application/pdf'], '', () => {}))
    for (const fault of [
      await send('a.exe', pdf),
      await send('a.pdf', new TextEncoder().encode('not a PDF')),
      await send('big.pdf', new Uint8Array(10 * 1024 * 1024 + 1)),
    ]) {
      expect([400, 413, 415, 422]).toContain(fault.status)
      expect(fault.detail).toMatch(/./)
    }
    const { data } = await ann.files.send(['a.pdf', pdf, 'application/pdf'], '', () => {})
    expect(await fails(ben.api.get(`/upload/files/${data.stored_name}`))).toMatchObject({
      status: 404,
    })
  })
})

describe('the rooms of the Vue guide', () => {
  const had = (room: VueRoom, message: Partial<VueMessage>) =>
    vi.waitFor(() => {
      const found = room.messages.find((each) =>
        Object.entries(message).every(([name, value]) => each[name as 'type'] === value),
      )
      expect(found, JSON.stringify([message, room.messages])).toBeDefined()
      return found as VueMessage
    }, patience)

  test('carry messages, typing, heartbeats, and who comes and goes', async ({ join }) => {
    const [ann, ben] = [await join(), await join()]
    const room = `vue-${newId()}`
    const hers = ann.enter(room)
    await hers.opened
    // Whoever is in the room hears of whoever comes.
    const isIn = async (count: number) =>
      vi.waitFor(async () => {
        const { data } = await ann.api.get(`/ws/rooms/${room}/users`)
        expect(data).toMatchObject({ room, count })
        return data.users as string[]
      }, patience)
    expect(await isIn(1)).toEqual([ann.state.user?.id])
    const his = ben.enter(room)
    await his.opened
    expect((await isIn(2)).sort()).toEqual([ann.state.user?.id, ben.state.user?.id].sort())
    await had(hers, { type: 'user_connected', user_id: String(ben.state.user?.id) })

    his.say('おはようございます')
    for (const each of [hers, his]) {
      expect(await had(each, { type: 'message' })).toMatchObject({
        id: expect.any(String),
        content: 'おはようございます',
        user: {
          id: ben.state.user?.id,
          username: ben.state.user?.username,
          full_name: '山田 花子',
        },
        room,
        timestamp: expect.stringMatching(/Z$/),
      })
    }
    his.type(true)
    expect(await had(hers, { type: 'typing' })).toMatchObject({
      user: { id: ben.state.user?.id, username: ben.state.user?.username },
      is_typing: true,
    })
    his.ping()
    expect((await had(his, { type: 'pong' })).timestamp).toMatch(/Z$/)
    expect(his.messages.some(({ type }) => type === 'typing')).toBe(false)
    his.leave()
    await had(hers, { type: 'user_disconnected', user_id: String(ben.state.user?.id) })
    const { data: stats } = await ann.api.get('/ws/stats')
    expect(stats).toMatchObject({
      total_connections: expect.any(Number),
      active_rooms: expect.any(Number),
      connected_users: expect.any(Number),
    })
    hers.leave()
    await hers.closed
  })

  test('say what they do not understand, and go on', async ({ join }) => {
    const vue = await join()
    const room = vue.enter(`vue-${newId()}`)
    await room.opened
    room.send('{"type":"dance"}')
    await had(room, { type: 'error' })
    room.send('no JSON')
    await vi.waitFor(
      () => expect(room.messages.filter(({ type }) => type === 'error')).toHaveLength(2),
      patience,
    )
    for (const { type, message } of room.messages)
      if (type === 'error') expect(message).toMatch(/./)
    room.say('   ')
    room.say('still here')
    expect(await had(room, { type: 'message' })).toMatchObject({ content: 'still here' })
    room.leave()
    await room.closed
  })

  test('close with 4001 when the token is no good', async ({ origin }) => {
    const vue = createVueClient(origin)
    vue.state.access = 'no.good'
    expect(await vue.enter('general').closed).toBe(4001)
  })
})
