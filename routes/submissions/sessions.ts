import { IfMatch, ref } from '../../schemas/common.ts'
import { LinkParams } from '../../schemas/submissions/files.ts'
import {
  ChangedSubmissionSession,
  CreatedSubmissionSession,
  NewSubmissionSession,
  SubmissionSession,
  SubmissionSessionChange,
  SubmissionStatusChange,
} from '../../schemas/submissions/sessions.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'
import { sessionEtag } from '../../src/submissions/descriptions.ts'
import { pageOf } from '../../src/submissions/mails.ts'
import { createSession, showSession, updateSession } from '../../src/submissions/sessions.ts'
import { setSessionStatus } from '../../src/submissions/transitions.ts'
import { versionIn } from '../../src/version.ts'

const tags = ['submissions']
const staffFailures = ['session_link_not_found', 'session_staff_required'] as const
const created = { ja: 'セッションが作成されました', en: 'The session has been created' }
const updated = { ja: 'ステータスが更新されました', en: 'The status has been updated' }

export const sessions: Routes = async (app) => {
  const { db } = app

  app.post(
    '',
    {
      config: { permission: 'submission.write' },
      schema: {
        operationId: 'createSubmissionSession',
        summary: 'Open a session for a submitter',
        description:
          'The submitter is sent its link by mail. Whoever knows the id has the link: it opens the session without an account, until its due date or until it is closed.',
        tags,
        body: ref(NewSubmissionSession),
        response: { 201: ref(CreatedSubmissionSession) },
      },
    },
    async ({ caller, body, headers }, reply) => {
      const session = await createSession(db, caller, body)
      const location = `/api/v1/sessions/${session.id}`
      const message = created[languageOf(headers['accept-language'])]
      return reply
        .code(201)
        .headers({ location, etag: sessionEtag(session) })
        .send({ session_id: session.id, message, url: pageOf(session), session })
    },
  )

  app.get(
    '/:id',
    {
      config: { public: true, failures: ['session_link_not_found'] },
      schema: {
        operationId: 'getSubmissionSession',
        summary: 'Get a session, by its link or as its staff',
        description:
          'Links that are unknown, closed or past their day are answered alike; whoever looks after the session sees it all the same. The address of the submitter is for staff alone. After 20 misses a minute further ones are 429.',
        tags,
        params: LinkParams,
        response: { 200: ref(SubmissionSession) },
      },
    },
    async ({ caller, params }, reply) => {
      const session = await showSession(db, caller, params.id)
      return reply.header('etag', sessionEtag(session)).send(session)
    },
  )

  app.patch(
    '/:id',
    {
      config: { permission: 'submission.write', failures: staffFailures },
      schema: {
        operationId: 'updateSubmissionSession',
        summary: 'Change the terms of a session, or shut its link',
        description:
          'What is not sent stays as it is. `closed` shuts the link at once and opens it again; nothing is lost by it.',
        tags,
        params: LinkParams,
        headers: IfMatch,
        body: ref(SubmissionSessionChange),
        response: { 200: ref(SubmissionSession) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const session = await updateSession(app, caller, params.id, body, version)
      return reply.header('etag', sessionEtag(session)).send(session)
    },
  )

  app.put(
    '/:id/status',
    {
      config: {
        permission: 'submission.write',
        failures: [...staffFailures, 'illegal_transition'],
      },
      schema: {
        operationId: 'setSubmissionStatus',
        summary: 'Answer a submitter: upload again, or all is well',
        description:
          'The submitter is told by mail, with the comment. From `not_uploaded` to either answer, from one answer to the other, and from `needs_reupload` back to `not_uploaded` while nothing has been received. The same answer again is told again only if something came in between or the comment differs.',
        tags,
        params: LinkParams,
        headers: IfMatch,
        body: ref(SubmissionStatusChange),
        response: { 200: ref(ChangedSubmissionSession) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const session = await setSessionStatus(app, caller, params.id, body, version)
      const message = updated[languageOf(headers['accept-language'])]
      return reply.header('etag', sessionEtag(session)).send({ message, session })
    },
  )
}
