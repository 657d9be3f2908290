import { createPasswords } from '../../../src/accounts/passwords.ts'
import { newId } from '../../../src/values.ts'
import { someOf } from '../peers/ground.ts'
import { type Area, api, get, send } from './ground.ts'

const password = 'Sakura-2026-kaika'

/** Who somebody is, lists of people, and signing in, which is slow on purpose. */
export const accounts: Area = async ({ db, tokens, person }) => {
  const admin = await person('SystemAdmin')
  const people = await db.selectFrom('users').select(['id', 'email']).limit(400).execute()
  const password_hash = await createPasswords().hash(password)
  const signers = people.slice(0, 64)
  await db
    .updateTable('users')
    .set({ password_hash })
    .where(
      'id',
      'in',
      signers.map(({ id }) => id),
    )
    .execute()
  const byte = () => Math.floor(Math.random() * 256)
  const signIn = () => ({
    ...send('POST', '/auth/login', '', { username: someOf(signers).email, password }),
    // One address may try twenty times a minute.
    address: `10.${byte()}.${byte()}.${byte()}`,
  })
  return [
    { name: 'GET /auth/me', asked: () => get('/auth/me', someOf(tokens)) },
    { name: 'GET /users?limit=50', asked: () => get('/users?limit=50', admin.token) },
    { name: 'GET /users/{id}', asked: () => get(`/users/${someOf(people).id}`, admin.token) },
    {
      name: 'PATCH /users/me',
      asked: () => send('PATCH', '/users/me', someOf(tokens), { bio: newId() }),
    },
    { name: 'POST /auth/login', most: 4, asked: signIn },
    { name: 'GET /health', asked: () => ({ path: '/health' }) },
    {
      name: 'GET /openapi.json',
      most: 16,
      asked: () => ({ path: `${api.slice(0, 4)}/openapi.json` }),
    },
  ]
}
