type Schema = {
  $ref?: string
  type?: string | string[]
  format?: string
  examples?: unknown[]
  default?: unknown
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  items?: Schema
  minimum?: number
  properties?: Record<string, Schema>
}

const byFormat: Record<string, string> = {
  uuid: '01990f6e-5c00-7000-8000-0123456789ab',
  'date-time': '2026-01-02T03:04:05.678Z',
  date: '2026-01-02',
  email: 'hanako@example.jp',
  uri: 'https://kaname.example.jp/',
}

/** An example for a schema, put together from those that its parts give of themselves. */
export function exampleOf(schema: Schema, named: Record<string, Schema>): unknown {
  if (schema.$ref) return exampleOf(named[schema.$ref.split('/').at(-1) as string] ?? {}, named)
  const given = schema.examples?.[0] ?? schema.default ?? schema.const ?? schema.enum?.[0]
  if (given !== undefined) return given
  if (schema.anyOf) return exampleOf(schema.anyOf[0] ?? {}, named)
  const type = [schema.type].flat()[0]
  if (type === 'object') {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, each]) => [name, exampleOf(each, named)]),
    )
  }
  if (type === 'array') return schema.items ? [exampleOf(schema.items, named)] : []
  if (type === 'string') return byFormat[schema.format ?? ''] ?? 'text'
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0
  if (type === 'boolean') return true
  return null
}
