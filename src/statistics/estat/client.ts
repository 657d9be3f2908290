import { pauseAfter } from '../../backoff.ts'
import type { BodyLimits } from './body.ts'
import { estatError, type Fault, faultOf, isFault, isTransient } from './faults.ts'
import { joinPages, readPages, readTables, type StatsPage, type StatsTable } from './pages.ts'
import { parseDataHead, parseMetaInfo, parseStatsList } from './parse.ts'
import { type DataQuery, dataParametersOf, type ListQuery, listParametersOf } from './query.ts'
import { quote, redactor } from './redact.ts'
import { type Fetch, requestOnce } from './request.ts'
import { type Backoff, defaultBackoff } from './retry.ts'
import { createSemaphore } from './semaphore.ts'
import type { Meta, TableInfo } from './shapes.ts'

export type EstatOptions = {
  appId: string
  /** Without a path; the service's own unless a test or a proxy stands in. */
  baseUrl?: string
  lang?: 'J' | 'E'
  fetch?: Fetch
  /** Of one try, in milliseconds. */
  timeoutMs?: number
  limits?: Partial<BodyLimits>
  /** Requests at a time, over all calls of this client. */
  concurrency?: number
  /** Values a page, at most 100,000. */
  pageSize?: number
  /** Values or tables that one call may give. */
  maxRows?: number
  backoff?: Partial<Backoff>
  onRetry?: (retry: Retry) => void
}

/** A try that failed and will be made again after a pause. */
export type Retry = { function: FunctionName; failed: number; pauseMs: number; fault: Fault }

type FunctionName = 'getStatsList' | 'getMetaInfo' | 'getStatsData'

export type Estat = {
  getStatsList: (query: ListQuery, signal?: AbortSignal) => Promise<TableInfo[]>
  getMetaInfo: (statsDataId: string, signal?: AbortSignal) => Promise<Meta>
  /** How many figures a query selects. */
  countStatsData: (query: DataQuery, signal?: AbortSignal) => Promise<number>
  /** Figures page by page; not to be published before the last page has come. */
  getStatsData: (query: DataQuery, signal?: AbortSignal) => AsyncGenerator<StatsPage, void>
  /** Figures of all pages. */
  getStatsTable: (query: DataQuery, signal?: AbortSignal) => Promise<StatsTable>
  /** Takes the appId out of a text, for whoever logs what tables say. */
  redact: (text: string) => string
}

const defaultLimits: BodyLimits = {
  maxBytes: 64 * 2 ** 20,
  maxDepth: 32,
  maxContainers: 2_000_000,
}

/**
 * A client of e-Stat's API 3.0 (JSON). What goes wrong is thrown as an `EstatError`; no error, log line
 * or fault contains the appId.
 */
export function createEstat(options: EstatOptions): Estat {
  const {
    appId,
    baseUrl = 'https://api.e-stat.go.jp',
    lang = 'J',
    fetch = globalThis.fetch,
    timeoutMs = 30_000,
    concurrency = 2,
    pageSize = 100_000,
    maxRows = 2_000_000,
    onRetry,
  } = options
  const backoff = { ...defaultBackoff, ...options.backoff }
  const limits = { ...defaultLimits, ...options.limits }
  const transport = { fetch, timeoutMs, limits, now: backoff.now }
  const slots = createSemaphore(concurrency)
  const redact = redactor(appId)
  const clean = <T extends Fault>(fault: T): T =>
    fault.message === undefined ? fault : { ...fault, message: quote(fault.message, redact) }
  const cleanError = (error: unknown) => {
    const fault = faultOf(error)
    return fault ? estatError(clean(fault)) : error
  }
  const cleanPage = (page: StatsPage): StatsPage => ({
    ...page,
    faults: page.faults.map(({ fault, key, text }) => ({
      fault,
      key: quote(key, redact),
      text: quote(text, redact),
    })),
  })

  async function call<T extends object>(
    name: FunctionName,
    parameters: URLSearchParams | Fault,
    parse: (json: unknown) => T | Fault,
    signal?: AbortSignal,
  ): Promise<T> {
    if (isFault(parameters)) throw estatError(clean(parameters))
    const query = new URLSearchParams({ appId, lang, ...Object.fromEntries(parameters) })
    const url = `${baseUrl.replace(/\/+$/, '')}/rest/3.0/app/json/${name}?${query}`
    for (let failed = 1; ; failed += 1) {
      const answer = await slots.run(() => requestOnce(url, transport, signal), signal)
      const parsed = isFault(answer) ? answer : parse(answer.json)
      if (!isFault(parsed)) return parsed
      const { retryAfterMs, ...fault }: Fault & { retryAfterMs?: number | undefined } =
        clean(parsed)
      const error = estatError(fault)
      if (!isTransient(error) || failed >= backoff.tries) throw error
      const pauseMs = pauseAfter(failed, retryAfterMs, backoff)
      onRetry?.({ function: name, failed, pauseMs, fault })
      await backoff.sleep(pauseMs, signal)
    }
  }

  async function* getStatsData(query: DataQuery, signal?: AbortSignal) {
    const pages = readPages(
      (position) => {
        const parameters = pageOf(dataParametersOf(query), position, pageSize)
        // Axes come once: those of a large table are as long as its figures.
        if (!isFault(parameters) && position > 1) parameters.set('metaGetFlg', 'N')
        return call('getStatsData', parameters, parseDataHead, signal)
      },
      { maxRows },
    )
    try {
      for await (const page of pages) yield cleanPage(page)
    } catch (error) {
      throw cleanError(error)
    }
  }

  return {
    getStatsList: async (query, signal) =>
      readTables(
        (position) => {
          const parameters = pageOf(listParametersOf(query), position, Math.min(pageSize, 10_000))
          return call('getStatsList', parameters, parseStatsList, signal)
        },
        { maxRows },
      ),
    getMetaInfo: (statsDataId, signal) =>
      call('getMetaInfo', dataParametersOf({ statsDataId }), parseMetaInfo, signal),
    countStatsData: async (query, signal) => {
      const parameters = dataParametersOf(query)
      if (!isFault(parameters)) parameters.set('cntGetFlg', 'Y')
      return (await call('getStatsData', parameters, parseDataHead, signal)).total
    },
    getStatsData,
    getStatsTable: (query, signal) => joinPages(getStatsData(query, signal)),
    redact,
  }
}

function pageOf(parameters: URLSearchParams | Fault, position: number, limit: number) {
  if (isFault(parameters)) return parameters
  parameters.set('startPosition', String(position))
  parameters.set('limit', String(limit))
  return parameters
}
