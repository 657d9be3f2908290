import { gunzipSync } from 'node:zlib'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { LightMyRequestResponse } from 'fastify'
import findMyWay from 'find-my-way'
import { expect } from 'vitest'
import type { App } from '../../src/fastify.ts'

type Content = Record<string, { schema?: object; examples?: Record<string, unknown> }>
type Answer = { $ref?: string; content?: Content }
type Operation = { responses: Record<string, Answer> }
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object>; responses: Record<string, Answer> }
}

export type Contract = ReturnType<typeof readContract>

const known = new Map<string, Contract>()

/** Read once for apps that have the same routes: that takes as long as starting one. */
export function contractOf(app: App): Contract {
  const routes = app.printRoutes({ commonPrefix: false, includeMeta: false })
  const contract = known.get(routes) ?? readContract(app)
  known.set(routes, contract)
  return contract
}

/**
 * Holds every answer of a test against what the OpenAPI document says of its operation: the status,
 * the code of a problem, and each field of a body.
 */
function readContract(app: App) {
  const document = app.swagger() as unknown as Document
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true })
  formats.default(ajv)
  ajv.addSchema({ ...document, $id: 'openapi' })
  const router = findMyWay({ ignoreTrailingSlash: true })
  for (const [path, operations] of Object.entries(document.paths)) {
    const url = path.replaceAll(/\{(\w+)\}/g, ':$1')
    for (const [method, operation] of Object.entries(operations)) {
      router.on(method.toUpperCase() as 'GET', url, () => {}, { operation, path })
    }
  }
  const resolve = ({ $ref, ...answer }: Answer): Answer =>
    $ref ? (document.components.responses[$ref.split('/').at(-1) as string] as Answer) : answer

  const validators = new Map<object, ReturnType<typeof ajv.compile>>()
  const validatorOf = (schema: object) => {
    const made = validators.get(schema)
    if (made) return made
    const validate = ajv.compile(rebased(schema))
    validators.set(schema, validate)
    return validate
  }

  return function check(method: string, url: string, response: LightMyRequestResponse): void {
    const found = router.find(method as 'GET', url.split('?', 1)[0] as string)
    if (!found || response.statusCode === 304) return
    const { operation, path } = found.store as { operation: Operation; path: string }
    const where = `${method} ${path} ${response.statusCode}: ${response.body.slice(0, 300)}`
    const documented = operation.responses[response.statusCode]
    expect(documented, `${where} is not documented`).toBeDefined()
    const { content } = resolve(documented as Answer)
    const type = String(response.headers['content-type'] ?? '').split(';')[0] as string
    if (!content || !response.body) return
    expect(Object.keys(content), where).toContain(type)
    if (type === 'application/problem+json') {
      expect(Object.keys(content[type]?.examples ?? {}), where).toContain(response.json().code)
    }
    if (!/[/+]json$/.test(type)) return
    const schema = content[type]?.schema ?? anything
    const validate = validatorOf(schema)
    expect(validate(bodyOf(response)), `${where} ${ajv.errorsText(validate.errors)}`).toBe(true)
  }
}

const anything = {}

function bodyOf({ headers, rawPayload }: LightMyRequestResponse): unknown {
  const isCompressed = headers['content-encoding'] === 'gzip'
  return JSON.parse((isCompressed ? gunzipSync(rawPayload) : rawPayload).toString())
}

/** References within the document, from outside of it. */
function rebased(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/'))
}
