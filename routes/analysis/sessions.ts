import { SessionParams } from '../../schemas/analysis/common.ts'
import {
  AnalysisSession,
  AnalysisSessionChange,
  AnalysisSessionCopy,
  AnalysisSessionDetail,
  AnalysisSessionPage,
  AnalysisSessionQuery,
  NewAnalysisSession,
} from '../../schemas/analysis/sessions.ts'
import { IfMatch, ref } from '../../schemas/common.ts'
import { deleteSession } from '../../src/analysis/sessions/deletion.ts'
import { duplicateSession } from '../../src/analysis/sessions/duplicate.ts'
import { getSession } from '../../src/analysis/sessions/reading.ts'
import { createSession, listSessions, updateSession } from '../../src/analysis/sessions/sessions.ts'
import type { Routes } from '../../src/fastify.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['analysis']
const known = ['analysis_session_not_found'] as const
const working = ['project_role_required', 'project_archived'] as const
const workers = 'Managers, moderators and members of the project.'

function locate(session: AnalysisSession) {
  const location = `/api/v1/analysis/session/${session.session_id}`
  return { location, etag: etagOf(session) }
}

export const sessions: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'analysis.read', failures: ['project_not_found'] },
      schema: {
        operationId: 'listAnalysisSessions',
        summary: 'List the analysis sessions of a project, the newest first',
        description: 'Everybody in the project.',
        tags,
        querystring: AnalysisSessionQuery,
        response: { 200: ref(AnalysisSessionPage) },
      },
    },
    ({ caller, query }) => listSessions(db, caller, query),
  )

  app.post(
    '',
    {
      config: { permission: 'analysis.write', failures: ['project_not_found', ...working] },
      schema: {
        operationId: 'createAnalysisSession',
        summary: 'Open an analysis session for a question',
        description: `${workers} It begins with an empty snapshot and with what the template says first. A question that the project does not have, and a theme that is not that of the question, are 422.`,
        tags,
        body: ref(NewAnalysisSession),
        response: { 201: ref(AnalysisSession) },
      },
    },
    async ({ caller, body }, reply) => {
      const session = await createSession(db, caller, body)
      return reply.code(201).headers(locate(session)).send(session)
    },
  )

  app.get(
    '/:session_id',
    {
      config: { permission: 'analysis.read', failures: known },
      schema: {
        operationId: 'getAnalysisSession',
        summary: 'Get an analysis session with its files, steps, snapshots and chat',
        description:
          'Everybody in the project. Nothing is calculated: what steps give is with the steps. The `ETag` is the version of the session.',
        tags,
        params: SessionParams,
        response: { 200: ref(AnalysisSessionDetail) },
      },
    },
    async ({ caller, params }, reply) => {
      const session = await getSession(db, caller, params.session_id)
      return reply.header('etag', etagOf(session)).send(session)
    },
  )

  app.patch(
    '/:session_id',
    {
      config: {
        permission: 'analysis.write',
        failures: [...known, ...working, 'analysis_session_inactive'],
      },
      schema: {
        operationId: 'updateAnalysisSession',
        summary: 'Rename an analysis session, put it away, or bring it back',
        description: `${workers} One that is put away takes no change that does not bring it back.`,
        tags,
        params: SessionParams,
        headers: IfMatch,
        body: ref(AnalysisSessionChange),
        response: { 200: ref(AnalysisSession) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const session = await updateSession(app, caller, params.session_id, body, version)
      return reply.header('etag', etagOf(session)).send(session)
    },
  )

  app.delete(
    '/:session_id',
    {
      config: { permission: 'analysis.write', failures: [...known, ...working] },
      schema: {
        operationId: 'deleteAnalysisSession',
        summary: 'Delete an analysis session with all that is in it',
        description: 'Managers and moderators of the project any; members those that they opened.',
        tags,
        params: SessionParams,
        headers: IfMatch,
        response: { 204: { type: 'null', description: 'Deleted' } },
      },
    },
    async ({ caller, params, headers }, reply) => {
      await deleteSession(app, caller, params.session_id, versionIn(headers['if-match']))
      return reply.code(204).send()
    },
  )

  app.post(
    '/:session_id/duplicate',
    {
      config: {
        permission: 'analysis.write',
        failures: [...known, ...working, 'analysis_session_changed', 'file_missing'],
      },
      schema: {
        operationId: 'duplicateAnalysisSession',
        summary: 'Open another session with the files and the current steps of this one',
        description: `${workers} Its first snapshot is empty, the second holds the input and the steps. Other snapshots and the chat are not copied. One that is put away can be duplicated; the copy is not put away.`,
        tags,
        params: SessionParams,
        body: ref(AnalysisSessionCopy),
        response: { 201: ref(AnalysisSession) },
      },
    },
    async ({ caller, params, body }, reply) => {
      const session = await duplicateSession(app, caller, params.session_id, body)
      return reply.code(201).headers(locate(session)).send(session)
    },
  )
}
