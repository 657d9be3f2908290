import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { EstatFault, EstatRequest, FaultPlan, Loose } from './estat-faults.ts'
import { type Answer, answerTo, messages, type ServedTable } from './estat-tables.ts'

export type EstatServer = Awaited<ReturnType<typeof startEstatServer>>

type Options = {
  tables?: readonly ServedTable[]
  appIds?: readonly string[]
  faults?: FaultPlan
  /** HTTP status of STATUS 100: both have been seen. */
  refusalStatus?: 200 | 403
  /** The time that each answer takes, so that requests overlap. */
  answerMs?: number
  /** Writes letters beyond ASCII as escapes. */
  escapes?: boolean
}

/**
 * e-Stat's API 3.0 (JSON) as its manual and recorded answers describe it: narrowing, pages, STATUS,
 * and one element as an object. Faults come as planned.
 */
export async function startEstatServer({
  tables = [],
  appIds = [],
  faults = [],
  refusalStatus = 403,
  answerMs = 0,
  escapes = true,
}: Options) {
  let served = tables
  let plan = faults
  const requests: EstatRequest[] = []
  const sent: string[] = []
  let running = 0
  let most = 0

  const server = createServer(async (request, response) => {
    running += 1
    most = Math.max(most, running)
    response.once('close', () => {
      running -= 1
    })
    const url = new URL(request.url ?? '', 'http://localhost')
    const name = /^\/rest\/3\.0\/app\/json\/(getStatsList|getMetaInfo|getStatsData)$/.exec(
      url.pathname,
    )?.[1]
    const asked = {
      name: name ?? url.pathname,
      query: url.searchParams,
      headers: request.headers,
      at: performance.now(),
    }
    const number = requests.push(asked) - 1
    if (answerMs > 0) await wait(answerMs)
    if (!name || request.method !== 'GET') {
      response.writeHead(404).end('Not Found')
      return
    }
    const fault = typeof plan === 'function' ? plan(asked, number) : plan[number]
    await answer(response, asked, fault)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  function ordinary({ name, query }: EstatRequest): Answer {
    const appId = query.get('appId')
    // Whatever the function, the refusal has been seen under this name.
    if (!appId || !appIds.includes(appId)) {
      return { root: 'GET_STATS_LIST', status: 100, message: messages.appId, body: {} }
    }
    return answerTo(name, query, served)
  }

  function jsonOf({ query }: EstatRequest, { root, status, message, body }: Answer) {
    const parameters = Object.fromEntries(query)
    delete parameters.appId
    const DATE = '2026-01-05T09:00:00.000+09:00'
    return {
      [root]: {
        RESULT: { STATUS: status, ERROR_MSG: message, DATE },
        PARAMETER: { LANG: parameters.lang ?? 'J', STATS_DATA_ID: parameters.statsDataId },
        ...body,
      },
    }
  }

  function send(response: ServerResponse, asked: EstatRequest, json: unknown, http = 200) {
    const text = JSON.stringify(json)
    const body = escapes ? text.replace(/[^\0-~]/g, escaped) : text
    sent.push(body)
    const isGzip = /\bgzip\b/.test(String(asked.headers['accept-encoding'] ?? ''))
    const bytes = isGzip ? gzipSync(body) : Buffer.from(body)
    response.writeHead(http, {
      'content-type': 'application/json;charset=utf-8',
      'content-length': bytes.length,
      ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    })
    response.end(bytes)
  }

  async function answer(response: ServerResponse, asked: EstatRequest, fault?: EstatFault) {
    const usual = ordinary(asked)
    const json: Loose = jsonOf(asked, usual)
    const http = usual.status === 100 ? refusalStatus : 200
    const raw = (text: string, headers: Record<string, string | number> = {}, status = 200) => {
      sent.push(text.slice(0, 1000))
      response.writeHead(status, headers).end(text)
    }
    const address = `${asked.name}?${asked.query}`
    const html = { 'content-type': 'text/html' }
    switch (fault?.kind) {
      case undefined:
        return send(response, asked, json, http)
      case 'reset':
        if (fault.within) {
          response.writeHead(200, { 'content-length': 1000 }).write('{"GET_STATS_DATA":')
          await wait(10)
        }
        return response.socket?.resetAndDestroy()
      case 'http': {
        const again = fault.retryAfter ? { 'retry-after': fault.retryAfter } : {}
        return raw(fault.body ?? `busy: ${address}`, again, fault.status)
      }
      case 'firewall':
        return raw(`<html>Access to ${address} denied</html>`, { ...html, server: 'ZENEDGE' }, 403)
      case 'html':
        return raw(`<html>Maintenance of ${address}</html>`, html)
      case 'redirect':
        return raw('', { location: `${fault.location}?${asked.query}` }, 302)
      case 'status': {
        const message = fault.message ?? `refused: ${address}`
        const body = fault.status === 1 ? { STATISTICAL_DATA: { RESULT_INF: '' } } : {}
        const changed = { root: usual.root, status: fault.status, message, body }
        return send(response, asked, jsonOf(asked, changed), fault.http)
      }
      case 'truncated': {
        const text = JSON.stringify(json)
        const part = text.slice(0, Math.floor(text.length / 2))
        const length = Buffer.byteLength(fault.length === 'right' ? part : text)
        response.writeHead(200, { 'content-length': length }).write(part)
        if (fault.length === 'right') return response.end()
        await wait(10)
        return response.socket?.end()
      }
      case 'slow': {
        const text = Buffer.from(JSON.stringify(json))
        const { pieces = 20 } = fault
        response.writeHead(200, { 'content-length': text.length })
        for (let n = 0; n < pieces && !response.destroyed; n += 1) {
          const [from, to] = [n, n + 1].map((k) => Math.floor((k * text.length) / pieces))
          response.write(text.subarray(from, to))
          await wait(fault.pauseMs)
        }
        return response.end()
      }
      case 'silent':
        return undefined
      case 'huge': {
        const body = Buffer.from(`{"GET_STATS_DATA":"${'0'.repeat(fault.bytes)}"}`)
        response.writeHead(200, fault.gzip ? { 'content-encoding': 'gzip' } : {})
        return response.end(fault.gzip ? gzipSync(body) : body)
      }
      case 'deep':
        return raw(`{"GET_STATS_DATA":${'['.repeat(fault.levels)}${']'.repeat(fault.levels)}}`)
      case 'encoding': {
        const bytes = Buffer.from(JSON.stringify(json))
        response.writeHead(200, { 'content-encoding': 'gzip' })
        return response.end(fault.as === 'plain' ? bytes : gzipSync(bytes).subarray(0, -20))
      }
      case 'endless': {
        const data = json.GET_STATS_DATA.STATISTICAL_DATA
        data.RESULT_INF.NEXT_KEY = 1
        return send(response, asked, json)
      }
      case 'total':
        json.GET_STATS_DATA.STATISTICAL_DATA.RESULT_INF.TOTAL_NUMBER += fault.add
        return send(response, asked, json)
      case 'duplicate': {
        const first = new URLSearchParams(asked.query)
        first.set('startPosition', '1')
        const again = answerTo(asked.name, first, served).body.STATISTICAL_DATA as Loose
        json.GET_STATS_DATA.STATISTICAL_DATA.DATA_INF = again.DATA_INF
        return send(response, asked, json)
      }
      case 'edit':
        return send(response, asked, fault.edit(json) ?? json)
    }
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** Bodies as they went out, the beginnings of long ones. */
    sent,
    /** The most requests that were being answered at a time. */
    mostAtOnce: () => most,
    serve: (changed: readonly ServedTable[]) => {
      served = changed
    },
    /** Replaces the plan; numbers count from here. */
    plan: (changed: FaultPlan) => {
      requests.length = 0
      plan = changed
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
}
