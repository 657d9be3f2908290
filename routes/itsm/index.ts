import type { Routes } from '../../src/fastify.ts'
import { cabBoards } from './cab-boards.ts'
import { cabMeetings } from './cab-meetings.ts'
import { changeCalendar } from './change-calendar.ts'
import { changeVotes } from './change-votes.ts'
import { changeWindows } from './change-windows.ts'

export const itsm: Routes = async (app) => {
  app.register(cabBoards, { prefix: '/cab/boards' })
  app.register(cabMeetings, { prefix: '/cab/meetings' })
  app.register(changeVotes, { prefix: '/changes' })
  app.register(changeCalendar, { prefix: '/changes' })
  app.register(changeWindows, { prefix: '/change-windows' })
}
