import { Type } from '@sinclair/typebox'
import { Message, Refresh, SignedIn } from '../../schemas/accounts/auth.ts'
import { Registration, User } from '../../schemas/accounts/users.ts'
import { ref } from '../../schemas/common.ts'
import { register } from '../../src/accounts/registration.ts'
import { signOut } from '../../src/accounts/sessions.ts'
import { refresh } from '../../src/accounts/sign-in.ts'
import { getOwnUser } from '../../src/accounts/users.ts'
import type { Routes } from '../../src/fastify.ts'
import { apiTokens } from './api-tokens.ts'
import { login } from './login.ts'
import { passwords } from './passwords.ts'
import { sessions } from './sessions.ts'

const tags = ['auth']

export const auth: Routes = async (app) => {
  const { db } = app
  app.register(login)
  app.register(sessions, { prefix: '/sessions' })
  app.register(passwords, { prefix: '/password' })
  app.register(apiTokens, { prefix: '/tokens' })

  app.post(
    '/register',
    {
      config: {
        public: true,
        rateLimit: { max: 20, timeWindow: '1 minute' },
        failures: ['account_taken', 'registration_closed', 'local_login_closed', 'duplicate'],
      },
      schema: {
        operationId: 'register',
        summary: 'Register oneself',
        tags,
        body: ref(Registration),
        response: { 201: ref(User) },
      },
    },
    async (request, reply) => {
      const user = await register(app, request.origin, request.body)
      return reply.code(201).header('location', `/api/v1/users/${user.id}`).send(user)
    },
  )

  app.post(
    '/refresh',
    {
      config: {
        public: true,
        rateLimit: { max: 60, timeWindow: '1 minute' },
        failures: [
          'refresh_invalid',
          'refresh_expired',
          'refresh_reused',
          'session_ended',
          'account_inactive',
        ],
      },
      schema: {
        operationId: 'refresh',
        summary: 'Get a new access token for a refresh token',
        description:
          'Each refresh token is good for one use and gives the next one. Used again within 10 s it gives the same next one; used again later it ends the session, since one of its two holders is a thief.',
        tags,
        querystring: Type.Object({}, { additionalProperties: false }),
        body: ref(Refresh),
        response: { 200: ref(SignedIn) },
      },
    },
    (request) => refresh(app, request.origin, request.body.refresh_token),
  )

  app.post(
    '/logout',
    {
      config: { permission: 'account.secure', failures: ['session_not_found'] },
      schema: {
        operationId: 'signOut',
        summary: 'Sign out, at once and on every instance',
        tags,
        response: { 200: ref(Message) },
      },
    },
    async (request) => {
      await signOut(db, request.caller)
      return { message: 'Successfully logged out' }
    },
  )

  app.get(
    '/me',
    {
      config: { permission: 'account.read', failures: ['user_not_found'] },
      schema: {
        operationId: 'getSignedInUser',
        summary: 'Get the user who is asking',
        tags,
        response: { 200: ref(User) },
      },
    },
    (request) => getOwnUser(app, request.caller),
  )
}
