import type { Routes } from '../../src/fastify.ts'
import { cabBoards } from './cab-boards.ts'
import { changeVotes } from './change-votes.ts'

export const itsm: Routes = async (app) => {
  app.register(cabBoards, { prefix: '/cab/boards' })
  app.register(changeVotes, { prefix: '/changes' })
}
