import { once } from 'node:events'
import { describe, expect } from 'vitest'
import { modelEnv, openChat, say, sessionRows, test } from '../support/analysis-chat.ts'
import { saying } from '../support/model-server.ts'
import { type Client, signInTo, startService } from '../support/service.ts'
import { portOf } from '../support/socket.ts'

type App = Parameters<typeof portOf>[0]

const filter = { name: 'すべて', type: 'filter', input: 'original', config: {} }

async function listen(app: App, client: Client, url: string, signal?: AbortSignal) {
  return fetch(`http://127.0.0.1:${await portOf(app)}${url}`, {
    method: 'POST',
    headers: {
      authorization: client.authorization,
      accept: 'text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ message: '抽出して' }),
    ...(signal && { signal }),
  })
}

function eventsIn(text: string): [string, Record<string, unknown>][] {
  return text
    .split('\n\n')
    .filter((each) => each.startsWith('event: '))
    .map((each) => {
      const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(each) ?? []
      return [name, JSON.parse(data)]
    })
}

describe('a turn that is streamed', () => {
  test('tells what happens, and at last what is answered otherwise', async ({
    app,
    service,
    model,
    signIn,
  }) => {
    const { member, url } = await openChat(service.deps, signIn)
    const message = '💹できました。'.repeat(5)
    model.plan([
      { kind: 'say', text: '始めます。', calls: [{ name: 'add_step', arguments: filter }] },
      { kind: 'say', text: message, style: { bytesAtOnce: 5 } },
    ])
    const response = await listen(app, member, url)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const events = eventsIn(await response.text())
    expect(events[0]).toEqual(['start', {}])
    expect(events.filter(([name]) => name === 'progress')).toEqual([
      ['progress', { tool: 'add_step', state: 'began' }],
      ['progress', { tool: 'add_step', state: 'ended', ok: true, summary: 'すべて: 12 行' }],
    ])
    const tokens = events.filter(([name]) => name === 'token').map(([, { text }]) => text)
    const [last, answer] = events.at(-1) ?? []
    expect(last).toBe('done')
    expect(answer).toMatchObject({
      snapshot_order: 1,
      steps_added: [{ name: 'すべて' }],
      results: [],
    })
    expect(tokens.join('')).toBe(`始めます。\n\n${message}`)
    expect(Object(answer).message).toBe(tokens.join(''))
  })

  test('says what went wrong as an event once it has begun, and before it as ever', async ({
    app,
    service,
    model,
    signIn,
  }) => {
    const { member, viewer, url, session_id } = await openChat(service.deps, signIn)
    const before = await sessionRows(service.deps.db, session_id)
    model.plan([{ kind: 'status', status: 401 }])
    const events = eventsIn(await (await listen(app, member, url)).text())
    expect(events.map(([name]) => name)).toEqual(['start', 'error'])
    expect(events[1]?.[1]).toMatchObject({
      status: 502,
      code: 'analysis_model_unauthorized',
      instance: url,
    })
    const refused = await listen(app, viewer, url)
    expect(refused.status).toBe(403)
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
    await refused.text()
    expect(await sessionRows(service.deps.db, session_id)).toEqual(before)
  })

  test('ends when the client leaves before the model is asked', async ({
    app,
    service,
    model,
    signIn,
  }) => {
    const { member, url, session_id } = await openChat(service.deps, signIn)
    const before = await sessionRows(service.deps.db, session_id)
    model.plan(() => ({ kind: 'drip', pauseMs: 20 }))
    const controller = new AbortController()
    await listen(app, member, url, controller.signal)
    controller.abort()
    await expect.poll(() => sessionRows(service.deps.db, session_id)).toEqual(before)
    app.server.closeAllConnections()
  })

  test('ends when the client leaves', async ({ app, service, model, signIn }) => {
    const { member, url, session_id } = await openChat(service.deps, signIn)
    const before = await sessionRows(service.deps.db, session_id)
    model.plan([{ kind: 'drip', pauseMs: 20 }])
    const gone = model.gone()
    const controller = new AbortController()
    const response = await listen(app, member, url, controller.signal)
    await response.body?.getReader().read()
    await expect.poll(() => model.requests.length).toBe(1)
    controller.abort()
    await expect.poll(model.gone).toBe(gone + 1)
    const isFree = async () => (await sessionRows(service.deps.db, session_id)).sessions[0]?.chat_id
    await expect.poll(isFree).toBeNull()
    expect(await sessionRows(service.deps.db, session_id)).toEqual(before)
    model.plan([saying('はい。')])
    expect((await say(member, url, 'もう一度')).snapshot_order).toBe(1)
    // What the client keeps open would be waited for.
    app.server.closeAllConnections()
  })
})

describe('a service of its own', () => {
  test('stops a turn that takes too long, and those under way when it ends', async ({ model }) => {
    const service = await startService({ env: { ...modelEnv(model), LLM_TIMEOUT: '1s' } })
    const { app, deps } = service
    const { member, url, session_id } = await openChat(deps, () => signInTo(app))
    const before = await sessionRows(deps.db, session_id)
    model.plan(() => ({ kind: 'drip', pauseMs: 50 }))
    const late = await member.post(url, { message: 'a' })
    expect([late.statusCode, late.json().code]).toEqual([504, 'analysis_model_timeout'])
    expect(await sessionRows(deps.db, session_id)).toEqual(before)

    deps.config.chat.turnSeconds = 600
    const twin = await service.twin()
    const response = await listen(twin, member, url)
    const text = response.text()
    const closed = once(twin.server, 'close')
    void twin.close()
    const events = eventsIn(await text)
    expect(events.at(-1)).toEqual([
      'error',
      expect.objectContaining({ status: 503, code: 'analysis_chat_interrupted' }),
    ])
    await closed
    expect(await sessionRows(deps.db, session_id)).toEqual(before)
    await service.close()
  })
})
