import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** A call as a model makes it; `id: ''` leaves it out. */
export type ScriptedCall = { id?: string; name: string; arguments: unknown; index?: number }

/** What a model says when it is asked, or what goes wrong. */
export type Scripted =
  | { kind: 'say'; text?: string; calls?: ScriptedCall[]; finish?: string; style?: Style }
  | { kind: 'status'; status: number; error?: object; headers?: Record<string, string> }
  | { kind: 'raw'; text: string; type?: string; status?: number }
  /** The connection breaks after so many bytes of the answer. */
  | { kind: 'cut'; text: string; after: number }
  | { kind: 'silent' }
  /** A byte, then a pause, for ever. */
  | { kind: 'drip'; pauseMs: number }
  | { kind: 'huge'; bytes: number }
  | { kind: 'redirect'; location: string }

export type Style = {
  /** One JSON in place of a stream. */
  isWhole?: boolean
  lineEnd?: '\n' | '\r\n'
  /** How many bytes go out at a time. */
  bytesAtOnce?: number
  hasDone?: boolean
  comments?: boolean
}

const base = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'a-model' }

/** Answers as the protocol has it: chunks with the role first, calls in pieces, the reason, `[DONE]`. */
export async function say(response: ServerResponse, said: Extract<Scripted, { kind: 'say' }>) {
  const { style = {} } = said
  if (style.isWhole) {
    response.writeHead(200, { 'content-type': 'application/json' })
    return response.end(JSON.stringify(wholeOf(said)))
  }
  const bytes = Buffer.from(streamOf(said))
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  const { bytesAtOnce = bytes.length } = style
  for (let at = 0; at < bytes.length; at += bytesAtOnce) {
    response.write(bytes.subarray(at, at + bytesAtOnce))
    if (bytesAtOnce < bytes.length) await wait(0)
  }
  return response.end()
}

function reasonOf({ finish, calls = [] }: Extract<Scripted, { kind: 'say' }>): string {
  return finish ?? (calls.length > 0 ? 'tool_calls' : 'stop')
}

function argumentsOf({ arguments: args }: ScriptedCall): string {
  return typeof args === 'string' ? args : JSON.stringify(args)
}

function wholeOf(said: Extract<Scripted, { kind: 'say' }>): object {
  const tool_calls = said.calls?.map((call, at) => ({
    id: call.id ?? `call_${at}`,
    type: 'function',
    function: { name: call.name, arguments: argumentsOf(call) },
  }))
  const message = {
    role: 'assistant',
    content: said.text ?? null,
    ...(tool_calls && { tool_calls }),
  }
  const choices = [{ index: 0, message, finish_reason: reasonOf(said) }]
  return { ...base, object: 'chat.completion', choices, usage: { total_tokens: 1 } }
}

function streamOf(said: Extract<Scripted, { kind: 'say' }>): string {
  const { text = '', calls = [], style = {} } = said
  const { lineEnd = '\n', hasDone = true, comments = false } = style
  const deltas: object[] = [{ role: 'assistant', content: '' }]
  for (const piece of text.match(/[\s\S]{1,7}/gu) ?? []) deltas.push({ content: piece })
  for (const [at, call] of calls.entries()) deltas.push(...callPieces(call, at))
  const chunks = deltas.map((delta) => ({ index: 0, delta, finish_reason: null }))
  const last = { index: 0, delta: {}, finish_reason: reasonOf(said) }
  const events = [...chunks, last].map((choice) =>
    JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [choice] }),
  )
  const all = hasDone ? [...events, '[DONE]'] : events
  const mark = comments ? `: still at it${lineEnd}${lineEnd}event: message${lineEnd}` : ''
  return all.map((data) => `${mark}data: ${data}${lineEnd}${lineEnd}`).join('')
}

/** The first piece has id and name, later ones only a part of the arguments. */
function callPieces(call: ScriptedCall, at: number): object[] {
  const { id = `call_${at}`, name, index = at } = call
  const first = {
    index,
    ...(id !== '' && { id }),
    type: 'function',
    function: { name, arguments: '' },
  }
  const parts = argumentsOf(call).match(/[\s\S]{1,9}/gu) ?? []
  return [
    { tool_calls: [first] },
    ...parts.map((part) => ({ tool_calls: [{ index, function: { arguments: part } }] })),
  ]
}
