import type { Item } from '../../schemas/items.ts'
import { type Client, expect } from './service.ts'

export const items = '/api/v1/items'

export async function create(client: Client, input: object = {}): Promise<Item> {
  const response = await client.post(items, { title: 'Field notes', ...input })
  expect(response.statusCode).toBe(201)
  return response.json()
}

type Found = {
  data: Item[]
  meta: { total: number; page: number; pages: number; has_next: boolean; has_prev: boolean }
  next_cursor: string | null
}

export async function list(
  client: Client,
  query: Record<string, string | number> = {},
): Promise<Found> {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, each]): [string, string] => [name, `${each}`]),
  )
  const response = await client.get(`${items}?${text}`)
  expect(response.statusCode, response.body).toBe(200)
  expect(response.headers['x-total-count']).toBe(`${response.json().meta.total}`)
  return response.json()
}

export const titlesOf = ({ data }: Found) => data.map(({ title }) => title)

export async function walk(
  client: Client,
  query: Record<string, string | number>,
): Promise<Item[]> {
  const found: Item[] = []
  let page = await list(client, query)
  for (;;) {
    found.push(...page.data)
    if (page.next_cursor === null) return found
    page = await list(client, { ...query, cursor: page.next_cursor })
  }
}
