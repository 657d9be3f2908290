import { STATUS_CODES } from 'node:http'
import type { FastifySchema, RouteOptions } from 'fastify'
import { exampleOf } from './examples.ts'
import { type FailureCode, failure } from './failure.ts'
import { creates } from './idempotency.ts'
import { messages } from './messages.ts'
import { type Permission, permissions } from './permissions.ts'
import { describe as describeFailure } from './problem-details.ts'

/** What a route declares, as the document says it. */
export function describeRoute(
  schema: FastifySchema | undefined,
  route: RouteOptions,
): FastifySchema {
  if (schema?.hide) return schema
  const permission = route.config?.permission
  const access = permission
    ? {
        'x-permission': permission,
        security: [{ bearer: [] }, { password: [] }],
        description: [schema?.description, needs(permission)].filter(Boolean).join('\n\n'),
      }
    : {
        security: [],
        description: [schema?.description, 'Open to everybody.'].filter(Boolean).join('\n\n'),
      }
  return {
    ...schema,
    ...access,
    ...(schema?.querystring ? { querystring: withoutDefaults(schema.querystring) } : {}),
    ...(route.config?.form && { body: route.config.form }),
    response: { ...problemsOf(route), ...(schema?.response as object) },
  }
}

function needs(permission: Permission): string {
  return `Needs \`${permission}\`: ${rolesWith(permission).join(', ')}.`
}

function rolesWith(permission: Permission): string[] {
  return Object.entries(permissions)
    .filter(([, granted]) => granted.has(permission))
    .map(([role]) => role)
}

/** What has a default need not be sent. */
function withoutDefaults(object: unknown) {
  const { required = [], ...schema } = object as {
    required?: string[]
    properties: Record<string, { default?: unknown }>
  }
  return {
    ...schema,
    required: required.filter((name) => schema.properties[name]?.default === undefined),
  }
}

/** The failures a route can answer with follow from what it takes, and from what it says itself. */
function failuresOf({ config, method, schema = {} }: RouteOptions): FailureCode[] {
  const { body, headers, params, querystring } = schema
  const takes = (header: string) => header in Object(Object(headers).properties)
  return [
    ...(config?.permission ? accessFailures : []),
    ...(config?.permission ? (['permission_required', 'scope_required'] as const) : []),
    'malformed_request',
    'forbidden_character',
    ...(config?.form ? formFailures : body ? bodyFailures : []),
    ...(body || params || querystring || headers ? (['invalid_request'] as const) : []),
    ...(takes('if-match') ? (['stale_version'] as const) : []),
    ...(creates(method, schema) ? idempotencyFailures : []),
    ...(config?.rateLimit === false ? [] : (['rate_limited'] as const)),
    ...(config?.failures ?? []),
    'headers_too_large',
    'internal_error',
    ...(config?.always ? [] : (['unavailable', 'too_busy', 'starting'] as const)),
    ...([method].flat().includes('GET') ? [] : (['storage_full'] as const)),
  ]
}

const accessFailures = [
  'token_required',
  'token_invalid',
  'token_expired',
  'api_token_expired',
  'session_ended',
  'account_inactive',
  'account_link_refused',
  'identity_provider_unavailable',
] as const

const bodyFailures = [
  'malformed_json',
  'duplicate_field',
  'forbidden_field',
  'json_too_deep',
  'body_too_large',
  'unsupported_type',
  'request_timeout',
] as const

const formFailures = [
  'malformed_form',
  'form_too_long',
  'unsupported_type',
  'request_timeout',
] as const

const idempotencyFailures = ['idempotency_key_reused', 'idempotency_key_in_use'] as const

function problemsOf(route: RouteOptions) {
  const byStatus = new Map<number, FailureCode[]>()
  for (const code of new Set(failuresOf(route))) {
    const { status } = messages[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, problem(codes)]))
}

function problem(codes: FailureCode[]) {
  const status = messages[codes[0] as FailureCode].status
  const examples = Object.fromEntries(
    codes.map((code) => {
      const { en } = messages[code]
      const value = describeFailure(failure(code as 'duplicate'), 'en', '/api/v1/…', 'a1b2c3')
      return [code, { summary: en, value: { ...value, detail: en } }]
    }),
  )
  return {
    description: `${titleOf(status)}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
    content: { 'application/problem+json': { schema: { $ref: 'ProblemDetails#' }, examples } },
  }
}

type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas?: Record<string, object> }
}
type Media = { schema?: object; example?: unknown }
type Answer = { description: string; content?: Record<string, Media> }
type Operation = {
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, Answer>
}

/** Gives each operation its examples, and each problem response that many share one name. */
export function finish({ openapiObject: document }: { openapiObject: Document }) {
  const { paths, components } = document
  const named = Object.fromEntries(
    Object.entries(components.schemas ?? {}).map(([name, schema]) => [
      name,
      'properties' in schema && 'required' in schema ? withoutDefaults(schema) : schema,
    ]),
  )
  const responses = new Map<string, string>()
  const counts = new Map<string, number>()

  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
    exemplify(operation.requestBody?.content, named)
    for (const [status, answer] of Object.entries(operation.responses)) {
      if (status < '400') {
        answer.description = answer.description.replace(/^Default Response$/, titleOf(status))
        exemplify(answer.content, named)
        continue
      }
      const text = JSON.stringify(answer)
      const title = titleOf(status).replace(/\W/g, '')
      if (!responses.has(text)) {
        const count = (counts.get(title) ?? 0) + 1
        counts.set(title, count)
        responses.set(text, count === 1 ? title : `${title}${count}`)
      }
      const reference = { $ref: `#/components/responses/${responses.get(text)}` }
      operation.responses[status] = reference as unknown as Answer
    }
  }
  const shared = [...responses].map(([text, name]) => [name, JSON.parse(text)])
  return {
    ...document,
    components: { ...components, schemas: named, responses: Object.fromEntries(shared) },
  }
}

function titleOf(status: string | number): string {
  return STATUS_CODES[status] ?? 'Answer'
}

function exemplify(
  content: Record<string, Media> | undefined,
  named: Record<string, object>,
): void {
  for (const [type, media] of Object.entries(content ?? {})) {
    if (type === 'application/json' && media.schema) media.example = exampleOf(media.schema, named)
  }
}

/** The matrix of roles and permissions, and what holds for every route. */
export function overview(): string {
  const roles = Object.keys(permissions) as (keyof typeof permissions)[]
  const all = [...new Set(roles.flatMap((role) => [...permissions[role]]))]
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    'One service for accounts, items, uploads, rooms, submissions, regional statistics, a service desk, projects, analysis and driver trees.',
    'Every answer of 400 and above is `application/problem+json` (RFC 9457); `code` says what is wrong, `detail` what to do, in the language of `Accept-Language` (ja, en).',
    'Lists take `skip` and `limit`, or a `cursor`. A POST that creates takes an `Idempotency-Key`. What carries a `version` answers with an `ETag` and honours `If-Match`.',
    '## Who may do what',
    [
      row(['permission', ...roles]),
      row(['---', ...roles.map(() => ':-:')]),
      ...all.map((permission) =>
        row([
          `\`${permission}\``,
          ...roles.map((role) => (permissions[role].has(permission) ? '●' : '')),
        ]),
      ),
    ].join('\n'),
  ].join('\n\n')
}
