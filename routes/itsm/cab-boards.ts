import { Type } from '@sinclair/typebox'
import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import {
  Board,
  BoardChange,
  BoardPage,
  BoardQuery,
  NewBoard,
  Proposal,
} from '../../schemas/itsm/cab.ts'
import type { Routes } from '../../src/fastify.ts'
import { proposeAgenda } from '../../src/itsm/cab/agenda.ts'
import {
  createBoard,
  deleteBoard,
  getBoard,
  listBoards,
  updateBoard,
} from '../../src/itsm/cab/boards.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['cab']

export const cabBoards: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'change.read' },
      schema: {
        operationId: 'listCabBoards',
        summary: 'List the boards that decide on changes, by name',
        tags,
        querystring: BoardQuery,
        response: { 200: ref(BoardPage) },
      },
    },
    ({ query }) => listBoards(db, query),
  )

  app.post(
    '',
    {
      config: { permission: 'change.manage', failures: ['duplicate'] },
      schema: {
        operationId: 'createCabBoard',
        summary: 'Create a board',
        description:
          'Each seat has one vote; somebody who is a member and a delegate votes once for each of those seats. Members and delegates need a role that may vote.',
        tags,
        body: ref(NewBoard),
        response: { 201: ref(Board) },
      },
    },
    async ({ caller, body }, reply) => {
      const board = await createBoard(db, caller, body)
      const location = `/api/v1/cab/boards/${board.id}`
      return reply
        .code(201)
        .headers({ location, etag: etagOf(board) })
        .send(board)
    },
  )

  app.get(
    '/:id',
    {
      config: { permission: 'change.read', failures: ['board_not_found'] },
      schema: {
        operationId: 'getCabBoard',
        summary: 'Get a board with its members and delegates',
        tags,
        params: IdParams,
        response: { 200: ref(Board) },
      },
    },
    async ({ params }, reply) => {
      const board = await getBoard(db, params.id)
      return reply.header('etag', etagOf(board)).send(board)
    },
  )

  app.patch(
    '/:id',
    {
      config: { permission: 'change.manage', failures: ['board_not_found', 'duplicate'] },
      schema: {
        operationId: 'updateCabBoard',
        summary: 'Change some fields of a board',
        description:
          'What votes have decided stays decided; votes that are open are counted by the board as it is when the next one is cast.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(BoardChange),
        response: { 200: ref(Board) },
      },
    },
    async ({ params, headers, caller, body }, reply) => {
      const version = versionIn(headers['if-match'])
      const board = await updateBoard(db, caller, params.id, body, version)
      return reply.header('etag', etagOf(board)).send(board)
    },
  )

  app.delete(
    '/:id',
    {
      config: { permission: 'change.manage', failures: ['board_not_found', 'board_in_use'] },
      schema: {
        operationId: 'deleteCabBoard',
        summary: 'Delete a board that nothing refers to',
        tags,
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ params, headers, caller }, reply) => {
      await deleteBoard(db, caller, params.id, versionIn(headers['if-match']))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/:id/agenda',
    {
      config: { permission: 'change.read', failures: ['board_not_found'] },
      schema: {
        operationId: 'proposeCabAgenda',
        summary: 'Propose an agenda: the changes that wait for votes of a board',
        description:
          'By when they are planned for, the earliest first and those without a time last. For the default board also changes that name none and need one.',
        tags,
        params: IdParams,
        querystring: BoardQuery,
        response: { 200: ref(Proposal) },
      },
    },
    ({ params, query }) => proposeAgenda(db, params.id, query),
  )
}
