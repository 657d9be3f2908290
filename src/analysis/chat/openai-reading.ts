import type { Delta } from '../model.ts'
import { createChunkReader } from './openai-chunks.ts'
import { createEventReader } from './openai-events.ts'
import { faultOfConnection, modelFailed } from './openai-faults.ts'

type Body = ReadableStream<Uint8Array> | null

type Limits = { patienceMs: number; maxBytes: number }

/** What an answer says, as it comes: a stream of events, or one JSON of a server that does not stream. */
export async function* readAnswer(
  body: Body,
  type: string,
  limits: Limits,
  signal: AbortSignal,
): AsyncGenerator<Delta> {
  if (/^application\/json\b/i.test(type)) {
    yield* readWhole(parse(await textOf(body, limits).catch(blame)))
    return
  }
  const events = createEventReader()
  const chunks = createChunkReader()
  try {
    for await (const bytes of pieces(body, limits)) {
      for (const data of events.push(bytes)) {
        yield* readEvent(data)
        if (chunks.hasEnded()) return
      }
    }
    for (const data of events.end()) yield* readEvent(data)
  } catch (error) {
    signal.throwIfAborted()
    throw faultOfConnection(error)
  }
  if (!chunks.hasEnded()) throw modelFailed('the answer broke off', { isTransient: true })

  function readEvent(data: string): Delta[] {
    return data.trim() === '[DONE]' ? chunks.end() : chunks.push(parse(data))
  }

  function blame(error: unknown): never {
    signal.throwIfAborted()
    throw faultOfConnection(error)
  }
}

function readWhole(answer: unknown): Delta[] {
  const chunks = createChunkReader()
  const deltas = chunks.push(answer)
  return [...deltas, ...chunks.end()]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw modelFailed('garbage in the stream', { isTransient: true })
  }
}

/** The JSON of a refusal, if it is one and short. */
export async function readSmall(body: Body, patienceMs: number): Promise<unknown> {
  try {
    return JSON.parse(
      await textOf(body, { patienceMs: Math.min(patienceMs, 5000), maxBytes: 65_536 }),
    )
  } catch {
    return undefined
  }
}

async function textOf(body: Body, limits: Limits): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const bytes of pieces(body, limits)) parts.push(bytes)
  return Buffer.concat(parts).toString()
}

/** The bytes of a body, which is let go of however reading them ends. */
async function* pieces(body: Body, { patienceMs, maxBytes }: Limits) {
  const reader = body?.getReader()
  if (!reader) return
  let length = 0
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read(), patienceMs)
      if (done) return
      length += value.length
      if (length > maxBytes) throw modelFailed('the answer is too large')
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

async function inTime<Result>(work: Promise<Result>, patienceMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(modelFailed('no answer in time')), patienceMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
