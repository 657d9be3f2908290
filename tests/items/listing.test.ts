import type { ItemStatus } from '../../schemas/items.ts'
import { create, items, list, titlesOf, walk } from '../support/items.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

describe('GET /items', () => {
  test('pages through the newest first in the envelope of the Vue guide', async ({ signIn }) => {
    const ann = await signIn()
    for (const title of ['one', 'two', 'three']) await create(ann, { title })
    const page = await list(ann, { owner_id: ann.id, limit: 2, skip: 1 })
    expect(page).toMatchObject({
      success: true,
      message: null,
      meta: { total: 3, page: 1, limit: 2, pages: 2, has_next: false, has_prev: true },
      next_cursor: null,
    })
    expect(titlesOf(page)).toEqual(['two', 'one'])
    expect(page.data[0]?.owner.id).toBe(ann.id)
    const beyond = await list(ann, { owner_id: ann.id, skip: 2 ** 31 - 1 })
    expect(beyond).toMatchObject({ data: [], meta: { total: 3 }, next_cursor: null })
  })

  test.for([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=many', 'limit'],
    ['skip=-1', 'skip'],
    ['skip=1e300', 'skip'],
    ['status=lost', 'status'],
    ['owner_id=5', 'owner_id'],
    ['search=', 'search'],
    [`search=${'x'.repeat(101)}`, 'search'],
    ['tag=', 'tag'],
    ['tag=%20', 'tag'],
    ['sort=owner_id', 'sort'],
    ['sort=title%3B', 'sort'],
    ['cursor=here', 'cursor'],
    ['cursor=', 'cursor'],
  ])('answers 422 to %s', async ([query, field], { signIn }) => {
    const response = await (await signIn()).get(`${items}?${query}`)
    expect(response.statusCode).toBe(422)
    expect(response.json().errors).toMatchObject([{ field }])
  })

  test('shows own items and published ones, to administrators all', async ({ signIn }) => {
    const [ann, ben, root] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
    const search = `visible ${ann.id}`
    for (const owner of [ann, ben]) {
      for (const status of ['draft', 'published', 'archived']) {
        await create(owner, { title: `${search} ${status} of ${owner.id}`, status })
      }
    }
    const seen = async (client: Client, query = {}) => {
      const page = await list(client, { search, ...query })
      expect(page.meta.total).toBe(page.data.length)
      return page.data.map(({ owner_id, status }) => `${owner_id === ann.id ? 'a' : 'b'} ${status}`)
    }
    const mine = ['a archived', 'a published', 'a draft']
    expect(await seen(ann)).toEqual(['b published', ...mine])
    expect(await seen(ben)).toEqual(['b archived', 'b published', 'b draft', 'a published'])
    expect(await seen(root)).toHaveLength(6)
    expect(await seen(await signIn('Auditor'))).toEqual(['b published', 'a published'])
    expect(await seen(ann, { owner_id: ann.id })).toEqual(mine)
    expect(await seen(ben, { owner_id: ann.id })).toEqual(['a published'])
    expect(await seen(root, { owner_id: ann.id })).toEqual(mine)
    expect(await seen(ben, { owner_id: ann.id, status: 'draft' })).toEqual([])
    expect(await seen(ben, { status: 'draft' })).toEqual(['b draft'])
    expect(await seen(root, { status: 'draft' })).toEqual(['b draft', 'a draft'])
    expect(await seen(ben, { owner_id: crypto.randomUUID() })).toEqual([])
  })

  test('searches titles in either case, in every script, and takes % and _ as they are', async ({
    signIn,
  }) => {
    const ann = await signIn()
    for (const title of ['Growth of 5%', 'Growth of 50', 'a_b', 'a\\b', '東京都の人口', 'Ärger']) {
      await create(ann, { title, description: 'hidden words', tags: ['s'] })
    }
    const found = async (search: string, more = {}) =>
      titlesOf(await list(ann, { owner_id: ann.id, search, ...more }))
    expect(await found('GROWTH')).toEqual(['Growth of 50', 'Growth of 5%'])
    expect(await found('5%')).toEqual(['Growth of 5%'])
    expect(await found('_')).toEqual(['a_b'])
    expect(await found('\\')).toEqual(['a\\b'])
    expect(await found('東京')).toEqual(['東京都の人口'])
    expect(await found('都の人')).toEqual(['東京都の人口'])
    expect(await found('äRG')).toEqual(['Ärger'])
    expect(await found('hidden')).toEqual([])
    for (const [skip, shown] of [
      [0, 1],
      [1, 1],
      [2, 0],
      [9, 0],
    ] as const) {
      const page = await list(ann, { owner_id: ann.id, search: 'growth', limit: 1, skip })
      expect([page.data.length, page.meta.total]).toEqual([shown, 2])
    }
    expect(await found("'")).toEqual([])
    expect(await found('growth', { tag: 's', sort: 'title' })).toEqual([
      'Growth of 5%',
      'Growth of 50',
    ])
    expect((await list(ann, { search: '東京都の人口', owner_id: ann.id })).meta.total).toBe(1)
  })

  test('finds exactly the tag, as it is now', async ({ signIn }) => {
    const ann = await signIn()
    const tag = `tag ${ann.id}`
    const { id } = await create(ann, { title: 'one', tags: [tag, 'other'] })
    await create(ann, { title: 'two', tags: [`${tag} and more`] })
    await create(ann, { title: 'three', tags: [tag] })
    const found = async (query: object) => {
      const page = await list(ann, { ...query })
      expect(page.meta.total).toBe(page.data.length)
      return titlesOf(page)
    }
    expect(await found({ tag })).toEqual(['three', 'one'])
    expect(await found({ tag: ` ${tag} ` })).toEqual(['three', 'one'])
    expect(await found({ tag: tag.toUpperCase() })).toEqual([])
    expect(await found({ tag, sort: 'title' })).toEqual(['one', 'three'])
    expect(await found({ tag, status: 'published' })).toEqual([])

    await ann.patch(`${items}/${id}`, { title: 'ONE', status: 'published' })
    expect(await found({ tag, status: 'published' })).toEqual(['ONE'])
    expect(await found({ tag, sort: 'updated_at' })).toEqual(['three', 'ONE'])
    expect(await found({ tag, owner_id: ann.id, search: 'one' })).toEqual(['ONE'])
    await ann.patch(`${items}/${id}`, { tags: ['other'] })
    expect(await found({ tag })).toEqual(['three'])
    expect((await ann.delete(`${items}/${id}`)).statusCode).toBe(204)
    expect(await found({ tag: 'other', owner_id: ann.id })).toEqual([])
  })

  test.for([
    ['created_at', ['b', 'A', 'c']],
    ['-created_at', ['c', 'A', 'b']],
    ['updated_at', ['A', 'c', 'b']],
    ['-updated_at', ['b', 'c', 'A']],
    ['title', ['A', 'b', 'c']],
    ['-title', ['c', 'b', 'A']],
  ] as const)('sorts by %s', async ([sort, titles], { db, signIn }) => {
    const ann = await signIn()
    const days = { b: 3, A: 1, c: 2 }
    for (const [title, day] of Object.entries(days)) {
      const { id } = await create(ann, { title })
      const updated_at = `2026-01-0${day}T00:00:00.000Z`
      await db.updateTable('items').set({ updated_at }).where('id', '=', id).execute()
    }
    expect(titlesOf(await list(ann, { sort, owner_id: ann.id }))).toEqual(titles)
    const walked = await walk(ann, { sort, owner_id: ann.id, limit: 1 })
    expect(walked.map(({ title }) => title)).toEqual(titles)
  })

  test.for(['-created_at', 'created_at', '-updated_at', 'updated_at', 'title', '-title'])(
    'goes on by cursor and by skip through all, each once, among ties: %s',
    async (sort, { signIn }) => {
      const ann = await signIn()
      const tag = ann.id
      const statuses: ItemStatus[] = ['draft', 'published', 'archived']
      const made = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          create(ann, { title: `tie ${n % 2}`, status: statuses[n % 3], tags: [tag] }),
        ),
      )
      const ids = new Set(made.map(({ id }) => id))
      for (const query of [{ owner_id: ann.id }, { tag }, { search: 'tie', owner_id: ann.id }]) {
        const walked = await walk(ann, { ...query, sort, limit: 3 })
        expect(walked).toHaveLength(8)
        expect(new Set(walked.map(({ id }) => id))).toEqual(ids)
        const skipped = []
        for (const skip of [0, 3, 6]) {
          skipped.push(...(await list(ann, { ...query, sort, limit: 3, skip })).data)
        }
        expect(skipped.map(({ id }) => id)).toEqual(walked.map(({ id }) => id))
      }
    },
  )

  test('says with a cursor where in the list one is', async ({ signIn }) => {
    const ann = await signIn()
    for (let n = 0; n < 5; n += 1) await create(ann)
    const query = { owner_id: ann.id, limit: 2 }
    const first = await list(ann, query)
    expect(first.meta).toMatchObject({ page: 1, pages: 3, has_prev: false, has_next: true })
    const second = await list(ann, { ...query, cursor: String(first.next_cursor) })
    expect(second.meta).toMatchObject({ total: 5, page: 2, has_prev: true, has_next: true })
    const third = await list(ann, { ...query, cursor: String(second.next_cursor) })
    expect(third.meta).toMatchObject({ total: 5, page: 3, has_prev: true, has_next: false })
    expect(third.next_cursor).toBeNull()
  })

  test('never shows an item twice or passes one over while others are added', async ({
    signIn,
  }) => {
    const [ann, ben] = [await signIn(), await signIn()]
    const before = []
    for (let n = 0; n < 7; n += 1) before.push((await create(ann, { tags: [ann.id] })).id)
    const seen: string[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page = await list(ann, { tag: ann.id, limit: 2, ...(cursor && { cursor }) })
      seen.push(...page.data.map(({ id }) => id))
      await create(ann, { tags: [ann.id] })
      await create(ben, { tags: [ann.id], status: 'published' })
      cursor = page.next_cursor
    }
    expect(seen).toEqual(before.reverse())
  })

  test('takes no cursor of another order, none beside skip, and none that was made up', async ({
    signIn,
  }) => {
    const ann = await signIn()
    for (let n = 0; n < 2; n += 1) await create(ann)
    const refuse = async (query: Record<string, string>, field: string) => {
      const response = await ann.get(`${items}?${new URLSearchParams(query)}`)
      expect(response.statusCode, JSON.stringify(query)).toBe(422)
      expect(response.json().errors).toMatchObject([{ field }])
    }
    const { next_cursor: cursor } = await list(ann, { owner_id: ann.id, limit: 1 })
    if (cursor === null) throw new Error('There are two items.')
    await refuse({ cursor, sort: 'title' }, 'cursor')
    await refuse({ cursor, sort: 'created_at' }, 'cursor')
    await refuse({ cursor, skip: '1' }, 'skip')
    await refuse({ cursor: cursor.slice(0, -5) }, 'cursor')
    const id = crypto.randomUUID()
    for (const parts of [
      ['-created_at', id, 'no id', 1],
      ['-created_at', null, id, 1],
      ['-created_at', id, id, -1],
      ['-created_at', id, id, 1.5],
      ['-created_at', id, id, '1'],
      ['-created_at', id, id],
      { 0: '-created_at' },
      null,
    ]) {
      await refuse({ cursor: encode(parts) }, 'cursor')
    }
    for (const key of ['yesterday', '2026-13-01T00:00:00.000Z', '2026-02-31T00:00:00.000Z']) {
      await refuse({ cursor: encode(['updated_at', key, id, 1]), sort: 'updated_at' }, 'cursor')
    }
    await refuse({ cursor: encode(['title', 'a\0b', id, 1]), sort: 'title' }, 'cursor')
    for (const key of ["a'; --", '\ud800', 'x'.repeat(500)]) {
      await list(ann, { cursor: encode(['title', key, id, 1]), sort: 'title' })
    }
  })
})

function encode(parts: unknown): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}
