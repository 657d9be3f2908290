import { newId } from '../../values.ts'
import type { Delta, ModelCall } from '../model.ts'
import { faultOfError, modelFailed } from './openai-faults.ts'

const maxCalls = 64

/** Longer than any configuration that a step may have. */
const maxArguments = 512 * 1024

type OpenCall = { key: number; id: string; name: string; pieces: string[] }

export type ChunkReader = {
  /** What a chunk adds; the calls come whole, together with the end. */
  push(chunk: unknown): Delta[]
  hasEnded(): boolean
  /** For a stream that ends with `[DONE]`: what is left where no chunk said why it ended. */
  end(): Delta[]
}

/**
 * Puts the chunks of a streamed answer together: calls by their `index`, where only the first piece has
 * `id` and `name`. Fails with the failures of a model.
 */
export function createChunkReader(): ChunkReader {
  const calls: OpenCall[] = []
  let length = 0
  let hasEnded = false

  function addCall(piece: unknown, position: number): void {
    const { index, id, function: of } = Object(piece)
    const { name, arguments: text } = Object(of)
    const key = Number.isInteger(index) ? index : position
    const last = calls.findLast((each) => each.key === key)
    const isOther = last !== undefined && isText(id) && last.id !== '' && last.id !== id
    const call = last && !isOther ? last : openCall(key)
    if (isText(id)) call.id = id
    if (call.name === '' && isText(name)) call.name = name
    const written = typeof text === 'string' ? text : text == null ? '' : JSON.stringify(text)
    length += written.length
    if (length > maxArguments) throw modelFailed('calls of tools are too long')
    call.pieces.push(written)
  }

  function openCall(key: number): OpenCall {
    if (calls.length >= maxCalls) throw modelFailed('too many calls of tools at once')
    const call = { key, id: '', name: '', pieces: [] }
    calls.push(call)
    return call
  }

  function finish(said: unknown): Delta[] {
    hasEnded = true
    if (said === 'length') return [{ kind: 'end', reason: 'length' }]
    if (said === 'content_filter') return [{ kind: 'end', reason: 'filtered' }]
    const made = callsOf(calls)
    return [
      ...made.map((call): Delta => ({ kind: 'call', call })),
      { kind: 'end', reason: made.length > 0 ? 'calls' : 'stop' },
    ]
  }

  return {
    push(chunk) {
      if (typeof chunk !== 'object' || chunk === null) throw modelFailed('garbage in the stream')
      const { choices, error } = chunk as { choices?: unknown; error?: unknown }
      if (error) throw faultOfError(error)
      if (!Array.isArray(choices)) throw modelFailed('garbage in the stream')
      // What has no choice tells of usage, or of filters.
      const choice = choices.find((each) => (Object(each).index ?? 0) === 0)
      if (!choice || hasEnded) return []
      const { delta, message, finish_reason } = Object(choice)
      const { content, refusal, tool_calls } = Object(delta ?? message)
      const text = textOf(content) || textOf(refusal)
      if (Array.isArray(tool_calls))
        for (const [at, each] of tool_calls.entries()) addCall(each, at)
      const said: Delta[] = text === '' ? [] : [{ kind: 'text', text }]
      return finish_reason ? [...said, ...finish(finish_reason)] : said
    },
    hasEnded: () => hasEnded,
    end: () => (hasEnded ? [] : finish('stop')),
  }
}

/** Each with an id of its own, whatever the model gave it. */
function callsOf(calls: readonly OpenCall[]): ModelCall[] {
  const taken = new Set<string>()
  return calls.map(({ id, name, pieces }, at) => {
    const isGood = /^[\w.:-]{1,128}$/.test(id) && !taken.has(id)
    const own = isGood ? id : `call.${at}.${newId()}`
    taken.add(own)
    return { id: own, name: name.slice(0, 100), arguments: pieces.join('') || '{}' }
  })
}

/** Text, or a list of parts that are text. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isText(Object(part).text) ? Object(part).text : '')).join('')
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
