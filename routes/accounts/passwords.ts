import { Type } from '@sinclair/typebox'
import {
  Message,
  PasswordChange,
  PasswordForgotten,
  PasswordReset,
} from '../../schemas/accounts/auth.ts'
import { ref } from '../../schemas/common.ts'
import {
  changePassword,
  forgetPassword,
  resetPassword,
} from '../../src/accounts/password-resets.ts'
import type { Routes } from '../../src/fastify.ts'

const tags = ['auth']

/** Stricter than the general limit: nobody has signed in here. */
const rateLimit = { max: 20, timeWindow: '1 minute' }

export const passwords: Routes = async (app) => {
  app.post(
    '',
    {
      config: { permission: 'account.secure', failures: ['sign_in_throttled'] },
      schema: {
        operationId: 'changePassword',
        summary: 'Change one’s password; signs the other devices out',
        tags,
        body: ref(PasswordChange),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await changePassword(app, request.caller, request.body)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/forgot',
    {
      config: { public: true, rateLimit, failures: ['local_login_closed'] },
      schema: {
        operationId: 'forgetPassword',
        summary: 'Ask for a mail with a link to set a new password',
        description: 'The answer is the same whether or not anybody has this address.',
        tags,
        body: ref(PasswordForgotten),
        response: { 202: ref(Message) },
      },
    },
    async (request, reply) => {
      await forgetPassword(app, request.body)
      return reply.code(202).send({ message: 'If there is such an account, a mail is on its way' })
    },
  )

  app.post(
    '/reset',
    {
      config: {
        public: true,
        rateLimit,
        failures: ['reset_invalid', 'local_login_closed'],
      },
      schema: {
        operationId: 'resetPassword',
        summary: 'Set a new password with the link of a mail; signs every device out',
        tags,
        body: ref(PasswordReset),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await resetPassword(app, request.origin, request.body)
      return reply.code(204).send(null)
    },
  )
}
