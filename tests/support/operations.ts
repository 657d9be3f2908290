import type { App } from '../../src/fastify.ts'
import type { Permission } from '../../src/permissions.ts'

export type Schema = {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  examples?: unknown[]
  format?: string
  minItems?: number
  minimum?: number
}

export type Parameter = { name: string; in: string; schema: Schema; required?: boolean }

export type Operation = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  tag: string
  permission: Permission
  parameters: Parameter[]
  body: { type: string; schema: Schema; example: unknown } | null
}

/** Every operation that has a tag, as the OpenAPI document has it. */
export function operationsOf(app: App): Operation[] {
  const { paths } = app.swagger() as unknown as { paths: Record<string, Record<string, Raw>> }
  return Object.entries(paths).flatMap(([path, each]) =>
    Object.entries(each)
      .filter(([, raw]) => raw.tags?.[0] !== undefined)
      .map(([method, raw]) => {
        const [type, media] = Object.entries(raw.requestBody?.content ?? {})[0] ?? []
        return {
          method: method.toUpperCase() as Operation['method'],
          path,
          tag: raw.tags?.[0] as string,
          permission: raw['x-permission'],
          parameters: raw.parameters ?? [],
          body: type && media ? { type, schema: media.schema, example: media.example } : null,
        }
      }),
  )
}

type Raw = {
  tags?: string[]
  'x-permission': Permission
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema; example: unknown }> }
}
