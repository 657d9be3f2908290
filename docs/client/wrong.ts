import { createKaname, ok, type Schemas } from './client'

const kaname = createKaname({ baseUrl: 'https://kaname.example.jp' })
const path = { id: '01a1ff8b-d36d-7000-9ae2-f4afd6b3439a' }

/** What a compiler has to find. Nothing calls it: each error that is expected and missing is one. */
export async function mistakes(): Promise<void> {
  // @ts-expect-error No such route.
  await kaname.GET('/api/v1/itemz')
  // @ts-expect-error No such method of this route.
  await kaname.DELETE('/api/v1/items')
  // @ts-expect-error A body is missing.
  await kaname.POST('/api/v1/items')
  // @ts-expect-error A field that has to be there is missing.
  await kaname.POST('/api/v1/items', { body: { tags: [] } })
  // @ts-expect-error No such field. Inside a call it is not found: only what has its type is.
  const misspelt: Schemas['NewItem'] = { title: 'a', titel: 'b' }
  await kaname.POST('/api/v1/items', { body: misspelt })
  // @ts-expect-error No such value.
  await kaname.POST('/api/v1/items', { body: { title: 'a', status: 'gone' } })
  // @ts-expect-error The id in the path is missing.
  await kaname.GET('/api/v1/items/{id}')
  // @ts-expect-error No such order.
  await kaname.GET('/api/v1/items', { params: { query: { sort: 'color' } } })
  // @ts-expect-error A number, and not a text.
  await kaname.GET('/api/v1/items', { params: { query: { limit: '10' } } })
  // @ts-expect-error Bytes, and not a text.
  await kaname.POST('/api/v1/upload/files', { body: { file: 'content' } })

  const item = await ok(kaname.GET('/api/v1/items/{id}', { params: { path } }))
  // @ts-expect-error There may be none.
  item.description.length
  // @ts-expect-error No such field of an answer.
  item.owner_name
  // @ts-expect-error No such state, so never equal.
  if (item.status === 'deleted') return

  const incident = await ok(kaname.GET('/api/v1/incidents/{id}', { params: { path } }))
  // @ts-expect-error One of five priorities.
  incident.priority satisfies 'high' | 'low'
  const { rows } = await ok(kaname.GET('/api/v1/population'))
  // @ts-expect-error What cannot be calculated is null.
  rows[0]?.value satisfies number | undefined
  // @ts-expect-error A problem always says its code.
  const problem: Schemas['ProblemDetails'] = { type: '', title: '', status: 404, detail: '' }
  console.log(problem)
}
