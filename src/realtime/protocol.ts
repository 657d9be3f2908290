import type { FastifyRequest, FastifySchema } from 'fastify'
import { ref } from '../../schemas/common.ts'
import { RoomInput, type RoomOutput } from '../../schemas/realtime.ts'
import { type Failure, failure } from '../failure.ts'
import { isStorable } from '../json-body.ts'
import type { Language } from '../messages.ts'
import { describe, toFailure } from '../problem-details.ts'

export const maxContentBytes = 8 * 1024

const known = Object.keys(RoomInput)
const schemas = new Map<unknown, FastifySchema>(
  Object.entries(RoomInput).map(([type, schema]) => [type, ref(schema)]),
)

/** What a client says, held against its schema as a body of a request is. */
export function readInput(request: FastifyRequest, data: string): RoomInput {
  const input = parse(data)
  const { type = 'message' } = input
  const schema = schemas.get(type)
  if (!schema) throw failure('message_type_unknown', { type: nameOf(type), known })
  const validate = request.compileValidationSchema(schema, 'body')
  if (!validate(input)) throw Object.assign(new Error(), { validation: validate.errors })
  if (!isStorable(input)) throw failure('forbidden_character')
  return { ...input, type } as RoomInput
}

/** What was said, without blanks around it; too much of it fails. */
export function contentOf({ content = '' }: { content?: string }): string {
  const trimmed = content.trim()
  if (Buffer.byteLength(trimmed) <= maxContentBytes) return trimmed
  throw failure('message_too_long', { limit: maxContentBytes })
}

/** A failure as it is told in a room. */
export function errorOf(error: unknown, language: Language): RoomOutput & { type: 'error' } {
  const { code, detail, errors } = describe(failureIn(error), language, '', '')
  return { type: 'error', code, message: detail, ...(errors && { errors }) }
}

export function failureIn(error: unknown): Failure {
  return toFailure(Object(error))
}

function parse(data: string): { type?: unknown } {
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {}
  throw failure('malformed_json')
}

function nameOf(type: unknown): string {
  return typeof type === 'string' ? type.slice(0, 50) : typeof type
}
