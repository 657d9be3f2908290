import { transact } from '../../db/transact.ts'
import { tellIncident } from '../../src/itsm/incidents/tell.ts'
import { type Notice, notify } from '../../src/itsm/notices/notices.ts'
import type { Mail } from '../../src/mail.ts'
import { newId } from '../../src/values.ts'
import { insertIncident } from '../support/itsm-desk.ts'
import {
  test as base,
  describe,
  expect,
  type Service,
  signInTo,
  startService,
} from '../support/service.ts'
import { openSocket, tokenOf } from '../support/socket.ts'

const mails: Mail[] = []

const test = base.extend<{ desk: Service }>({
  desk: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const desk = await startService({
        env: { PUBLIC_URL: 'https://desk.example.jp' },
        changes: { mail: async (mail) => void mails.push(mail) },
      })
      await use(desk)
      await desk.close()
    },
    { scope: 'file' },
  ],
})

const subject = { kind: 'incident', id: newId(), number: 'INC00000042', title: '停電' } as const
const text = { ja: '起票されました。', en: 'It was opened.' }

async function tell({ deps: { db }, queue }: Service, notice: Partial<Notice>): Promise<Mail[]> {
  mails.length = 0
  await transact(db, (trx) =>
    notify(trx, { event: 'incident.created', subject, to: [], text, ...notice }),
  )
  await queue.runDue()
  return mails
}

describe('a mail', () => {
  test('goes once to each, and not to whoever did it', async ({ desk }) => {
    const [ann, bob] = [
      await signInTo(desk.app, 'ServiceDeskAgent'),
      await signInTo(desk.app, 'ServiceDeskAgent'),
    ]
    const to = [ann.id, null, ann.id, bob.id, undefined]
    const [mail, ...more] = await tell(desk, { to, by: bob.id })
    expect(more).toEqual([])
    expect(mail).toEqual({
      to: ann.email,
      subject: 'Kaname: INC00000042 停電',
      text: [
        `${ann.display_name} 様`,
        '',
        'INC00000042 停電',
        '',
        text.ja,
        text.en,
        '',
        `https://desk.example.jp/api/v1/incidents/${subject.id}`,
      ].join('\n'),
    })
  })

  test('goes to nobody who was deactivated, deleted, or wants none', async ({ desk }) => {
    const root = await signInTo(desk.app, 'SystemAdmin')
    const [off, gone, quiet, loud] = [
      await signInTo(desk.app, 'ServiceDeskAgent'),
      await signInTo(desk.app, 'ServiceDeskAgent'),
      await signInTo(desk.app, 'ServiceDeskAgent'),
      await signInTo(desk.app, 'ServiceDeskAgent'),
    ]
    await root.patch(`/api/v1/user_accounts/${off.id}`, { is_active: false })
    await root.delete(`/api/v1/user_accounts/${gone.id}`)
    const save = async (client: typeof quiet, settings: object) => {
      const response = await client.put('/api/v1/user_accounts/me/settings', { settings })
      expect(response.statusCode, response.body).toBe(200)
    }
    await save(quiet, { notifications: { mail: true } })
    await save(quiet, { notifications: { mail: false } })
    await save(loud, { notifications: { mail: false } })
    await save(loud, { notifications: 'odd' })
    const sent = await tell(desk, { to: [off.id, gone.id, quiet.id, loud.id] })
    expect(sent.map(({ to }) => to)).toEqual([loud.email])
  })

  test('has no line of its own making in what others wrote', async ({ desk }) => {
    const ann = await signInTo(desk.app, 'ServiceDeskAgent')
    const title = '停電\r\nBcc: all@example.jp\u2028\u0000\u202e続き'
    const [mail] = await tell(desk, { to: [ann.id], subject: { ...subject, title } })
    expect(mail?.subject).toBe('Kaname: INC00000042 停電 Bcc: all@example.jp 続き')
    expect(mail?.text.split('\n')).toHaveLength(8)
  })

  test('costs as many questions for many as for one', async ({ desk }) => {
    const people = [
      await signInTo(desk.app, 'ServiceDeskAgent'),
      await signInTo(desk.app, 'ServiceDeskAgent'),
      await signInTo(desk.app, 'ServiceDeskAgent'),
    ]
    const ids = people.map(({ id }) => id)
    const one = await questionsFor(desk, ids.slice(0, 1))
    expect(await questionsFor(desk, ids)).toBe(one)
  })
})

/** How many times the database is asked; what is written down is one row for each. */
async function questionsFor({ deps: { db } }: Service, to: string[]): Promise<number> {
  let count = 0
  const counted = db.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind === 'SelectQueryNode') count += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await counted
    .transaction()
    .execute((trx) => notify(trx, { event: 'incident.created', subject, to, text }))
  return count
}

describe('the room of an incident', () => {
  test('hears what happens to it, and lets nobody else in', async ({ desk }) => {
    const { app, deps } = desk
    const reporter = await signInTo(app)
    const agent = await signInTo(app, 'ServiceDeskAgent')
    const stranger = await signInTo(app)
    const { id } = await insertIncident(deps.db, { reporter_id: reporter.id })
    const inside = [
      await openSocket(app, `incident:${id}`, { token: tokenOf(reporter) }),
      await openSocket(app, `incident:${id}`, { token: tokenOf(agent) }),
    ]
    const outside = await openSocket(app, `incident:${id}`, { token: tokenOf(stranger) })
    expect(await outside.closed).toEqual({ code: 4403, reason: 'room_not_found' })
    tellIncident(deps, id, 'incident.assigned', { assignee_id: agent.id })
    for (const socket of inside) {
      expect(await socket.next('event')).toMatchObject({
        event: 'incident.assigned',
        data: { id, assignee_id: agent.id },
      })
      await socket.close()
    }
    expect(outside.received.some(({ type }) => type === 'event')).toBe(false)
  })
})
