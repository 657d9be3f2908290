import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  Item,
  ItemChange,
  ItemEnvelope,
  ItemHistory,
  ItemHistoryQuery,
  ItemQuery,
  NewItem,
} from '../../schemas/items.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createItem,
  deleteItem,
  listItemHistory,
  readItem,
  updateItem,
} from '../../src/items/items.ts'
import { listItems } from '../../src/items/listing.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['items']

export const items: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'item.read' },
      schema: {
        operationId: 'listItems',
        summary: 'List items, newest first',
        description:
          'One’s own and those that are published; SystemAdmin, all. Pages by `skip` or, at the same cost however deep, by `cursor`. `search` reads every title, so it costs more the more items there are, unless `owner_id` or `tag` narrows it.',
        tags,
        querystring: ItemQuery,
        response: { 200: ref(ItemEnvelope) },
      },
    },
    (request) => listItems(db, request.caller, request.query),
  )

  app.post(
    '',
    {
      config: { permission: 'item.write', failures: ['missing_reference'] },
      schema: {
        operationId: 'createItem',
        summary: 'Create an item that belongs to oneself',
        tags,
        body: ref(NewItem),
        response: { 201: ref(Item) },
      },
    },
    async (request, reply) => {
      const item = await createItem(db, request.caller, request.body)
      const location = `/api/v1/items/${item.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(item) })
        .send(item)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'item.read', failures: ['item_not_found'] },
      schema: {
        operationId: 'getItem',
        summary: 'Get an item',
        tags,
        params: IdParams,
        response: { 200: ref(Item) },
      },
    },
    async (request, reply) => {
      const item = await readItem(app, request.caller, request.params.id)
      return reply.header('etag', etagOf(item)).send(item)
    },
  )

  for (const method of ['PUT', 'PATCH'] as const) {
    app.route({
      method,
      url: '/:id',
      config: { permission: 'item.write', failures: ['item_not_found', 'item_owner_required'] },
      schema: {
        operationId: method === 'PUT' ? 'setItem' : 'updateItem',
        summary: 'Change some fields of an item',
        description: 'PUT and PATCH do the same: what is not sent stays as it is.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(ItemChange),
        response: { 200: ref(Item) },
      },
      handler: async ({ params, body, headers, caller }, reply) => {
        const item = await updateItem(app, caller, params.id, body, versionIn(headers['if-match']))
        return reply.header('etag', etagOf(item)).send(item)
      },
    })
  }

  app.delete(
    '/:id',
    {
      config: { permission: 'item.write', failures: ['item_not_found', 'item_owner_required'] },
      schema: {
        operationId: 'deleteItem',
        summary: 'Delete an item',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, headers, caller }, reply) => {
      await deleteItem(app, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/:id/history',
    {
      config: { permission: 'item.read', failures: ['item_not_found', 'item_owner_required'] },
      schema: {
        operationId: 'listItemHistory',
        summary: 'List what was done to one’s item, newest first',
        tags,
        params: IdParams,
        querystring: ItemHistoryQuery,
        response: { 200: ref(ItemHistory) },
      },
    },
    (request) => listItemHistory(db, request.caller, request.params.id, request.query),
  )
}
