import { setTimeout as wait } from 'node:timers/promises'
import { type Pauses, pauseAfter, retryAfterOf } from '../../backoff.ts'
import type { Complete, Delta, Message, Tool } from '../model.ts'
import { bodyOf } from './openai-body.ts'
import { faultOfConnection, faultOfError, isModelFailure, modelFailed } from './openai-faults.ts'
import { readAnswer, readSmall } from './openai-reading.ts'

export type OpenAiOptions = {
  /** Such as `https://api.example.com/v1`; what it has behind `?` stays. */
  baseUrl: string
  apiKey: string
  model: string
  /** Until the first byte, and between two of them, in milliseconds. */
  patienceMs?: number
  /** Of one answer. */
  maxBytes?: number
  tries?: number
  pauses?: Partial<Pauses>
  fetch?: typeof fetch | undefined
}

type Connection = {
  url: string
  headers: Record<string, string>
  patienceMs: number
  maxBytes: number
  fetch: typeof fetch
}

const defaultPauses: Pauses = {
  baseMs: 500,
  maxMs: 10_000,
  maxRetryAfterMs: 60_000,
  random: Math.random,
}

/**
 * A client of chat completions as OpenAI, Azure OpenAI, vLLM and Ollama take them, streamed. It tries
 * again, with pauses, only as long as nothing of an answer has been used. Fails with the failures
 * `analysis_model_…`, none of which has the key or words of the server in it.
 */
export function createOpenAi(options: OpenAiOptions): Complete {
  const {
    baseUrl,
    apiKey,
    model,
    patienceMs = 120_000,
    maxBytes = 4 * 2 ** 20,
    tries = 3,
    fetch = globalThis.fetch,
  } = options
  const pauses = { ...defaultPauses, ...options.pauses }
  const connection = { ...addressOf(baseUrl, apiKey), patienceMs, maxBytes, fetch }
  // Some models take no other temperature than their own, and say so when asked the first time.
  let hasTemperature = true

  async function* attempt(turn: readonly Message[], tools: readonly Tool[], signal: AbortSignal) {
    const response = await post(connection, bodyOf(model, turn, tools, hasTemperature), signal)
    yield* readAnswer(response.body, response.type, connection, signal)
  }

  return async function* completeTurn(turn, tools, signal) {
    for (let failed = 0; ; ) {
      let isUsed = false
      try {
        for await (const delta of attempt(turn, tools, signal)) {
          isUsed = true
          yield delta satisfies Delta
        }
        return
      } catch (error) {
        signal.throwIfAborted()
        if (error === temperatureRefused && hasTemperature) {
          hasTemperature = false
          continue
        }
        const fault = faultOfConnection(error)
        failed += 1
        const asks = fault.retryAfterMs ?? 0
        if (isUsed || !fault.isTransient || failed >= tries || asks > pauses.maxRetryAfterMs)
          throw fault
        await wait(pauseAfter(failed, fault.retryAfterMs, pauses), undefined, { signal })
      }
    }
  }
}

const temperatureRefused = new Error('The model takes no temperature.')

/** An answer with a status of 2xx; fails with what any other means. */
async function post(
  { url, headers, patienceMs, fetch }: Connection,
  body: string,
  signal: AbortSignal,
) {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(modelFailed('no answer in time')), patienceMs)
  const either = AbortSignal.any([signal, late.signal])
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    signal: either,
  })
    .catch((error) => {
      throw isModelFailure(late.signal.reason) ? late.signal.reason : error
    })
    .finally(() => clearTimeout(timer))
  const type = response.headers.get('content-type') ?? ''
  if (response.ok) return { body: response.body, type }
  const { status } = response
  if (status < 400) {
    await response.body?.cancel()
    throw modelFailed(`HTTP ${status}`)
  }
  const retryAfterMs = retryAfterOf(response.headers.get('retry-after'), Date.now())
  const error = Object(await readSmall(response.body, patienceMs)).error
  if (status === 400 && Object(error).param === 'temperature') throw temperatureRefused
  throw faultOfError(error, status, retryAfterMs)
}

const azureHosts =
  /\.(openai|cognitiveservices|services\.ai)\.azure\.(com|us|cn)$|\.azure-api\.net$/

/** Azure takes a key in a header of its own, the others as a bearer; without a key none is sent. */
function addressOf(baseUrl: string, apiKey: string): Pick<Connection, 'url' | 'headers'> {
  const url = new URL(baseUrl)
  const path = url.pathname.replace(/\/+$/, '')
  url.pathname = path.endsWith('/chat/completions') ? path : `${path}/chat/completions`
  const isAzure = azureHosts.test(url.hostname) || path.includes('/openai/deployments/')
  const key = isAzure ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` }
  return {
    url: url.href,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream, application/json',
      ...(apiKey !== '' && key),
    },
  }
}
