import type { Role } from '../../schemas/accounts/users.ts'
import type { Deps } from '../../src/fastify.ts'
import { insertMember, insertProject, projects } from '../support/projects.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const accounts = '/api/v1/user_accounts'

async function activeManagers(db: Deps['db'], projectId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('project_members')
    .innerJoin('users', 'users.id', 'project_members.user_id')
    .select('user_id')
    .where('project_id', '=', projectId)
    .where('role', '=', 'project_manager')
    .where('deactivated_at', 'is', null)
    .execute()
  return rows.map(({ user_id }) => user_id)
}

describe('the last active manager of a project', () => {
  test('stays, whoever asks and in whichever way', async ({ db, signIn }) => {
    const [ann, gone, bob] = [await signIn(), await signIn(), await signIn()]
    const admin = await signIn('SystemAdmin')
    const id = await insertProject(db)
    const anns = await insertMember(db, id, ann.id, 'project_manager')
    const gones = await insertMember(db, id, gone.id, 'project_manager')
    await insertMember(db, id, bob.id, 'project_moderator')
    const url = `${projects}/${id}/members`
    const { name } = (await ann.get(`${projects}/${id}`)).json()
    expect((await admin.patch(`${accounts}/${gone.id}`, { is_active: false })).statusCode).toBe(200)
    const refused = await Promise.all([
      ann.delete(`${url}/me`),
      admin.patch(`${url}/${anns}`, { role: 'viewer' }),
      admin.delete(`${url}/${anns}`),
      admin.patch(`${accounts}/${ann.id}`, { is_active: false }),
      admin.put(`/api/v1/users/${ann.id}`, { is_active: false }),
      admin.delete(`${accounts}/${ann.id}`),
      admin.delete(`/api/v1/users/${ann.id}`),
    ])
    for (const response of refused) {
      expect(response.statusCode, response.body).toBe(409)
      expect(response.json()).toMatchObject({
        code: 'last_project_manager',
        projects: [{ id, name }],
      })
    }
    expect(await activeManagers(db, id)).toEqual([ann.id])
    expect((await admin.get(`${accounts}/${ann.id}`)).json().is_active).toBe(true)

    // Somebody who is deactivated does not count, neither as one who stays nor as one who comes.
    expect((await ann.patch(`${url}/${gones}`, { role: 'viewer' })).statusCode).toBe(200)
    const back = await ann.patch(`${url}/${gones}`, { role: 'project_manager' })
    expect(back.statusCode).toBe(422)
    expect((await ann.delete(`${url}/${gones}`)).statusCode).toBe(204)
  })

  test('may go once there is another', async ({ db, signIn }) => {
    const [ann, bob, eve] = [await signIn(), await signIn(), await signIn()]
    const admin = await signIn('SystemAdmin')
    const id = await insertProject(db, { project_manager: ann })
    const bobs = await insertMember(db, id, bob.id, 'viewer')
    const url = `${projects}/${id}/members`
    await ann.patch(`${url}/${bobs}`, { role: 'project_manager' })
    expect((await ann.delete(`${url}/me`)).statusCode).toBe(204)
    await bob.post(url, { user_id: eve.id, role: 'project_manager' })
    expect((await admin.patch(`${accounts}/${bob.id}`, { is_active: false })).statusCode).toBe(200)
    expect((await admin.delete(`${accounts}/${eve.id}`)).statusCode).toBe(409)
    await admin.patch(`${accounts}/${bob.id}`, { is_active: true })
    expect((await admin.delete(`${accounts}/${eve.id}`)).statusCode).toBe(204)
    expect(await activeManagers(db, id)).toEqual([bob.id])
  })

  test('stays in one that is archived, and leaves one that is deleted', async ({ db, signIn }) => {
    const ann = await signIn()
    const admin = await signIn('SystemAdmin')
    const ids = [
      await insertProject(db, { project_manager: ann }),
      await insertProject(db, { project_manager: ann }),
      await insertProject(db, { project_manager: ann }),
    ]
    const [first, second, third] = ids
    await ann.patch(`${projects}/${first}`, { is_active: false })
    await ann.delete(`${projects}/${third}`)
    const refused = (await admin.delete(`${accounts}/${ann.id}`)).json()
    expect(refused.projects.map(({ id }: { id: string }) => id)).toEqual([first, second])
    await ann.delete(`${projects}/${second}`)
    const paused = (await admin.patch(`${accounts}/${ann.id}`, { is_active: false })).json()
    expect(paused.projects.map(({ id }: { id: string }) => id)).toEqual([first])
    await ann.patch(`${projects}/${first}`, { is_active: true })
    await ann.delete(`${projects}/${first}`)
    expect((await admin.delete(`${accounts}/${ann.id}`)).statusCode).toBe(204)
  })

  test('changes anything else of their account', async ({ db, signIn }) => {
    const ann = await signIn()
    const admin = await signIn('SystemAdmin')
    await insertProject(db, { project_manager: ann })
    const change = { is_active: true, roles: ['Auditor'], display_name: 'b' }
    expect((await admin.patch(`${accounts}/${ann.id}`, change)).statusCode).toBe(200)
  })
})

describe('an account that is deleted', () => {
  test('is in no project any more, and what it did is still told', async ({ db, signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const admin = await signIn('SystemAdmin')
    const id = await insertProject(db, { project_manager: ann })
    const other = await insertProject(db, { project_manager: ann, member: bob })
    const url = `${projects}/${id}`
    const bobs = await insertMember(db, id, bob.id, 'project_manager')
    const eve = await signIn()
    await bob.post(`${url}/members`, { user_id: eve.id })
    expect((await admin.delete(`${accounts}/${bob.id}`)).statusCode).toBe(204)
    const { members } = (await ann.get(`${url}/members`)).json()
    expect(members.map((member: { id: string }) => member.id)).not.toContain(bobs)
    expect(members[0]).toMatchObject({ user_id: eve.id, added_by: bob.id })
    const { events } = (await ann.get(`${url}/activity`)).json()
    expect(events[0]).toMatchObject({
      action: 'member.account_deleted',
      subject_id: bob.id,
      actor: { id: admin.id },
    })
    expect(events[1].actor).toEqual({ id: bob.id, display_name: '削除されたユーザー' })
    const others = (await ann.get(`${projects}/${other}/activity`)).json().events
    expect(others.map(({ id: event }: { id: string }) => event)).toEqual([events[0].id])
  })
})

describe('one active manager remains', () => {
  /** Fifty at a time, half of them against the one and half against the other of two managers. */
  const attempts: Record<string, (race: Race, n: number) => Promise<{ statusCode: number }>> = {
    'who both leave': ({ managers, url }, n) => at(managers, n).client.delete(`${url}/me`),
    'who demote each other': ({ managers, url }, n) =>
      at(managers, n).client.patch(`${url}/${at(managers, n + 1).member}`, { role: 'viewer' }),
    'who remove each other': ({ managers, url }, n) =>
      at(managers, n).client.delete(`${url}/${at(managers, n + 1).member}`),
    'who are deactivated': ({ managers, admin }, n) =>
      admin.patch(`${accounts}/${at(managers, n).client.id}`, { is_active: false }),
    'who are deleted': ({ managers, admin }, n) =>
      admin.delete(`${accounts}/${at(managers, n).client.id}`),
  }

  for (const [who, attempt] of Object.entries(attempts)) {
    test(`of two ${who}`, async ({ db, signIn }) => {
      const race = await startRace(db, signIn)
      const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => attempt(race, n)))
      expectNoFaults(answers)
      expect(await activeManagers(db, race.id)).toHaveLength(1)
    })
  }

  test('of two to whom everything happens at once', async ({ db, signIn }) => {
    const race = await startRace(db, signIn)
    const each = Object.values(attempts)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => at(each, n >> 1)(race, n)),
    )
    expectNoFaults(answers)
    expect(await activeManagers(db, race.id)).toHaveLength(1)
  })

  test('where one is made while the other goes', async ({ db, signIn }) => {
    const admin = await signIn('SystemAdmin')
    for (let n = 0; n < 8; n += 1) {
      const [ann, bob] = [await signIn(), await signIn()]
      const id = await insertProject(db, { project_manager: ann })
      const bobs = await insertMember(db, id, bob.id, 'viewer')
      const url = `${projects}/${id}/members`
      const leave = async () => {
        for (let tries = 0; tries < 5; tries += 1) {
          if ((await ann.delete(`${url}/me`)).statusCode === 204) return
        }
      }
      const pause = () => admin.patch(`${accounts}/${bob.id}`, { is_active: false })
      const remove = () => admin.delete(`${accounts}/${bob.id}`)
      await Promise.all([
        admin.patch(`${url}/${bobs}`, { role: 'project_manager' }),
        n % 2 ? pause() : remove(),
        leave(),
      ])
      expect((await activeManagers(db, id)).length).toBeGreaterThan(0)
    }
  })

  test('where somebody is added while their account goes', async ({ db, signIn }) => {
    const admin = await signIn('SystemAdmin')
    for (let n = 0; n < 8; n += 1) {
      const [ann, bob] = [await signIn(), await signIn()]
      const id = await insertProject(db, { project_manager: ann })
      const url = `${projects}/${id}/members`
      const entry = { user_id: bob.id, role: 'project_manager' }
      const [added] = await Promise.all([
        n % 2 ? ann.post(url, entry) : ann.post(`${url}/bulk`, { members: [entry] }),
        admin.delete(`${accounts}/${bob.id}`),
        bob.post(projects, { name: 'a', code: `A${bob.id.replaceAll('-', '').toUpperCase()}` }),
      ])
      expect([201, 422]).toContain(added.statusCode)
      const memberships = await db
        .selectFrom('project_members')
        .innerJoin('users', 'users.id', 'project_members.user_id')
        .select('project_members.id')
        .where('user_id', '=', bob.id)
        .where('deleted_at', 'is not', null)
        .execute()
      expect(memberships).toEqual([])
    }
  })
})

type Manager = { client: Client; member: string }
type Race = { id: string; url: string; admin: Client; managers: Manager[] }

async function startRace(
  db: Deps['db'],
  signIn: (...roles: Role[]) => Promise<Client>,
): Promise<Race> {
  const id = await insertProject(db)
  const managers: Manager[] = []
  for (let n = 0; n < 2; n += 1) {
    const client = await signIn()
    managers.push({ client, member: await insertMember(db, id, client.id, 'project_manager') })
  }
  return { id, url: `${projects}/${id}/members`, admin: await signIn('SystemAdmin'), managers }
}

function at<Each>(all: readonly Each[], n: number): Each {
  return all[n % all.length] as Each
}

/** Each of them is done or refused for a reason; none fails for the race as such. */
function expectNoFaults(answers: { statusCode: number }[]): void {
  const codes = answers.map(({ statusCode }) => statusCode)
  for (const code of codes) expect([200, 204, 401, 403, 404, 409]).toContain(code)
  expect(codes.some((code) => code < 300)).toBe(true)
  expect(codes.some((code) => code >= 400)).toBe(true)
}
