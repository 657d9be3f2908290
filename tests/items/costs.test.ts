import { CompiledQuery, sql } from 'kysely'
import { engineOf } from '../../db/open.ts'
import type { Db } from '../../db/tables.ts'
import type { ItemQuery } from '../../schemas/items.ts'
import { listItems } from '../../src/items/listing.ts'
import { create, items, list, titlesOf } from '../support/items.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

describe('the total', () => {
  test('stays exact while many write at once', async ({ db, signIn }) => {
    const people = await Promise.all(Array.from({ length: 4 }, () => signIn()))
    const root = await signIn('SystemAdmin')
    const tag = `raced ${root.id}`
    const states = ['draft', 'published', 'archived']
    await Promise.all(
      people.map(async (person, p) => {
        const made = await Promise.all(
          Array.from({ length: 4 }, (_, n) =>
            create(person, { tags: [tag], status: states[n % 3] }),
          ),
        )
        await Promise.all(
          made.flatMap(({ id }, n) => [
            person.patch(`${items}/${id}`, { status: states[(n + p) % 3] }),
            root.patch(`${items}/${id}`, { status: states[(n + p + 1) % 3], tags: [tag, 'b'] }),
            person.put(`${items}/${id}`, { tags: [`${n}`, tag] }),
            ...(n === 0 ? [person.delete(`${items}/${id}`)] : []),
          ]),
        )
      }),
    )
    for (const client of [root, ...people]) {
      const me = client === root ? undefined : client.id
      for (const query of [{ tag }, { tag: 'b' }, {}] as Record<string, string>[]) {
        for (const status of [undefined, ...states]) {
          const asked = { ...query, ...(status && { status }) }
          expect((await list(client, asked)).meta.total, JSON.stringify(asked)).toBe(
            await countOneByOne(me, query.tag, status),
          )
        }
      }
    }

    async function countOneByOne(me: string | undefined, tag?: string, status?: string) {
      const rows = await db.selectFrom('items').select(['owner_id', 'status', 'tags']).execute()
      return rows.filter(
        (row) =>
          (me === undefined || row.owner_id === me || row.status === 'published') &&
          (tag === undefined || JSON.parse(row.tags).includes(tag)) &&
          (status === undefined || row.status === status),
      ).length
    }
  })

  test('is left as it was by what fails', async ({ signIn }) => {
    const ann = await signIn()
    const { id } = await create(ann, { tags: ['kept'] })
    const stale = { 'if-match': '"9"' }
    const change = { status: 'published', tags: [] }
    expect((await ann.patch(`${items}/${id}`, change, stale)).statusCode).toBe(412)
    expect((await ann.delete(`${items}/${id}`, undefined, stale)).statusCode).toBe(412)
    const page = await list(ann, { owner_id: ann.id, tag: 'kept', status: 'draft' })
    expect(page.meta.total).toBe(1)
  })
})

describe('what a list costs', () => {
  test('as many queries for many items of many owners as for one', async ({ db, signIn }) => {
    const reader = await signIn()
    const tag = `cost ${reader.id}`
    const makeOne = async () => create(await signIn(), { tags: [tag], status: 'published' })
    const first = await makeOne()
    const forOne = await queriesFor(db, reader, { tag })
    for (let n = 0; n < 5; n += 1) await makeOne()
    expect(titlesOf(await list(reader, { tag }))).toEqual(Array(6).fill(first.title))
    expect(await queriesFor(db, reader, { tag })).toHaveLength(forOne.length)
    expect(forOne).toHaveLength(3)
  })

  test.for([
    ['no filter', {}, ['items_status_id', 'items_owner_id_status_id']],
    ['a status', { status: 'published' }, ['items_status_id']],
    ['a title', { sort: 'title' }, ['items_status_title_key', 'items_owner_id_status_title_key']],
    [
      'the last change',
      { sort: '-updated_at' },
      ['items_status_updated_at', 'items_owner_id_status_updated_at'],
    ],
    ['a tag', { tag: 'a', status: 'published' }, ['item_tags_tag_status_id']],
    [
      'a tag, by title',
      { tag: 'a', status: 'published', sort: '-title' },
      ['item_tags_tag_status_title_key'],
    ],
    [
      'a tag, by change',
      { tag: 'a', status: 'published', sort: 'updated_at' },
      ['item_tags_tag_status_updated_at'],
    ],
    ['one’s own with a tag', { tag: 'a', owner_id: 'own' }, ['item_tags_owner_id_tag_status_id']],
    ['a search', { search: '5%', status: 'published' }, ['items_status_']],
  ] as const)('is a walk along an index for %s', async ([, query, indexes], { db, signIn }) => {
    const ann = await signIn()
    const asked = { ...query, ...('owner_id' in query && { owner_id: ann.id }) }
    const [page] = await queriesFor(db, ann, asked)
    const plan = await planOf(db, page as CompiledQuery)
    // In tables this small PostgreSQL may prefer another index, but none that it would have to sort.
    if (engineOf(db) === 'postgres') return expect(plan).not.toMatch(/Seq Scan|-> {2}Sort|Bitmap/)
    for (const index of indexes) expect(plan).toMatch(new RegExp(`\\b${index}\\w*_idx\\b`))
    expect(plan).not.toMatch(/SCAN (entry|items)/)
  })
})

/** What is really sent to the database for a page. */
async function queriesFor(db: Db, client: Client, query: object): Promise<CompiledQuery[]> {
  const sent: CompiledQuery[] = []
  const listening = new Proxy(db, {
    get(target, name) {
      if (name === 'executeQuery') {
        return (query: CompiledQuery) => {
          sent.push(query)
          return target.executeQuery(query)
        }
      }
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const origin = { request_id: 'test', ip: null, user_agent: null, scopes: null }
  const asked = { skip: 0, limit: 50, sort: '-created_at', ...query } as ItemQuery
  await listItems(listening, { ...client, ...origin }, asked)
  return sent
}

async function planOf(db: Db, query: CompiledQuery): Promise<string> {
  return db.transaction().execute(async (trx) => {
    const isSqlite = engineOf(db) === 'sqlite'
    // The tables of a test are so small that reading them whole would be right.
    const ways = isSqlite ? [] : ['seqscan', 'bitmapscan', 'sort', 'hashjoin', 'mergejoin']
    for (const way of ways) await sql`set local ${sql.raw(`enable_${way}`)} = off`.execute(trx)
    const explain = isSqlite ? 'explain query plan' : 'explain'
    const asked = CompiledQuery.raw(`${explain} ${query.sql}`, [...query.parameters])
    return JSON.stringify((await trx.executeQuery(asked)).rows)
  })
}
