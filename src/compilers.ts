import ajvCompiler from '@fastify/ajv-compiler'
import serializerCompiler from '@fastify/fast-json-stringify-compiler'

const ajv = ajvCompiler()
const serializersOf = serializerCompiler()

type Build = typeof ajv
type Schemas = Record<string, unknown>
type Compile = ReturnType<Build>
type Serialize = ReturnType<ReturnType<typeof serializersOf>>
type Compilers = ReturnType<typeof createCompilers>

/**
 * Makes what checks and writes by a schema. Routes and scopes that say the same share it: each of them
 * would cost milliseconds.
 */
export function createCompilers() {
  const compilersOf = new WeakMap<object, Compile>()
  const validators = new Map<string, ReturnType<Compile>>()
  const serializers = new Map<string, Serialize>()

  const buildValidator: Build = (schemas, options) => (part) => {
    const { schema, httpPart } = Object(part)
    const text = JSON.stringify([httpPart === 'body', schema, namedIn(schema, Object(schemas))])
    return kept(validators, text, () => {
      const compile = compilersOf.get(Object(schemas)) ?? validatorsOf(schemas, options)
      compilersOf.set(Object(schemas), compile)
      return compile(part)
    })
  }

  /** A serializer is given the schemas that it names: it checks all that it is given, each time. */
  const buildSerializer: typeof serializersOf = (schemas, options) => (part) => {
    const named = namedIn(part.schema, Object(schemas))
    const text = JSON.stringify([part.schema, named])
    return kept(serializers, text, () => serializersOf(named, options)(part))
  }

  return { buildValidator, buildSerializer }
}

function kept<Value>(values: Map<string, Value>, key: string, make: () => Value): Value {
  const value = values.get(key) ?? make()
  values.set(key, value)
  return value
}

/** Query and path are text and are converted to what they mean; a body is taken at its word. */
const validatorsOf: Build = (schemas) => {
  const options = { allErrors: true, allowUnionTypes: true, removeAdditional: false } as const
  const text = ajv(schemas, { customOptions: { ...options, coerceTypes: 'array' } })
  const body = ajv(schemas, { customOptions: { ...options, coerceTypes: false } })
  return (part) => (Object(part).httpPart === 'body' ? body : text)(part)
}

/** The named schemas that a schema refers to, and those that they refer to. */
export function namedIn(schema: unknown, named: Schemas, found: Schemas = {}): Schemas {
  for (const [key, value] of Object.entries(Object(schema))) {
    if (key === '$ref' && typeof value === 'string') {
      const [name = ''] = value.split('#', 1)
      if (!Object.hasOwn(named, name) || Object.hasOwn(found, name)) continue
      found[name] = named[name]
      namedIn(named[name], named, found)
    } else if (typeof value === 'object') {
      namedIn(value, named, found)
    }
  }
  return found
}

/** The named schemas. Each scope has those of its parent, and a copy of its own once it adds to them. */
export function schemaBucket(parents: Schemas = {}): SchemaBucket {
  let all = parents
  let isOwn = false
  return {
    add(schema) {
      if (Object.hasOwn(all, schema.$id))
        throw new Error(`There is a schema ${schema.$id} already.`)
      all = isOwn ? Object.assign(all, { [schema.$id]: schema }) : { ...all, [schema.$id]: schema }
      isOwn = true
    },
    getSchema: (id) => all[id],
    getSchemas() {
      isOwn = false
      return all
    },
  }
}

type SchemaBucket = {
  add: (schema: { $id: string }) => void
  getSchema: (id: string) => unknown
  getSchemas: () => Schemas
}

/** Compiles a schema when its first request comes: 3 ms a route add up to seconds at start. */
export function lazily({ buildValidator, buildSerializer }: Compilers): Compilers {
  return {
    buildValidator: (...build) => {
      let compile: Compile | undefined
      return (part) => {
        let validate: ReturnType<Compile> | undefined
        const lazy = (data: unknown) => {
          compile ??= buildValidator(...build)
          validate ??= compile(part)
          const isValid = validate(data)
          Object.assign(lazy, { errors: validate.errors })
          return isValid
        }
        return lazy as ReturnType<Compile>
      }
    },
    buildSerializer: (...build) => {
      const compile = buildSerializer(...build)
      return (part) => {
        let serialize: ReturnType<typeof compile> | undefined
        return (data: unknown) => {
          serialize ??= compile(part)
          return serialize(data)
        }
      }
    },
  }
}
