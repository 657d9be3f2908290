import formbody from '@fastify/formbody'
import { SignedIn, SignIn } from '../../schemas/accounts/auth.ts'
import { ref } from '../../schemas/common.ts'
import { signIn } from '../../src/accounts/sign-in.ts'
import type { Routes } from '../../src/fastify.ts'

const tags = ['auth']

/** A scope of its own: only here are forms taken, since OAuth2 wants its password form so. */
export const login: Routes = async (app) => {
  await app.register(formbody, { bodyLimit: 10_000 })

  app.post(
    '/login',
    {
      config: {
        public: true,
        failures: [
          'credentials_wrong',
          'account_inactive',
          'local_login_closed',
          'sign_in_throttled',
        ],
      },
      schema: {
        operationId: 'signIn',
        summary: 'Sign in with a password',
        description: 'Takes OAuth2’s password form and JSON. `username` may be an email.',
        tags,
        consumes: ['application/x-www-form-urlencoded', 'application/json'],
        body: ref(SignIn),
        response: { 200: ref(SignedIn) },
      },
    },
    (request) => signIn(app, request.origin, request.body),
  )
}
