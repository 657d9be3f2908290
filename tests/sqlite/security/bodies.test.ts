import { newId } from '../../../src/values.ts'
import { type Operation, operationsOf, type Schema } from '../../support/operations.ts'
import { type Client, describe, expect, type Service, test } from '../../support/service.ts'

/** What nobody sets who is not asked for it. */
const privileged: Record<string, unknown> = {
  is_superuser: true,
  is_admin: true,
  role: 'SystemAdmin',
  roles: ['SystemAdmin'],
  owner_id: newId(),
  created_by: newId(),
  id: newId(),
  created_at: '2001-01-01T00:00:00.000Z',
  deactivated_at: null,
  hashed_password: 'x',
  password_hash: 'x',
  version: 99,
}

/** By operation, the fields of those names that it takes on purpose, from whoever may do it. */
const meant: Record<string, readonly string[]> = {
  'POST /api/v1/users': ['roles'],
  'PUT /api/v1/users/{id}': ['roles'],
  'PATCH /api/v1/users/{id}': ['roles'],
  'PATCH /api/v1/user_accounts/{id}': ['roles'],
  'PUT /api/v1/admin/google-drive/settings': ['version'],
  'POST /api/v1/projects/{project_id}/members': ['role'],
  'PATCH /api/v1/projects/{project_id}/members/{member_id}': ['role'],
}

const nameOf = ({ method, path }: Operation) => `${method} ${path}`
const isJson = ({ body }: Operation) => body !== null && /json/.test(body.type)

/** An address of it in which every parameter is as its schema wants it. */
function urlOf({ path, parameters }: Operation, more = ''): string {
  const given = parameters.flatMap(({ name, in: place, required, schema }) =>
    place === 'query' && required
      ? [`${name}=${encodeURIComponent(String(sampleOf(schema)))}`]
      : [],
  )
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(
      String(sampleOf(parameters.find((each) => each.name === name)?.schema ?? {})),
    ),
  )
  const query = [...given, more].filter(Boolean).join('&')
  return query ? `${url}?${query}` : url
}

function sampleOf({ enum: values, const: only, examples, format, type, anyOf }: Schema): unknown {
  if (examples?.[0] !== undefined) return examples[0]
  if (only !== undefined) return only
  if (values?.[0] !== undefined) return values[0]
  if (anyOf?.[0]) return sampleOf(anyOf[0])
  if (format === 'uuid') return newId()
  return type === 'integer' || type === 'number' ? 1 : newId()
}

function send(client: Client, { method, body }: Operation, url: string, payload: object | string) {
  const type = { 'content-type': body?.type ?? 'application/json' }
  const verb = method.toLowerCase() as 'post' | 'put' | 'patch' | 'delete'
  return client[verb](url, payload, type)
}

const auditsIn = async ({ deps }: Service) =>
  (await deps.db.selectFrom('audit_log').select('id').execute()).length

describe('every body', () => {
  test('with a field that nobody asked for is refused by name, and nothing is written', {
    timeout: 180_000,
  }, async ({ app, service, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const operations = operationsOf(app).filter(isJson)
    expect(operations.length).toBeGreaterThan(100)
    const before = await auditsIn(service)
    const wrong: string[] = []
    for (const operation of operations) {
      const example = Object(operation.body?.example)
      const fields = Object.keys(privileged).filter(
        (field) => !meant[nameOf(operation)]?.includes(field),
      )
      const payload = { ...example, ...Object.fromEntries(fields.map((f) => [f, privileged[f]])) }
      const answer = await send(admin, operation, urlOf(operation), payload)
      const named = (answer.json().errors ?? []).map(({ field }: { field: string }) => field)
      const missed = fields.filter((field) => !named.includes(field))
      if (answer.statusCode !== 422 || missed.length > 0) {
        wrong.push(
          `${nameOf(operation)}: ${answer.statusCode} ${missed} ${answer.body.slice(0, 300)}`,
        )
      }
    }
    expect(wrong).toEqual([])
    expect(await auditsIn(service)).toBe(before)
  })

  test.for([
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"a":[{"__proto__":{"polluted":1}}]}',
    '{"a":{"constructor":{"prototype":{"polluted":1}}}}',
  ])('%s is refused, and no prototype has it', async (payload, { app, signIn }) => {
    const admin = await signIn('SystemAdmin')
    for (const operation of operationsOf(app).filter(isJson)) {
      const answer = await send(admin, operation, urlOf(operation), payload)
      expect([400, 422], `${nameOf(operation)}: ${answer.body}`).toContain(answer.statusCode)
    }
    expect(Object({}).polluted).toBeUndefined()
  })
})

describe('every query', () => {
  test('keeps to one value a name, and knows no name of a prototype', async ({ app, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const lists = operationsOf(app).filter(
      ({ method, parameters }) =>
        method === 'GET' &&
        parameters.some(({ name, in: place }) => name === 'limit' && place === 'query'),
    )
    expect(lists.length).toBeGreaterThan(40)
    for (const operation of lists) {
      for (const more of [
        'limit=1&limit=2',
        'limit[]=1',
        'limit=1e9',
        'limit=-1',
        '__proto__[polluted]=1',
        'constructor.prototype.polluted=1',
      ]) {
        const url = urlOf(operation, more)
        const { statusCode, body } = await admin.get(url)
        expect(statusCode, `${url}: ${body}`).toBeLessThan(500)
        if (more.startsWith('limit=')) expect(statusCode, url).toBe(422)
      }
    }
    expect(Object({}).polluted).toBeUndefined()
  })
})

/** What an answer never has; a password or a token that somebody sends is another matter. */
const denied = /password|hashed|_hash$|private_key|jwt|totp|^key$|^secret$|sealed/

test('no answer has a field for what nobody should read', ({ app }) => {
  const { paths, components } = app.swagger() as unknown as {
    paths: Record<string, Record<string, { responses: object }>>
    components: { schemas: Record<string, Schema> }
  }
  const found = new Set<string>()
  const seen = new Set<unknown>()
  function look(schema: unknown, at: string): void {
    if (typeof schema !== 'object' || schema === null || seen.has(schema)) return
    seen.add(schema)
    const { $ref, properties, ...rest } = schema as Schema
    const name = $ref?.split('/').at(-1)
    if (name) look(components.schemas[name], name)
    for (const [field, each] of Object.entries(properties ?? {})) {
      if (denied.test(field)) found.add(`${at}.${field}`)
      look(each, at)
    }
    for (const each of Object.values(rest)) look(each, at)
  }
  for (const each of Object.values(paths)) {
    for (const { responses } of Object.values(each)) look(responses, 'answer')
  }
  expect(seen.size).toBeGreaterThan(1000)
  // The key of a text of the tree, and a secret that is shown once, to whoever has just made it.
  expect([...found].sort()).toEqual(['TreeWarning.key', 'WebhookWithSecret.secret'])
})
