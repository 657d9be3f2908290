import pg from 'pg'
import { openDb } from '../../db/open.ts'
import { transact } from '../../db/transact.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { heldIn } from '../support/archives.ts'
import { archiveOf, cli, envOf, rowsIn } from '../support/backups.ts'
import { newPlace } from '../support/process.ts'
import { expect, signInTo, test } from '../support/service.ts'

test('a restore waits for no session of others, and forces none of ours', async ({ service }) => {
  const { deps, app } = service
  await signInTo(app)
  const path = await archiveOf(service)
  const { env, drop } = await newPlace()
  const own = await openDb(env.DATABASE_URL)
  await transact(own.db, (trx) =>
    createUser(trx, { username: 'before', email: 'before@example.jp', roles: ['User'] }),
  )
  const restore = () => cli(['restore', '--from', path, '--force'], { ...envOf(service), ...env })
  const beside = await restore()
  expect(beside).toMatchObject({ code: 1, err: expect.stringContaining('Stop every instance') })
  await own.db.destroy()

  const other = new pg.Client({ connectionString: env.DATABASE_URL, application_name: 'psql' })
  await other.connect()
  await other.query('begin')
  expect((await other.query('select username from users')).rows).toEqual([{ username: 'before' }])
  const held = await restore()
  expect(held).toMatchObject({ code: 1, err: expect.stringContaining('Another process reads') })
  expect((await other.query('select username from users')).rows).toEqual([{ username: 'before' }])
  await other.query('commit')

  const done = await restore()
  expect(done, done.err).toMatchObject({ code: 0 })
  expect((await heldIn(env.DATABASE_URL)).rows.users).toEqual((await rowsIn(deps)).users)
  await other.end()
  await drop()
})
