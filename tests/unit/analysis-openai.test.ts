import { afterEach, describe, expect, test } from 'vitest'
import { createOpenAi, type OpenAiOptions } from '../../src/analysis/chat/openai.ts'
import { toolsOf } from '../../src/analysis/chat/tools.ts'
import type { Delta, Message } from '../../src/analysis/model.ts'
import type { Scripted, Style } from '../support/model-answers.ts'
import { calling, chunk, type ModelScript, saying, startModel } from '../support/model-server.ts'

const open: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function model(script: ModelScript, options: Parameters<typeof startModel>[1] = {}) {
  const server = await startModel(script, options)
  open.push(server.close)
  return server
}

const quick = { baseMs: 1, maxMs: 5 }
const turn: Message[] = [
  { role: 'system', content: 'You help.' },
  { role: 'user', content: '売上の合計は？' },
]
const tools = toolsOf({ maxValues: 50, maxRows: 50 })

async function ask(
  { url, key }: { url: string; key: string },
  {
    messages = turn,
    signal = new AbortController().signal,
    ...options
  }: Partial<OpenAiOptions> & { messages?: Message[]; signal?: AbortSignal } = {},
) {
  const complete = createOpenAi({
    baseUrl: url,
    apiKey: key,
    model: 'a-model',
    pauses: quick,
    ...options,
  })
  const deltas: Delta[] = []
  for await (const delta of complete(messages, tools, signal)) deltas.push(delta)
  return deltas
}

const textOf = (deltas: Delta[]) =>
  deltas.map((delta) => (delta.kind === 'text' ? delta.text : '')).join('')

async function failing(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (thrown) => thrown,
  )
  return Object(error)
}

describe('a model that speaks the protocol of OpenAI', () => {
  const styles: Record<string, Style> = {
    whole: { isWhole: true },
    streamed: {},
    'byte by byte': { bytesAtOnce: 1 },
    'with CRLF and comments': { lineEnd: '\r\n', comments: true, bytesAtOnce: 13 },
    'without [DONE]': { hasDone: false },
  }

  test.each(Object.entries(styles))('is understood %s', async (_, style) => {
    const text = '合計は1,234億円です💴。\n次に。'
    const calls = [
      { name: 'get_data_overview', arguments: {} },
      { name: 'get_values', arguments: { column: '部門「東京」', limit: 5 } },
    ]
    const server = await model([{ kind: 'say', text, calls, style }])
    const deltas = await ask(server)
    expect(textOf(deltas)).toBe(text)
    expect(deltas.slice(-3)).toEqual([
      { kind: 'call', call: { id: 'call_0', name: 'get_data_overview', arguments: '{}' } },
      {
        kind: 'call',
        call: { id: 'call_1', name: 'get_values', arguments: JSON.stringify(calls[1]?.arguments) },
      },
      { kind: 'end', reason: 'calls' },
    ])
    expect(server.complaints).toEqual([])
    expect(server.requests[0]?.body).toMatchObject({
      model: 'a-model',
      stream: true,
      temperature: 0,
    })
  })

  test('is told what its tools answered, as the protocol asks for it', async () => {
    const server = await model([])
    const messages: Message[] = [
      ...turn,
      {
        role: 'assistant',
        content: '',
        calls: [
          { id: 'a', name: 'get_step', arguments: '{"step":"step_0"}' },
          { id: 'b', name: 'no such tool', arguments: '{broken' },
        ],
      },
      { role: 'tool', call_id: 'a', content: '{}' },
      { role: 'tool', call_id: 'b', content: '{"error":{}}' },
    ]
    expect(textOf(await ask(server, { messages }))).toBe('はい。')
    expect(server.complaints).toEqual([])
    expect(server.requests[0]?.body.messages[2]).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: 'a',
          type: 'function',
          function: { name: 'get_step', arguments: '{"step":"step_0"}' },
        },
        { id: 'b', type: 'function', function: { name: 'no_such_tool', arguments: '{}' } },
      ],
    })
    expect(server.requests[0]?.text).not.toContain('$id')
  })

  test('may be a deployment of Azure, with its header, path and version', async () => {
    const prefix = '/openai/deployments/gpt'
    const server = await model([saying('OK')], { prefix, header: 'api-key' })
    const deltas = await ask(server, {
      baseUrl: `${server.url}/?api-version=2024-10-21`,
      model: '',
    })
    expect(textOf(deltas)).toBe('OK')
    const [{ url, headers, body } = Object()] = server.requests
    expect(url).toBe(`${prefix}/chat/completions?api-version=2024-10-21`)
    expect(headers.authorization).toBeUndefined()
    expect(body.model).toBeUndefined()
  })

  test('may need no key, and gets none', async () => {
    const server = await model([saying('OK')], { key: '' })
    expect(textOf(await ask(server))).toBe('OK')
    expect(server.requests[0]?.headers.authorization).toBeUndefined()
  })

  test('is asked without a temperature when it takes none', async () => {
    const server = await model([], { refusesTemperature: true })
    const complete = createOpenAi({ baseUrl: server.url, apiKey: server.key, model: 'o' })
    for (let n = 0; n < 2; n += 1) {
      const deltas: Delta[] = []
      for await (const each of complete(turn, [], AbortSignal.timeout(60_000))) deltas.push(each)
      expect(textOf(deltas)).toBe('はい。')
    }
    expect(server.complaints).toHaveLength(1)
  })
})

describe('a model that fails for the moment', () => {
  const passing: Record<string, Scripted> = {
    'HTTP 500': { kind: 'status', status: 500 },
    'HTTP 503': { kind: 'status', status: 503, headers: { 'retry-after': '0' } },
    'HTTP 429': { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
    'a connection that breaks': { kind: 'cut', text: chunk('').repeat(2), after: 30 },
    'a stream that ends too early': { kind: 'raw', text: chunk('') },
    garbage: { kind: 'raw', text: 'data: {"choices":[\n\n' },
    'an error in the stream': { kind: 'raw', text: 'data: {"error":{"message":"x"}}\n\n' },
    'HTML in place of JSON': { kind: 'raw', text: '<html>', type: 'application/json' },
  }

  test.each(Object.entries(passing))('is asked again after %s', async (_, fault) => {
    const server = await model([fault, fault, saying('ここまで')])
    expect(textOf(await ask(server))).toBe('ここまで')
    expect(server.requests).toHaveLength(3)
    expect(new Set(server.requests.map(({ text }) => text)).size).toBe(1)
  })

  test('is given up after three times', async () => {
    const server = await model(() => passing['HTTP 500'])
    const error = await failing(ask(server))
    expect(error).toMatchObject({
      failure: 'analysis_model_failed',
      detail: { reason: 'HTTP 500' },
    })
    expect(server.requests).toHaveLength(3)
  })

  test('is not waited for longer than is sensible, and at least as long as it asks', async () => {
    const wait = (seconds: string): Scripted => ({
      kind: 'status',
      status: 429,
      headers: { 'retry-after': seconds },
    })
    const long = await model([wait('3600')])
    const error = await failing(ask(long))
    expect(error.detail).toEqual({ reason: 'HTTP 429' })
    expect(long.requests).toHaveLength(1)
    const short = await model([wait('1')])
    const from = performance.now()
    await ask(short)
    expect(performance.now() - from).toBeGreaterThan(990)
  })

  test('is not asked again once something of its answer was used', async () => {
    const server = await model([{ kind: 'cut', text: chunk('半分') + chunk('x'), after: 130 }])
    const deltas: Delta[] = []
    const complete = createOpenAi({ baseUrl: server.url, apiKey: server.key, model: 'a' })
    const work = (async () => {
      for await (const each of complete(turn, tools, AbortSignal.timeout(60_000))) deltas.push(each)
    })()
    expect((await failing(work)).failure).toBe('analysis_model_failed')
    expect(textOf(deltas)).toBe('半分')
    expect(server.requests).toHaveLength(1)
  })

  test('is not asked again when it takes its time', async () => {
    const server = await model([
      { kind: 'silent' },
      { kind: 'cut', text: ':'.repeat(99), after: 9 },
    ])
    const error = await failing(ask(server, { patienceMs: 200 }))
    expect(error.detail).toEqual({ reason: 'no answer in time' })
    expect(server.requests).toHaveLength(1)
  })

  test('is not there at all', async () => {
    const server = await model([])
    await server.close()
    open.length = 0
    const error = await failing(ask(server))
    expect(error.detail).toEqual({ reason: 'ECONNREFUSED' })
  })
})

describe('a model that refuses', () => {
  const refusals: [string, Scripted, string, string?][] = [
    ['the key', { kind: 'status', status: 401 }, 'analysis_model_unauthorized'],
    ['the place', { kind: 'status', status: 403 }, 'analysis_model_unauthorized'],
    [
      'the words',
      { kind: 'status', status: 400, error: { code: 'content_filter' } },
      'analysis_model_filtered',
    ],
    [
      'the length',
      { kind: 'status', status: 400, error: { code: 'context_length_exceeded' } },
      'analysis_model_too_long',
    ],
    [
      'the model',
      { kind: 'status', status: 404, error: { code: 'model_not_found' } },
      'analysis_model_failed',
      'HTTP 404 model_not_found',
    ],
    [
      'the bill',
      { kind: 'status', status: 429, error: { code: 'insufficient_quota' } },
      'analysis_model_failed',
      'HTTP 429 insufficient_quota',
    ],
    [
      'with words of its own',
      { kind: 'status', status: 400, error: { code: 'sk-secret' } },
      'analysis_model_failed',
      'HTTP 400',
    ],
    [
      'with another place',
      { kind: 'redirect', location: 'http://127.0.0.1:9/' },
      'analysis_model_failed',
      'HTTP 307',
    ],
  ]

  test.each(refusals)('%s is asked once and not quoted', async (_, fault, code, reason) => {
    const server = await model(() => fault)
    const error = await failing(ask(server))
    expect(error.failure).toBe(code)
    if (reason) expect(error.detail).toEqual({ reason })
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toMatch(/sk-|secret/)
    expect(server.requests).toHaveLength(1)
  })

  test('a wrong key is not in what is said of it', async () => {
    const server = await model([])
    const error = await failing(ask({ url: server.url, key: 'sk-wrong-key' }))
    expect(error.failure).toBe('analysis_model_unauthorized')
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('sk-wrong-key')
  })

  test('says so with the reason of its end', async () => {
    const server = await model([
      { kind: 'say', text: 'a', finish: 'length' },
      { kind: 'say', text: 'a', finish: 'content_filter' },
    ])
    expect((await ask(server)).at(-1)).toEqual({ kind: 'end', reason: 'length' })
    expect((await ask(server)).at(-1)).toEqual({ kind: 'end', reason: 'filtered' })
  })
})

describe('a model that does not end', () => {
  test('with ten megabytes is cut off', async () => {
    const server = await model([{ kind: 'huge', bytes: 10 * 2 ** 20 }])
    const error = await failing(ask(server, { maxBytes: 2 ** 20 }))
    expect(error.detail).toEqual({ reason: 'the answer is too large' })
  })

  test.each(['drip', 'silent'] as const)('(%s) is left when the signal says so', async (kind) => {
    const server = await model([{ kind, pauseMs: 20 }])
    const controller = new AbortController()
    const asked = failing(ask(server, { signal: controller.signal }))
    await expect.poll(() => server.requests).toHaveLength(1)
    controller.abort(new Error('enough'))
    expect((await asked).message).toBe('enough')
    await expect.poll(server.gone).toBe(1)
    expect(server.requests).toHaveLength(1)
  })

  test('is left when nobody reads on', async () => {
    const server = await model([
      { kind: 'say', text: 'あ'.repeat(5000), style: { bytesAtOnce: 100 } },
    ])
    const complete = createOpenAi({ baseUrl: server.url, apiKey: server.key, model: 'a' })
    for await (const _ of complete(turn, tools, AbortSignal.timeout(60_000))) break
    await expect.poll(server.gone).toBe(1)
  })

  test('calls tools with names and ids of all sorts', async () => {
    const server = await model([
      calling(
        { id: '', name: 'get_rows', arguments: '{' },
        { id: 'x', name: 'x'.repeat(500), arguments: '' },
        { id: 'x', name: 'get_step', arguments: {} },
      ),
    ])
    const calls = (await ask(server)).flatMap((delta) =>
      delta.kind === 'call' ? [delta.call] : [],
    )
    expect(new Set(calls.map(({ id }) => id)).size).toBe(3)
    expect(calls.map(({ name }) => name.length)).toEqual([8, 100, 8])
    expect(calls.map((each) => each.arguments)).toEqual(['{', '{}', '{}'])
  })
})
