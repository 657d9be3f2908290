import { newId } from '../../../src/values.ts'
import { someOf } from '../peers/ground.ts'
import { type Area, get, send } from './ground.ts'

const number = (below: number) => Math.floor(Math.random() * below)

export const items: Area = async ({ tokens, ids, person }) => {
  const admin = await person('SystemAdmin')
  const list = (query: string) => get(`/items?limit=50${query}`, someOf(tokens))
  return [
    { name: 'GET /items/{id}', asked: () => get(`/items/${someOf(ids)}`, someOf(tokens)) },
    { name: 'GET /items?limit=50', asked: () => list('') },
    { name: 'GET /items?tag=', asked: () => list(`&tag=tag%20${number(320)}`) },
    {
      name: 'GET /items?search=',
      asked: () => list(`&search=${encodeURIComponent(`現地調査 ${number(99_999)}`)}`),
    },
    {
      name: 'POST /items',
      asked: () =>
        send('POST', '/items', someOf(tokens), { title: newId(), tags: [`tag ${number(320)}`] }),
    },
    {
      name: 'PATCH /items/{id}',
      asked: () => send('PATCH', `/items/${someOf(ids)}`, admin.token, { description: newId() }),
    },
  ]
}
