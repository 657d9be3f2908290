import ajvCompiler from '@fastify/ajv-compiler'
import serializerCompiler from '@fastify/fast-json-stringify-compiler'

const ajv = ajvCompiler()

/** Query and path are text and are converted to what they mean; a body is taken at its word. */
const buildValidator: typeof ajv = (schemas) => {
  const options = { allErrors: true, allowUnionTypes: true, removeAdditional: false } as const
  const text = ajv(schemas, { customOptions: { ...options, coerceTypes: 'array' } })
  const body = ajv(schemas, { customOptions: { ...options, coerceTypes: false } })
  return (part) => (Object(part).httpPart === 'body' ? body : text)(part)
}

const serializersOf = serializerCompiler()

/** A serializer is given the schemas that it names: it checks all that it is given, each time. */
const buildSerializer: typeof serializersOf = (schemas, options) => (part) =>
  serializersOf(namedIn(part.schema, Object(schemas)), options)(part)

export const compilers = { buildValidator, buildSerializer }

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

type Schemas = Record<string, unknown>
type Compile = ReturnType<typeof buildValidator>

/** Compiles a schema when its first request comes: 3 ms a route add up to seconds at start. */
export function lazily({ buildValidator, buildSerializer }: typeof compilers): typeof compilers {
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
