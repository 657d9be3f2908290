import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Format, type FormatQuery, mediaTypes } from '../../schemas/statistics/answers.ts'
import type { Chart, Features, JsonStat } from '../../schemas/statistics/shapes.ts'
import { toCsv, toNdjson } from '../exports.ts'
import { preferencesIn, varyOn } from '../http.ts'
import { isSeen } from '../version.ts'
import type { Catalogue } from './catalogue.ts'

type Row = Record<string, unknown>

/** One answer, and how it looks in the formats that its route has. */
export type Answer<Body> = {
  body: Body & { rows?: readonly Row[] }
  /** Its rows for CSV and NDJSON, where those of the body have lists in them. */
  lines?: () => readonly Row[]
  chart?: () => Chart
  cube?: () => JsonStat
  features?: () => Features | Promise<Features>
}

type Question = FastifyRequest<{ Querystring: FormatQuery }>

const shared = 'public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800'

/** Somebody who has changed it wants to see that. */
const edited = 'public, no-cache'

/** What an answer depends on besides the figures, for what people edit or what changes by the day. */
export type Besides = {
  state: string
  /** Of the one object that is shown; its tag then is good for `If-Match` as well. */
  version?: number
  /** It changes with a release only, so that the answer may be kept like any other. */
  isFixed?: true
}

/**
 * Answers a read that depends on nothing but what is asked, the version of the figures and what
 * `besides` says: from the cache, with a strong tag, in the format that `format` or `Accept` asks for.
 */
export async function answer<Body>(
  request: FastifyRequest,
  reply: FastifyReply,
  produce: (catalogue: Catalogue) => Promise<Answer<Body>>,
  besides?: Besides,
): Promise<FastifyReply> {
  const { cache, library } = request.server
  const catalogue = await library.read()
  const format = formatOf(request)
  const key = keyOf(request, catalogue.edition, format, besides?.state)
  const etag = besides?.version === undefined ? `"${key}"` : `"${besides.version}.${key}"`
  const isTagged = request.method !== 'POST'
  if (besides && !besides.isFixed) reply.header('cache-control', edited)
  if (isTagged && isSeen(request.headers, etag)) {
    return sendAs(reply, format, etag).code(304).send()
  }
  const bytes = await cache.remember(`stats:${key}`, async () =>
    encode(format, await produce(catalogue), request as Question, reply),
  )
  return sendAs(reply, format, isTagged ? etag : undefined).send(bytes)
}

function sendAs(reply: FastifyReply, format: Format, etag: string | undefined): FastifyReply {
  const isText = format === 'csv' || format === 'ndjson'
  reply.type(isText ? `${mediaTypes[format]}; charset=utf-8` : mediaTypes[format])
  varyOn(reply, 'Accept')
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', etag ? shared : 'no-store')
  if (format === 'csv') reply.header('content-disposition', 'attachment; filename="statistics.csv"')
  if (etag) reply.header('etag', etag)
  return reply
}

/** What `format` says, else the type that `Accept` wants most of those that the route has, else JSON. */
export function formatOf({ query, headers, routeOptions }: FastifyRequest): Format {
  const { format } = query as FormatQuery
  if (format) return format
  const { content = {} } = Object(Object(routeOptions.schema?.response)[200])
  const [type] = [...preferencesIn(headers.accept)]
    .filter(([each, weight]) => each in content && weight > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([each]) => each)
  const found = Object.entries(mediaTypes).find(([, each]) => each === type)
  return (found?.[0] as Format | undefined) ?? 'json'
}

/** Two ways to ask the same share one key. */
function keyOf(request: FastifyRequest, edition: string, format: Format, state = ''): string {
  const { routeOptions, query, params, body } = request
  const asked = { ...Object(query), ...Object(params), ...Object(body), format }
  const question = Object.keys(asked)
    .sort()
    .map((name) => [name, Array.isArray(asked[name]) ? asked[name].join() : asked[name]])
  const route = Object(routeOptions.schema).operationId ?? routeOptions.url
  return createHash('sha256')
    .update(JSON.stringify([edition, state, route, question]))
    .digest('base64url')
}

async function encode<Body>(
  format: Format,
  { body, lines, chart, cube, features }: Answer<Body>,
  { query }: Question,
  reply: FastifyReply,
): Promise<Buffer> {
  const shaped = { json: () => body, chartjs: chart, jsonstat: cube, geojson: features }
  if (format === 'csv' || format === 'ndjson') {
    const rows = lines?.() ?? body.rows ?? []
    const columns = Object.keys(rows[0] ?? {})
    const parts = await linesOf(format, Readable.from(rows), columns, query).toArray()
    return Buffer.concat(parts.map((part: Buffer | string) => Buffer.from(part)))
  }
  const shape = await shaped[format]?.()
  const text = reply.serializeInput(shape as Record<string, unknown>, '200', mediaTypes[format])
  return Buffer.from(String(text))
}

/** The same for more rows than are held at once: in lines, as they come, and not kept. */
export async function answerInLines(
  request: FastifyRequest,
  reply: FastifyReply,
  columns: readonly string[],
  produce: (catalogue: Catalogue) => AsyncIterable<Row> | Promise<AsyncIterable<Row>>,
): Promise<FastifyReply> {
  const catalogue = await request.server.library.read()
  const format = formatOf(request) as 'csv' | 'ndjson'
  const etag = `"${keyOf(request, catalogue.edition, format)}"`
  if (isSeen(request.headers, etag)) return sendAs(reply, format, etag).code(304).send()
  const rows = Readable.from(await produce(catalogue))
  return sendAs(reply, format, etag).send(
    linesOf(format, rows, columns, (request as Question).query),
  )
}

function linesOf(
  format: 'csv' | 'ndjson',
  rows: Readable,
  columns: readonly string[],
  { bom = false }: FormatQuery,
): Readable {
  return format === 'csv' ? toCsv(rows, columns, { bom }) : toNdjson(rows)
}
