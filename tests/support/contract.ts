import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { LightMyRequestResponse } from 'fastify'
import findMyWay from 'find-my-way'
import { expect } from 'vitest'

type Content = Record<string, { schema?: object; examples?: Record<string, unknown> }>
type Answer = { $ref?: string; content?: Content }
type Operation = { responses: Record<string, Answer> }
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object>; responses: Record<string, Answer> }
}

export type Contract = ReturnType<typeof readContract>

const built = new URL('../../dist/src/web/openapi.json', import.meta.url)

let known: Promise<Contract> | undefined

/** Read once: every app has the same routes, and to write their document takes seconds. */
export function contractOf(): Promise<Contract> {
  known ??= readFile(built, 'utf8').then((text) => readContract(JSON.parse(text)))
  return known
}

/**
 * Holds every answer of a test against what the OpenAPI document says of its operation: the status,
 * the code of a problem, and each field of a body.
 */
function readContract(document: Document) {
  const ajv = new Ajv2020({ strict: false, inlineRefs: false, validateFormats: true })
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

  function check(method: string, url: string, response: LightMyRequestResponse): void {
    const found = router.find(method as 'GET', url.split('?', 1)[0] as string)
    if (!found || response.statusCode === 304) return
    const { operation, path } = found.store as { operation: Operation; path: string }
    const { statusCode, headers, body } = response
    const refuse = (why: string): never =>
      expect.fail(`${method} ${path} ${statusCode}: ${body.slice(0, 300)} ${why}`)
    const documented = operation.responses[statusCode] ?? refuse('is not documented')
    const { content } = resolve(documented)
    const type = String(headers['content-type'] ?? '').split(';')[0] as string
    if (!content || !body) return
    const { schema = anything, examples = {} } = content[type] ?? refuse(`is ${type}`)
    if (type === 'application/problem+json') {
      const { code } = response.json()
      if (!Object.hasOwn(examples, code)) refuse(`is ${code}`)
    }
    if (!/[/+]json$/.test(type)) return
    const validate = validatorOf(schema)
    if (!validate(bodyOf(response))) refuse(ajv.errorsText(validate.errors))
  }
  return { document, check }
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
