import { type Static, type TSchema, Type } from '@sinclair/typebox'

export const Id = Type.String({
  format: 'uuid',
  examples: ['01990f6e-5c00-7000-8000-0123456789ab'],
})
export const Timestamp = Type.String({
  format: 'date-time',
  examples: ['2026-01-02T03:04:05.678Z'],
})
export const IdParams = Type.Object({
  id: Type.String({ ...Id, description: 'The id of the object.' }),
})

/** What a client says to change only the version it has seen. */
export const IfMatch = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'The `ETag` this change is based on.' })),
})

/** A JSON Schema `enum` instead of TypeBox's `anyOf` of constants: shorter docs and messages. */
export function oneOf<const Values extends readonly string[]>(...values: Values) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: values })
}

/** A list of types instead of TypeBox's `anyOf`: a wrong value has one fault, not three. */
export function nullable<Schema extends TSchema>(schema: Schema) {
  const values = schema.enum && { enum: [...schema.enum, null] }
  return Type.Unsafe<Static<Schema> | null>({ ...schema, ...values, type: [schema.type, 'null'] })
}

/** Points at one of the named schemas in `schemas/index.ts`, so that the docs name it once. */
export function ref<Schema extends TSchema>(schema: Schema) {
  return Type.Unsafe<Static<Schema>>({ $ref: `${schema.$id}#` })
}

/** A file in an answer. */
export function fileOf(...types: string[]) {
  const schema = { type: 'string', format: 'binary' }
  return {
    description: 'The file',
    content: Object.fromEntries(types.map((type) => [type, { schema }])),
  }
}

/** RFC 9457. Every answer of 400 and above has this shape; some codes add members of their own. */
export const ProblemDetails = Type.Object(
  {
    type: Type.String({ format: 'uri', examples: ['https://httpstatuses.com/422'] }),
    title: Type.String({ examples: ['Unprocessable Entity'] }),
    status: Type.Integer({ examples: [422] }),
    detail: Type.String({ description: 'What to do, in the language of `Accept-Language`.' }),
    instance: Type.String({ description: 'The path that was asked for.' }),
    request_id: Type.String({ description: 'The request, by its id in the log.' }),
    code: Type.String({ examples: ['invalid_request'] }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String({ examples: ['members.0.role'] }),
          line: Type.Optional(Type.Integer({ minimum: 1, description: 'In a file.' })),
          column: Type.Optional(Type.Integer({ minimum: 1, description: 'In a file.' })),
          message: Type.String(),
        }),
      ),
    ),
  },
  { $id: 'ProblemDetails', additionalProperties: true },
)
export type ProblemDetails = Static<typeof ProblemDetails>

/**
 * One line that can be seen: no control characters, none that turn the direction of writing, and none
 * without width, by which two names that look the same would differ.
 */
export const line =
  '^(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2064\\u2066-\\u2069]+$'
