import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type Exemptions, faultOf, guardedLookup } from '../../address-guard.ts'

/** What a receiver said; `retry_after` in seconds, where it named a time. */
export type Answer = { status: number; retry_after: number | undefined }

/**
 * Posts to an address that somebody else chose, and follows nothing. Fails, in words that name neither
 * the address nor where it led, when nobody answers in time or the address is not to be called.
 */
export type Post = (
  url: string,
  body: string,
  headers: Record<string, string>,
  signal?: AbortSignal,
) => Promise<Answer>

declare module '../../fastify.ts' {
  interface Deps {
    callReceiver: Post
  }
}

type Options = { timeoutMs?: number; resolve?: Parameters<typeof guardedLookup>[2] }

const maxAnswerBytes = 64 * 1024

export function createPost(
  exemptions: Exemptions,
  { timeoutMs = 10_000, resolve }: Options = {},
): Post {
  return async (text, body, headers, stop) => {
    // A host that is an address is never looked up, so it is judged here.
    const fault = faultOf(text, exemptions)
    if (fault) throw new Error('The address may not be called.')
    const url = new URL(text)
    const timeout = AbortSignal.timeout(timeoutMs)
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(url, {
      method: 'POST',
      agent: false,
      lookup: guardedLookup(url, exemptions, resolve),
      signal: stop ? AbortSignal.any([stop, timeout]) : timeout,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    })
    try {
      return await answerOf(request, body)
    } catch (error) {
      const { code, name } = Object(error)
      if (timeout.aborted) throw new Error(`The receiver did not answer in ${timeoutMs / 1000} s.`)
      if (code === 'EACCES') throw new Error('The address may not be called.')
      throw new Error(`The receiver cannot be reached (${code ?? name}).`)
    } finally {
      request.destroy()
    }
  }
}

function answerOf(request: ClientRequest, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => {
      let read = 0
      const end = () =>
        resolve({
          status: response.statusCode ?? 0,
          retry_after: secondsIn(response.headers['retry-after']),
        })
      response.on('data', (chunk: Buffer) => {
        read += chunk.length
        if (read > maxAnswerBytes) end()
      })
      response.on('end', end)
      response.on('error', reject)
    })
    request.end(body)
  })
}

/** `Retry-After` is a number of seconds, or a date. */
function secondsIn(header: IncomingMessage['headers']['retry-after']): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header)
  const time = Date.parse(header)
  return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - Date.now()) / 1000))
}
