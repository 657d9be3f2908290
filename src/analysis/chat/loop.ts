import type { ToolCall } from '../../../schemas/analysis/chat.ts'
import { failure } from '../../failure.ts'
import type { Complete, Message, ModelCall } from '../model.ts'
import { objectIn } from './arguments.ts'
import { maxCalls, maxRounds, maxSaid, maxSame } from './limits.ts'
import { modelFailed } from './openai-faults.ts'
import type { ToolAnswer } from './tool-answers.ts'
import type { Toolbox } from './toolbox.ts'

/** What happens in a turn, for whoever watches. */
export type Progress =
  | { event: 'progress'; data: { tool: string; state: 'began' } }
  | { event: 'progress'; data: { tool: string; state: 'ended'; ok: boolean; summary: string } }
  | { event: 'token'; data: { text: string } }

export type Tell = (progress: Progress) => void

export type Said = { message: string; tool_calls: ToolCall[] }

type Talk = { complete: Complete; toolbox: Toolbox; tell: Tell; signal: AbortSignal }

/**
 * Lets a model and its tools talk until the model has no more calls. What it says is the texts of all
 * rounds, an empty line between them. Fails with the failures `analysis_model_…`.
 */
export async function converse(messages: readonly Message[], talk: Talk): Promise<Said> {
  const turn = [...messages]
  const log: ToolCall[] = []
  const seen = new Map<string, number>()
  let message = ''
  for (let round = 0; round < maxRounds; round += 1) {
    const { text, calls } = await listen(turn, message, talk)
    message = text.trim() === '' ? message : message + text
    if (calls.length === 0) return { message: finished(message, log), tool_calls: log }
    turn.push({ role: 'assistant', content: text.trim(), calls })
    for (const call of calls) {
      if (log.length >= maxCalls) throw failure('analysis_model_loops')
      const answer = await use(call, talk)
      log.push(loggedOf(call, answer))
      requireNew(seen, call, answer)
      turn.push({ role: 'tool', call_id: call.id, content: answer.content })
    }
  }
  throw failure('analysis_model_loops')
}

/** One answer of the model, told on as it comes; what follows earlier text begins with an empty line. */
async function listen(
  turn: readonly Message[],
  before: string,
  { complete, toolbox, tell, signal }: Talk,
): Promise<{ text: string; calls: ModelCall[] }> {
  let text = ''
  const calls: ModelCall[] = []
  for await (const delta of complete(turn, toolbox.tools, signal)) {
    signal.throwIfAborted()
    if (delta.kind === 'call') calls.push(delta.call)
    if (delta.kind === 'end' && delta.reason === 'length') throw failure('analysis_model_too_long')
    if (delta.kind === 'end' && delta.reason === 'filtered')
      throw failure('analysis_model_filtered')
    if (delta.kind !== 'text') continue
    const piece = storable(delta.text)
    if (piece === '') continue
    const gap = text === '' && before !== '' ? '\n\n' : ''
    text += gap + piece
    tell({ event: 'token', data: { text: gap + piece } })
    if (before.length + text.length > maxSaid) throw failure('analysis_model_too_long')
  }
  signal.throwIfAborted()
  return { text, calls }
}

async function use(call: ModelCall, { toolbox, tell }: Talk): Promise<ToolAnswer> {
  const tool = storable(call.name)
  tell({ event: 'progress', data: { tool, state: 'began' } })
  const answer = await toolbox.run(call)
  const { ok, summary } = answer
  tell({ event: 'progress', data: { tool, state: 'ended', ok, summary } })
  return answer
}

/** The same call with the same answer leads nowhere, and neither does adding one step again and again. */
function requireNew(seen: Map<string, number>, call: ModelCall, { content }: ToolAnswer): void {
  const answer = content.replace(/"step(_id)?":"[\w-]*",?/g, '')
  const key = JSON.stringify([call.name, call.arguments, answer])
  const times = (seen.get(key) ?? 0) + 1
  seen.set(key, times)
  if (times >= maxSame) throw failure('analysis_model_loops')
}

const maxLogged = 2000

function loggedOf({ name, arguments: text }: ModelCall, { ok, summary }: ToolAnswer): ToolCall {
  return { name: storable(name), arguments: argumentsOf(text), ok, summary: storable(summary) }
}

function argumentsOf(text: string): Record<string, unknown> {
  if (text.length > maxLogged) return {}
  try {
    return objectIn(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** A model that worked and said nothing has what it did said for it. */
function finished(message: string, log: readonly ToolCall[]): string {
  if (message.trim() !== '') return message
  const done = log.filter(({ ok, name }) => ok && /^(add|change|delete)_step$/.test(name))
  if (done.length === 0) throw modelFailed('an empty answer')
  return done.map(({ summary }) => summary).join('\n')
}

/** What PostgreSQL can keep: no NUL, no half of a surrogate pair. */
function storable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd')
}
