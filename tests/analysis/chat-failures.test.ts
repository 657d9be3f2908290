import { describe, expect } from 'vitest'
import { openChat, say, sessionRows, test } from '../support/analysis-chat.ts'
import type { Scripted } from '../support/model-answers.ts'
import { calling, chunk, saying } from '../support/model-server.ts'

const add = (name: string) =>
  calling({ name: 'add_step', arguments: { name, type: 'filter', input: 'original', config: {} } })

const faults: [string, Scripted[], number, string][] = [
  ['fails', Array(3).fill({ kind: 'status', status: 400 }), 502, 'analysis_model_failed'],
  ['refuses the key', [{ kind: 'status', status: 401 }], 502, 'analysis_model_unauthorized'],
  [
    'breaks off',
    [{ kind: 'cut', text: chunk('半') + chunk('分'), after: 130 }],
    502,
    'analysis_model_failed',
  ],
  [
    'is filtered',
    [{ kind: 'say', text: 'a', finish: 'content_filter' }],
    502,
    'analysis_model_filtered',
  ],
  ['is too long', [{ kind: 'say', text: 'a', finish: 'length' }], 502, 'analysis_model_too_long'],
  ['says too much', [saying('あ'.repeat(100_001))], 502, 'analysis_model_too_long'],
  ['is huge', [{ kind: 'huge', bytes: 10 * 2 ** 20 }], 502, 'analysis_model_failed'],
  ['says nothing', [saying('')], 502, 'analysis_model_failed'],
]

describe('a turn that fails', () => {
  test.for(faults)(
    'because the model %s changes nothing',
    async ([, then, status, code], { service, model, signIn }) => {
      const { member, url, session_id } = await openChat(service.deps, signIn)
      const before = await sessionRows(service.deps.db, session_id)
      const script =
        code === 'analysis_model_failed' && then[0]?.kind === 'say' ? then : [add('a'), ...then]
      model.plan(script)
      const response = await member.post(url, { message: '抽出して' })
      expect([response.statusCode, response.json().code]).toEqual([status, code])
      expect(response.body).not.toContain(model.key)
      expect(await sessionRows(service.deps.db, session_id)).toEqual(before)
      model.plan([saying('次は大丈夫です。')])
      expect((await say(member, url, 'もう一度')).snapshot_order).toBe(1)
    },
  )

  test('goes round in circles', async ({ service, model, signIn }) => {
    const { member, url, session_id } = await openChat(service.deps, signIn)
    const before = await sessionRows(service.deps.db, session_id)
    const codeOf = async () => {
      const response = await member.post(url, { message: 'ぐるぐる' })
      expect(response.statusCode).toBe(502)
      return response.json().code
    }
    model.plan(() => calling({ name: 'get_data_overview', arguments: {} }))
    expect(await codeOf()).toBe('analysis_model_loops')
    expect(model.requests).toHaveLength(3)
    model.plan((_, number) => add(`step ${number}`))
    expect(await codeOf()).toBe('analysis_model_loops')
    expect(model.requests).toHaveLength(20)
    model.plan((_, number) =>
      calling(
        ...Array.from({ length: 30 }, (_, at) => ({ name: `t${number}x${at}`, arguments: {} })),
      ),
    )
    expect(await codeOf()).toBe('analysis_model_loops')
    expect(model.requests).toHaveLength(2)
    expect(await sessionRows(service.deps.db, session_id)).toEqual(before)
  })
})

describe('two at once', () => {
  test('are one, and the other is told to wait', async ({ service, model, signIn }) => {
    const { db } = service.deps
    const { member, manager, url, session_id } = await openChat(service.deps, signIn)
    model.plan([])
    const answers = await Promise.all(
      [member, manager, member].map((client) => client.post(url, { message: 'a' })),
    )
    const refused = answers.filter(({ statusCode }) => statusCode === 409)
    expect(refused.length).toBeGreaterThan(0)
    for (const each of refused) {
      expect(each.json().code).toBe('analysis_chat_busy')
      expect(Number(each.headers['retry-after'])).toBeGreaterThan(0)
    }
    const { snapshots } = await sessionRows(db, session_id)
    expect(snapshots).toHaveLength(1 + answers.length - refused.length)
    const claim = (chat_until: string) =>
      db
        .updateTable('analysis_sessions')
        .set({ chat_id: 'of an instance that died', chat_until })
        .where('id', '=', session_id)
        .execute()
    await claim(new Date(Date.now() + 30_000).toISOString())
    expect((await member.post(url, { message: 'a' })).statusCode).toBe(409)
    await claim(new Date(Date.now() - 1000).toISOString())
    expect((await member.post(url, { message: 'a' })).statusCode).toBe(200)
  })

  test('are both kept when the session is moved meanwhile', async ({ service, model, signIn }) => {
    const { db } = service.deps
    const { member, url, session_id, snapshot_id } = await openChat(service.deps, signIn)
    model.plan([])
    const first = await say(member, url, '最初')
    let move: Promise<unknown> = Promise.resolve()
    model.plan(() => {
      move = db
        .updateTable('analysis_sessions')
        .set({ current_snapshot_id: snapshot_id })
        .where('id', '=', session_id)
        .execute()
      return { kind: 'say', text: '遅い答え'.repeat(20), style: { bytesAtOnce: 50 } }
    })
    const second = await say(member, url, '次')
    await move
    expect(second).toMatchObject({ is_current: false, snapshot_order: 2 })
    const { snapshots, sessions } = await sessionRows(db, session_id)
    expect(snapshots.at(-1)).toMatchObject({ parent_id: first.snapshot_id, reason: 'chat' })
    expect(sessions).toMatchObject([{ current_snapshot_id: snapshot_id }])
  })

  test('is not kept for somebody who may not work there any more', async ({
    service,
    model,
    signIn,
  }) => {
    const { db } = service.deps
    const { member, url, session_id } = await openChat(service.deps, signIn)
    const before = await sessionRows(db, session_id)
    model.plan(() => {
      void db.deleteFrom('project_members').where('user_id', '=', member.id).execute()
      return { kind: 'say', text: '遅い答え'.repeat(20), style: { bytesAtOnce: 50 } }
    })
    const response = await member.post(url, { message: 'a' })
    expect(response.json().code).toBe('analysis_session_not_found')
    expect(await sessionRows(db, session_id)).toEqual(before)
  })

  test.for([
    ['deactivated', { is_active: false }],
    ['deleted', undefined],
  ] as const)(
    'is not kept for somebody whose account was %s meanwhile',
    async ([, change], { service, model, signIn }) => {
      const { db } = service.deps
      const { member, url, session_id } = await openChat(service.deps, signIn)
      const admin = await signIn('SystemAdmin')
      const before = await sessionRows(db, session_id)
      let gone: Promise<{ statusCode: number }> | undefined
      model.plan(async () => {
        const account = `/api/v1/user_accounts/${member.id}`
        gone = change ? admin.patch(account, change) : admin.delete(account)
        await gone
        return { kind: 'say', text: '遅い答え' }
      })
      const response = await member.post(url, { message: 'a' })
      expect((await gone)?.statusCode).toBeLessThan(300)
      expect(response.json().code).toBe('account_inactive')
      expect(await sessionRows(db, session_id)).toEqual(before)
    },
  )
})
