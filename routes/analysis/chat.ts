import { ChatMessage, ChatPage, ChatQuery, ChatTurn } from '../../schemas/analysis/chat.ts'
import { SessionParams } from '../../schemas/analysis/common.ts'
import { ref } from '../../schemas/common.ts'
import { answerTurn, streamTurn, wantsEvents } from '../../src/analysis/chat/answering.ts'
import { listChat } from '../../src/analysis/chat/history.ts'
import { createChatTurns } from '../../src/analysis/chat/turns.ts'
import type { Routes } from '../../src/fastify.ts'

const tags = ['analysis']

export const chat: Routes = async (app) => {
  const { db } = app
  const turns = createChatTurns(app)
  app.addHook('preClose', () => turns.stop())

  app.post(
    '',
    {
      config: {
        permission: 'analysis.write',
        failures: [
          'analysis_session_not_found',
          'analysis_session_inactive',
          'project_role_required',
          'project_archived',
          'analysis_no_input',
          'analysis_chat_busy',
          'analysis_chat_interrupted',
          'analysis_model_failed',
          'analysis_model_unauthorized',
          'analysis_model_filtered',
          'analysis_model_too_long',
          'analysis_model_loops',
          'analysis_model_timeout',
        ],
      },
      schema: {
        operationId: 'chatWithAnalysis',
        summary: 'Say what is to be done, and have it done',
        description:
          'Managers, moderators and members of the project. The model that is configured, or the interpreter that is built in, works on the steps and answers; what came of it is kept as a snapshot. A turn has 10 minutes, one runs at a time in a session, and one that fails changes nothing. With `Accept: text/event-stream` the answer is a stream of events: `start`, `progress` (a tool began or ended), `token` (a piece of the message), and at last `done` with the JSON that is answered otherwise, or `error` with the body of a failure.',
        tags,
        params: SessionParams,
        body: ref(ChatMessage),
        response: {
          200: {
            description: 'What was said and done',
            content: {
              'application/json': { schema: ref(ChatTurn) },
              'text/event-stream': { schema: { type: 'string' } },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const asked = { sessionId: request.params.session_id, message: request.body.message }
      if (wantsEvents(request)) return streamTurn(turns, request, reply, asked)
      return answerTurn(turns, request, reply, asked)
    },
  )

  app.get(
    '',
    {
      config: {
        permission: 'analysis.read',
        failures: ['analysis_session_not_found', 'analysis_snapshot_not_found'],
      },
      schema: {
        operationId: 'listAnalysisChat',
        summary: 'Read what was said on the way to a snapshot, the newest first',
        description: 'Everybody in the project.',
        tags,
        params: SessionParams,
        querystring: ChatQuery,
        response: { 200: ref(ChatPage) },
      },
    },
    ({ caller, params, query }) => listChat(db, caller, params.session_id, query),
  )
}
