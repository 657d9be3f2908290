import { newId } from '../../../src/values.ts'
import { signInTo } from '../service.ts'
import { signInAgain } from './askers.ts'
import { type Area, nothing } from './cases.ts'

const password = 'Sakura-2026-kaika'
const somebody = () => ({
  username: `u-${newId()}`,
  email: `${newId()}@example.org`,
  full_name: '山田 花子',
  password,
})

const signing: Area = {
  furnish: nothing,
  cases: {
    'POST /auth/register': { answers: 201, body: somebody },
    'POST /auth/login': { answers: 401, body: () => ({ username: newId(), password }) },
    'POST /auth/refresh': { answers: 401, body: () => ({ refresh_token: newId() }) },
    'POST /auth/logout': { answers: 200, endsSession: true },
    'GET /auth/me': { answers: 200 },
    'GET /auth/sessions': { answers: 200 },
    'POST /auth/password': {
      answers: 422,
      body: () => ({ current_password: 'wrong', new_password: password }),
    },
    'POST /auth/password/forgot': {
      answers: 202,
      body: () => ({ email: `${newId()}@example.org` }),
    },
    'POST /auth/password/reset': {
      answers: 422,
      body: () => ({ token: newId(), new_password: password }),
    },
    'GET /auth/tokens': { answers: 200 },
    'POST /auth/tokens': {
      answers: 201,
      body: () => ({ name: '夜間', scopes: ['account.read'] }),
    },
  },
}

const sessions: Area = {
  furnish: async ({ app, people }) => ({ id: (await signInAgain(app, people.own)).session_id }),
  cases: { 'DELETE /auth/sessions/{id}': { answers: { own: 204, else: 404 } } },
}

const tokens: Area = {
  furnish: async ({ people }) => {
    const body = { name: '夜間', scopes: ['account.read'] }
    return { id: (await people.own.post('/api/v1/auth/tokens', body)).json().id }
  },
  cases: {
    'GET /auth/tokens/{id}': { answers: { own: 200, else: 404 } },
    'DELETE /auth/tokens/{id}': { answers: { own: 204, else: 404 } },
  },
}

const change = () => ({ full_name: '別の名前' })

const users: Area = {
  furnish: async ({ app }) => ({ id: (await signInTo(app)).id }),
  cases: {
    'GET /users': { answers: 200 },
    'POST /users': { answers: 201, body: () => ({ ...somebody(), roles: ['User'] }) },
    'GET /users/me': { answers: 200 },
    'PUT /users/me': { answers: 200, body: change },
    'PATCH /users/me': { answers: 200, body: change },
    'GET /users/{id}': { answers: 200 },
    'PUT /users/{id}': { answers: 200, body: change },
    'PATCH /users/{id}': { answers: 200, body: change },
    'DELETE /users/{id}': { answers: 204 },
    'GET /user_accounts': { answers: 200 },
    'GET /user_accounts/me': { answers: 200 },
    'PATCH /user_accounts/me': { answers: 200, body: change },
    'GET /user_accounts/{id}': { answers: 200 },
    'PATCH /user_accounts/{id}': { answers: 200, body: change },
    'DELETE /user_accounts/{id}': { answers: 204 },
  },
}

const settings: Area = {
  furnish: async ({ people }) => {
    for (const theme of ['dark', 'light']) {
      const body = { settings: { theme } }
      await people.own.put('/api/v1/user_accounts/me/settings', body)
    }
    return { version: '1' }
  },
  cases: {
    'GET /user_accounts/me/settings': { answers: 200 },
    'PUT /user_accounts/me/settings': { answers: 200 },
    'GET /user_accounts/me/settings/history': { answers: 200 },
    'POST /user_accounts/me/settings/restore/{version}': {
      answers: 200,
      unknown: { version: 422 },
    },
  },
}

export const accounts = [signing, sessions, tokens, users, settings]
