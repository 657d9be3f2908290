import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Role } from '../schemas/accounts/users.ts'
import { buildApp } from '../src/app.ts'
import { can, type Permission, permissions } from '../src/permissions.ts'
import { createMeters } from '../src/system/metrics.ts'
import { test as base, describe, expect } from './support/service.ts'

type Media = Record<string, { schema: { $ref?: string }; example?: unknown }>
type Operation = {
  operationId: string
  description: string
  tags: string[]
  parameters?: {
    name: string
    in: string
    description?: string
    required?: boolean
    schema?: { default?: unknown }
  }[]
  responses: Record<string, { $ref?: string; content?: Media }>
  requestBody?: { content: Media }
  security: object[]
  'x-permission'?: Permission
}
type ObjectSchema = {
  additionalProperties?: boolean
  required?: string[]
  properties?: Record<string, { default?: unknown }>
}
type Document = {
  openapi: string
  info: { description: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, ObjectSchema>; responses: object }
}

const test = base.extend<{ document: Document; operations: [string, string, Operation][] }>({
  document: [
    async ({ app }, use) => use((await app.inject('/openapi.json')).json()),
    { scope: 'file' },
  ],
  operations: [
    async ({ document }, use) =>
      use(
        Object.entries(document.paths).flatMap(([path, each]) =>
          Object.entries(each).map(([method, operation]): [string, string, Operation] => [
            path,
            method.toUpperCase(),
            operation,
          ]),
        ),
      ),
    { scope: 'file' },
  ],
})

describe('the OpenAPI document', () => {
  test('is the same at both addresses, and not sent twice', async ({ app, document }) => {
    expect(document.openapi).toBe('3.1.0')
    const other = await app.inject('/api/openapi.json')
    expect(other.json()).toEqual(document)
    const { etag = '' } = other.headers
    const again = await app.inject({
      url: '/openapi.json',
      headers: { 'if-none-match': String(etag) },
    })
    expect(again.statusCode).toBe(304)
  })

  test('is what the build has written, so that no request waits for it', ({ document }) => {
    const built = join(import.meta.dirname, '../dist/src/web/openapi.json')
    expect(JSON.parse(readFileSync(built, 'utf8'))).toEqual(document)
  })

  test('says of each operation all that a reader needs', ({ document, operations }) => {
    const known = document.tags.map(({ name }) => name)
    const ids = operations.map(([, , { operationId }]) => operationId)
    expect(ids).toEqual([...new Set(ids)])
    for (const [path, method, operation] of operations) {
      const where = `${method} ${path}`
      expect(operation, where).toMatchObject({
        operationId: expect.stringMatching(/^[a-z][A-Za-z]+$/),
        summary: expect.stringMatching(/.{8,}/),
        description: expect.stringMatching(/Needs `|Open to everybody/),
        responses: { 500: expect.anything() },
      })
      expect(operation.tags, where).toHaveLength(1)
      expect(known, where).toContain(operation.tags[0])
      for (const { name, description } of operation.parameters ?? []) {
        expect(description, `${where} ${name}`).toMatch(/.{5,}/)
      }
    }
  })

  test('names the role that each operation needs, and the matrix of all of them', ({
    document,
    operations,
  }) => {
    for (const [path, method, operation] of operations) {
      const { 'x-permission': permission, description, security } = operation
      if (!permission) {
        expect(security, `${method} ${path}`).toEqual([])
        continue
      }
      expect(security).toEqual([{ bearer: [] }, { password: [] }])
      for (const role of Object.keys(permissions) as Role[]) {
        expect(description.includes(role), `${path} ${role}`).toBe(
          can({ roles: [role] }, permission),
        )
      }
    }
    const line = /\| `audit\.read` \| ● \| {2}\| {2}\| {2}\| {2}\| ● \|/
    expect(document.info.description).toMatch(line)
  })

  test('gives an example of every body, and each of them is valid', ({ document, operations }) => {
    const ajv = new Ajv2020({ strict: false, allErrors: true })
    formats.default(ajv)
    ajv.addSchema({ ...document, $id: 'openapi' })
    // The same schema has many examples: problems above all.
    const validators = new Map<string, ReturnType<typeof ajv.compile>>()
    const validatorOf = (schema: object) => {
      const text = JSON.stringify(schema).replaceAll('"#/', '"openapi#/')
      const made = validators.get(text) ?? ajv.compile(JSON.parse(text))
      validators.set(text, made)
      return made
    }
    let examples = 0
    for (const [path, method, { requestBody, responses }] of operations) {
      const media = [
        requestBody?.content['application/json'],
        ...Object.values(responses).map(({ content }) => content?.['application/json']),
      ]
      for (const each of media) {
        if (!each) continue
        const validate = validatorOf(each.schema)
        const where = `${method} ${path}: `
        if (!validate(each.example)) expect.fail(where + ajv.errorsText(validate.errors))
        examples += 1
      }
    }
    expect(examples).toBeGreaterThan(30)
  })

  test('lets no body in that has fields it does not name', ({ document, operations }) => {
    for (const [path, , { requestBody }] of operations) {
      const reference = requestBody?.content['application/json']?.schema.$ref
      if (!requestBody?.content['application/json']) continue
      expect(reference, path).toBeDefined()
      const name = reference?.split('/').at(-1) as string
      expect(document.components.schemas[name]?.additionalProperties, name).toBe(false)
    }
  })

  test('asks for nothing in a query that has a default', ({ operations }) => {
    for (const [path, , { parameters = [] }] of operations) {
      for (const { name, required, schema } of parameters.filter(({ in: at }) => at === 'query')) {
        if (schema?.default === undefined) continue
        expect(required ?? false, `${path} ${name}`).toBe(false)
      }
    }
  })

  test('shows binary and form bodies for what they are', ({ document }) => {
    const login = document.paths['/api/v1/auth/login']?.post as Operation
    expect(Object.keys(login.requestBody?.content ?? {})).toEqual([
      'application/x-www-form-urlencoded',
      'application/json',
    ])
    const exported = document.paths['/api/v1/admin/audit/export']?.get as Operation
    expect(exported.responses[200]?.content?.['text/csv']).toEqual({
      schema: { type: 'string', format: 'binary' },
    })
    const upload = document.paths['/api/v1/upload/files']?.post as Operation
    expect(upload.requestBody?.content).toMatchObject({
      'multipart/form-data': {
        schema: {
          required: ['file'],
          properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
        },
      },
    })
    const download = document.paths['/api/v1/upload/files/{stored_name}']?.get as Operation
    for (const status of [200, 206]) {
      expect(download.responses[status]?.content?.['image/png']).toEqual({
        schema: { type: 'string', format: 'binary' },
      })
    }
  })

  test('names the header that makes a request safe to send again, where it creates', ({
    operations,
  }) => {
    for (const [path, method, { parameters = [], responses }] of operations) {
      const creates = method === 'POST' && '201' in responses
      const takes = parameters.some(({ name }) => name === 'idempotency-key')
      expect(takes, `${method} ${path}`).toBe(creates)
    }
  })

  // It compiles every schema, to see that all of them can be.
  test('lists exactly the routes that there are', { timeout: 180_000 }, async ({
    service,
    operations,
  }) => {
    const routes: RouteOptions[] = []
    const watch = (message: unknown) => {
      const { fastify } = message as { fastify: FastifyInstance }
      fastify.addHook('onRoute', (route) => void routes.push(route))
    }
    subscribe('fastify.initialization', watch)
    const deps = { ...service.deps, meters: createMeters() }
    const app = await buildApp(deps, { isEager: true })
    unsubscribe('fastify.initialization', watch)
    await app.ready()
    await app.close()
    // Whatever is read can be asked for its head, which is said once for all of them.
    const isSaid = ({ method, schema, config }: RouteOptions) =>
      !schema?.hide && (method !== 'HEAD' || Object(config).swagger?.exposeHeadRoute)
    const mounted = routes
      .filter(isSaid)
      .flatMap(({ method, url }) => [method].flat().map((each) => `${each} ${url}`))
    const listed = operations.map(
      ([path, method]) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    )
    expect(listed.toSorted()).toEqual(mounted.toSorted())
  })
})

describe('the documents for people', () => {
  test.for(['/docs', '/api/docs'])(
    'are at %s, with the files of Swagger UI',
    async (url, { app }) => {
      const page = await app.inject({ url: `${url}/` })
      expect(page.statusCode).toBe(200)
      expect(page.headers['content-type']).toMatch('text/html')
      const policy = String(page.headers['content-security-policy'])
      expect(policy).not.toMatch(/unsafe-eval|upgrade-insecure-requests/)
      const files = [...page.body.matchAll(/(?:src|href)="(\.\/static\/[^"]+)"/g)].map(
        ([, file]) => file,
      )
      expect(files.length).toBeGreaterThan(3)
      for (const file of files) {
        expect((await app.inject(`${url}/${file}`)).statusCode, file).toBe(200)
      }
      expect(page.body).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
      for (const format of ['json', 'yaml']) {
        expect((await app.inject(`${url}/${format}`)).json().openapi).toBe('3.1.0')
      }
    },
  )

  test.for(['', '/api'])('are at %s/redoc, with its own script', async (prefix, { app }) => {
    const page = await app.inject(`${prefix}/redoc`)
    expect(page.body).toContain(`spec-url="${prefix}/openapi.json"`)
    const script = await app.inject(`${prefix}/redoc/redoc.standalone.js`)
    expect(script.headers['content-type']).toMatch('text/javascript')
    expect(script.body.length).toBeGreaterThan(500_000)
    expect(page.body).not.toMatch(/https?:/)
  })
})

test('no body has to send what has a default', ({ document }) => {
  const asked = Object.entries(document.components.schemas).flatMap(([name, schema]) => {
    const { required = [], properties = {} } = schema
    return required
      .filter((field) => properties[field]?.default !== undefined)
      .map((field) => [name, field])
  })
  expect(asked).toEqual([])
  expect(document.components.schemas.NewItem?.required).toEqual(['title'])
})

test('the README names every command of package.json that a reader may want', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const readme = readFileSync('README.md', 'utf8')
  for (const name of Object.keys(scripts)) {
    if (/^(format|lint:openapi)$/.test(name)) continue
    expect(readme, name).toMatch(new RegExp(`npm (run )?${name}\\b`))
  }
})
