import type { Mail } from '../../src/mail.ts'
import { act, incidents, report } from '../support/itsm-core.ts'
import { createTeam } from '../support/itsm-desk.ts'
import { createKnownError, createProblem, problems } from '../support/itsm-problems.ts'
import {
  test as base,
  type Client,
  expect,
  type Service,
  signInTo,
  startService,
} from '../support/service.ts'

const mails: Mail[] = []

type People = Record<'ann' | 'desk' | 'bob' | 'lead', Client> & { team_id: string }

const test = base.extend<{ desk: Service; people: People }>({
  desk: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const desk = await startService({ changes: { mail: async (mail) => void mails.push(mail) } })
      await use(desk)
      await desk.close()
    },
    { scope: 'file' },
  ],
  people: [
    async ({ desk: { app } }, use) => {
      const lead = await signInTo(app, 'ChangeManager')
      const team = await createTeam(lead, { lead_id: lead.id })
      await use({
        ann: await signInTo(app, 'User'),
        desk: await signInTo(app, 'ServiceDeskAgent'),
        bob: await signInTo(app, 'ServiceDeskAgent'),
        lead,
        team_id: team.id,
      })
    },
    { scope: 'file' },
  ],
})

/** Who gets a mail of what is done: the names of people, one for each mail. */
async function toldBy({ queue }: Service, people: People, work: () => Promise<unknown>) {
  await queue.runDue()
  mails.length = 0
  await work()
  await queue.runDue()
  const names = new Map(
    (['ann', 'desk', 'bob', 'lead'] as const).map((name) => [people[name].email, name]),
  )
  return mails.map(({ to }) => names.get(to)).sort()
}

test('of an incident and its moves hear whom they concern, and not who made them', async ({
  desk: service,
  people,
}) => {
  const { ann, desk, bob, lead, team_id } = people
  const told = (work: () => Promise<unknown>) => toldBy(service, people, work)
  let incident = await report(ann)
  expect(await told(async () => report(ann))).toEqual([])
  expect(await told(() => act(desk, incident, 'assign', { assignee_id: desk.id }))).toEqual([])
  const passed = { assignee_id: bob.id, team_id }
  expect(await told(() => act(desk, incident, 'assign', passed))).toEqual(['bob', 'lead'])
  const patch = (client: Client, body: object) =>
    client.patch(`${incidents}/${incident.id}`, body).then(({ statusCode }) => statusCode)
  expect(await told(() => patch(desk, { title: '別の題' }))).toEqual([])
  expect(await told(() => patch(desk, { major: true }))).toEqual(['lead'])
  const resolution = { resolution: '再起動' }
  expect(await told(() => act(bob, incident, 'resolve', resolution))).toEqual(['ann'])
  expect(await told(() => act(ann, incident, 'reopen', { reason: 'まだ' }))).toEqual(['bob'])
  await act(bob, incident, 'resolve', resolution)
  expect(await told(() => act(desk, incident, 'reopen', { reason: 'まだ' }))).toEqual([
    'ann',
    'bob',
  ])
  await act(bob, incident, 'resolve', resolution)
  expect(await told(() => act(ann, incident, 'close'))).toEqual([])
  incident = await report(ann)
  await act(bob, incident, 'resolve', resolution)
  expect(await told(() => act(bob, incident, 'close'))).toEqual(['ann'])
  const given = { assignee_id: bob.id, team_id, reporter_id: ann.id, major: true }
  expect(await told(() => report(desk, given))).toEqual(['bob', 'lead'])
  expect(lead.id).not.toBe(bob.id)
})

test('of notes hear who may read them, each once', async ({ desk: service, people }) => {
  const { ann, desk, bob } = people
  const incident = await report(ann)
  await act(desk, incident, 'assign', { assignee_id: bob.id })
  const noted = (client: Client, content: string, is_public: boolean) =>
    toldBy(service, people, async () => {
      const url = `${incidents}/${incident.id}/work-notes`
      const response = await client.post(url, { content, is_public })
      expect(response.statusCode, response.body).toBe(201)
    })
  const at = (...all: Client[]) => all.map(({ username }) => `@${username}`).join(' ')
  expect(await noted(desk, '内部', false)).toEqual([])
  expect(await noted(desk, '公開', true)).toEqual(['ann'])
  expect(await noted(ann, '返事', true)).toEqual(['bob'])
  expect(await noted(desk, `内部 ${at(ann, bob, desk)}`, false)).toEqual(['bob'])
  expect(await noted(desk, `公開 ${at(ann, bob)}`, true)).toEqual(['ann', 'bob'])
})

test('notes that a problem or a known error writes are told of like any other', async ({
  desk: service,
  people,
}) => {
  const { ann, desk, bob } = people
  const told = (work: () => Promise<unknown>) => toldBy(service, people, work)
  const incident = await report(ann)
  const { id } = await createProblem(desk)
  const linked = { kind: 'problem', target_id: id }
  expect((await desk.post(`${incidents}/${incident.id}/links`, linked)).statusCode).toBe(201)
  const communicate = (is_public: boolean, content: string) => async () => {
    const body = { kind: 'workaround', content, is_public }
    const response = await desk.post(`${problems}/${id}/communicate`, body)
    expect(response.json()).toEqual({ told_count: 1, open_count: 1 })
  }
  expect(await told(communicate(false, '内部の回避策'))).toEqual([])
  expect(await told(communicate(true, '公開の回避策'))).toEqual(['ann'])
  const workaround = `@${bob.username} に連絡する`
  const known = await createKnownError(desk, { workaround })
  const use = async () => {
    const url = `${incidents}/${incident.id}/known-errors/${known.id}/use`
    const response = await desk.post(url, { add_note: true })
    expect(response.statusCode, response.body).toBe(200)
  }
  expect(await told(use)).toEqual(['bob'])
  expect(await told(use)).toEqual([])
})
