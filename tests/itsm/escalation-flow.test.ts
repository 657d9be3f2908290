import { afterEach, vi } from 'vitest'
import { transact } from '../../db/transact.ts'
import { exemptionsOf } from '../../src/address-guard.ts'
import { createHandlers } from '../../src/handlers.ts'
import { createPost } from '../../src/itsm/notices/post.ts'
import { enqueue } from '../../src/jobs.ts'
import type { Mail } from '../../src/mail.ts'
import { createQueue } from '../../src/queue.ts'
import { act, report } from '../support/itsm-core.ts'
import { createTeam, webhooks } from '../support/itsm-desk.ts'
import { again, setTime } from '../support/itsm-time.ts'
import { test as base, expect, type Service, signInTo, startService } from '../support/service.ts'
import { openReceiver } from '../support/webhook-server.ts'

type Receiver = Awaited<ReturnType<typeof openReceiver>>

const mails: Mail[] = []
const critical = { impact: 'extensive', urgency: 'critical' }

const test = base.extend<{ receiver: Receiver; desk: Service }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
  receiver: [async ({}, use) => use(await openReceiver()), { scope: 'file' }],
  desk: [
    async ({ receiver }, use) => {
      const desk = await startService({
        env: { WEBHOOK_ALLOWED_HOSTS: receiver.place },
        changes: {
          mail: async (mail) => void mails.push(mail),
          callReceiver: createPost(exemptionsOf([receiver.place])),
        },
      })
      await use(desk)
      await desk.close()
      await receiver.close()
    },
    { scope: 'file' },
  ],
})

afterEach(() => void vi.useRealTimers())

/** Two instances, each with the job to look after incidents. */
async function watchTwice({ deps, app, queue }: Service): Promise<void> {
  const { db, config } = deps
  const other = createQueue(config.databaseUrl, {
    db,
    handlers: createHandlers(deps, app.log),
    leaseMs: 60_000,
    onRun: deps.meters.countJob,
    onError: (error) => {
      throw error
    },
  })
  await transact(db, async (trx) => {
    await enqueue(trx, 'watch_incidents', {})
    await enqueue(trx, 'watch_incidents', {})
  })
  await Promise.all([queue.runDue(), other.runDue()])
  await queue.runDue()
}

test('tells each person and each webhook once, and only whom it concerns', async ({
  desk,
  receiver,
}) => {
  const { app, queue } = desk
  setTime('2025-08-04 09:00')
  const [agent, all, gone] = [
    await signInTo(app, 'ServiceDeskAgent'),
    await signInTo(app, 'ServiceDeskAgent'),
    await signInTo(app, 'ServiceDeskAgent'),
  ]
  const [lead, manager, outsider, reporter] = [
    await signInTo(app, 'CabMember'),
    await signInTo(app, 'ChangeManager'),
    await signInTo(app, 'User'),
    await signInTo(app, 'User'),
  ]
  const root = await signInTo(app, 'SystemAdmin')
  const usual = await createTeam(root, { lead_id: lead.id, manager_id: manager.id })
  const alone = await createTeam(root, { lead_id: all.id, manager_id: all.id })
  const blind = await createTeam(root, { lead_id: outsider.id, manager_id: null })
  const open = (team_id: string, assignee_id: string) =>
    report(agent, { ...critical, reporter_id: reporter.id, team_id, assignee_id })
  const [full, same, hidden, left] = [
    await open(usual.id, agent.id),
    await open(alone.id, all.id),
    await open(blind.id, agent.id),
    await open(usual.id, gone.id),
  ]
  const [paused, done] = [await open(usual.id, agent.id), await open(usual.id, agent.id)]
  await act(agent, paused, 'pending', { reason: '返事待ち' })
  await act(agent, done, 'resolve', { resolution: '再起動' })
  await root.patch(`/api/v1/user_accounts/${gone.id}`, { is_active: false })
  const events = ['incident.sla_alert', 'incident.sla_breached']
  const made = await root.post(webhooks, { name: '監視', url: receiver.url, events })
  expect(made.statusCode, made.body).toBe(201)
  await queue.runDue()

  const expected = new Map([
    [full.incident_number, [agent, lead, manager]],
    [same.incident_number, [all]],
    [hidden.incident_number, [agent]],
    [left.incident_number, [lead, manager]],
  ])
  const told = async (time: string, levels: string[], late: boolean) => {
    mails.length = 0
    receiver.calls.length = 0
    setTime(time)
    await watchTwice(desk)
    const wanted = [...expected].flatMap(([number, people]) =>
      people.flatMap(({ email }) => levels.map(() => `${email} ${number}`)),
    )
    const got = mails.map(({ to, subject }) => `${to} ${subject.split(' ')[1]}`)
    expect(got.sort(), time).toEqual(wanted.sort())
    const calls = receiver.calls.map(({ message: { data } }) => {
      const { number } = data.subject as { number: string }
      return `${number} ${data.target} ${data.level} ${data.late}`
    })
    const meant = [...expected.keys()].flatMap((number) =>
      levels.map((level) => `${number} resolution ${level} ${late}`),
    )
    expect(calls.sort(), time).toEqual(meant.sort())
  }
  await told('2025-08-04 10:30', ['percent', 'minutes'], false)
  await told('2025-08-04 10:59', [], false)
  await told('2025-08-04 11:05', ['breach'], true)
  await told('2025-08-05 11:00', [], false)
  await act(again(app, agent), done, 'reopen', { reason: '再発' })
  await queue.runDue()
  expected.clear()
  expected.set(done.incident_number, [agent, lead, manager])
  await told('2025-08-05 12:30', ['percent', 'minutes'], false)
})
