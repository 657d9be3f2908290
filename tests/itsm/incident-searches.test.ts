import type { SavedSearch } from '../../schemas/itsm/incident-lists.ts'
import { newId } from '../../src/values.ts'
import { insertIncident } from '../support/itsm-lists.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const base = '/api/v1/incidents'
const url = `${base}/searches`

async function save(client: Client, input: object): Promise<SavedSearch> {
  const response = await client.post(url, { name: '未解決', query: {}, ...input })
  expect(response.statusCode, response.body).toBe(201)
  expect(response.headers.location).toBe(`${url}/${response.json().id}`)
  return response.json()
}

const codeOf = (response: { statusCode: number; json: () => { code: string } }) => [
  response.statusCode,
  response.json().code,
]

describe('/incidents/searches', () => {
  test('keeps a search, runs it, and lets what is asked go before it', async ({ db, signIn }) => {
    const ann = await signIn()
    await insertIncident(db, ann, { title: 'a' })
    await insertIncident(db, ann, { title: 'b', status: 'resolved' })
    const { id } = await save(ann, { query: { status: ['new,assigned'], sort: 'opened_at' } })
    const run = async (more = '') => {
      const { incidents } = (await ann.get(`${base}?saved_search=${id}${more}`)).json()
      return incidents.map(({ title }: { title: string }) => title)
    }
    expect(await run()).toEqual(['a'])
    expect(await run('&status=resolved')).toEqual(['b'])
    const none = await save(ann, { name: '担当なし', query: { assignee_id: 'none' } })
    const own = async (more: string) =>
      (await ann.get(`${base}?saved_search=${none.id}${more}`)).json().total
    expect(await own('')).toBe(2)
    expect(await own('&assignee=me')).toBe(0)
    expect((await ann.get(`${base}?saved_search=${newId()}`)).statusCode).toBe(404)
  })

  test('is one’s own, but for what the desk shares', async ({ signIn }) => {
    const [ann, bob] = [await signIn('ServiceDeskAgent'), await signIn('ServiceDeskAgent')]
    const user = await signIn()
    const own = await save(ann, { name: 'own' })
    const shared = await save(ann, { name: 'shared', shared: true })
    expect((await ann.get(`${url}?limit=1`)).json()).toMatchObject({
      searches: [{ id: shared.id, shared: true }],
      total: 2,
    })
    expect((await bob.get(`${url}/${own.id}`)).statusCode).toBe(404)
    expect((await bob.get(`${url}/${shared.id}`)).json()).toEqual(shared)
    expect((await user.get(`${url}/${shared.id}`)).statusCode).toBe(404)
    const change = { name: 'theirs', query: {} }
    expect(codeOf(await bob.put(`${url}/${shared.id}`, change))).toEqual([
      403,
      'saved_search_owner_required',
    ])
    expect((await bob.delete(`${url}/${shared.id}`)).statusCode).toBe(403)
    expect((await user.delete(`${url}/${own.id}`)).statusCode).toBe(404)
    expect((await ann.get(url, { authorization: '' })).statusCode).toBe(401)
  })

  test('changes the version that was seen, and goes', async ({ signIn }) => {
    const ann = await signIn()
    const { id } = await save(ann, { name: 'a' })
    await save(ann, { name: 'b' })
    const put = (name: string, etag = '*') =>
      ann.put(`${url}/${id}`, { name, query: { major: true } }, { 'if-match': etag })
    expect(codeOf(await put('Ｂ'))).toEqual([409, 'saved_search_exists'])
    const changed = await put('A', '"1"')
    expect(changed.headers.etag).toBe('"2"')
    expect(changed.json()).toMatchObject({ name: 'A', query: { major: true }, version: 2 })
    expect((await put('c', '"1"')).statusCode).toBe(412)
    expect((await ann.delete(`${url}/${id}`, undefined, { 'if-match': '"1"' })).statusCode).toBe(
      412,
    )
    expect((await ann.delete(`${url}/${id}`)).statusCode).toBe(204)
    expect((await ann.delete(`${url}/${id}`)).statusCode).toBe(404)
  })

  test('takes each name once, also of two at the same time, and no other filters', async ({
    signIn,
  }) => {
    const ann = await signIn()
    const twice = () => ann.post(url, { name: 'same', query: {} })
    const answers = await Promise.all([twice(), twice(), twice()])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409])
    for (const body of [
      { name: 'x' },
      { name: ' ', query: {} },
      { name: 'x', query: { status: ['open'] } },
      { name: 'x', query: { skip: 1 } },
    ]) {
      expect((await ann.post(url, body)).statusCode, JSON.stringify(body)).toBe(422)
    }
    for (let n = 1; n < 100; n += 1) await save(ann, { name: `${n}` })
    expect(codeOf(await ann.post(url, { name: 'last', query: {} }))).toEqual([
      409,
      'saved_searches_full',
    ])
  })
})
