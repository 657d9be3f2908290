import type { TSchema } from '@sinclair/typebox'
import type { FieldFault } from '../failure.ts'

/** How many faults of one value are told. */
const maxFaults = 50

/**
 * What is wrong with a value by a schema of `schemas/`, with the rules and paths that the body of a request
 * has. Of a union only the member is looked at that the value means to be, by the field that names its kind.
 */
export function faultsIn(schema: TSchema, value: unknown, field: string): FieldFault[] {
  const members: TSchema[] | undefined = schema.anyOf
  if (members) return inUnion(members, value, field)
  const types: string[] = [schema.type ?? []].flat()
  const type = typeOf(value)
  const isOfType = types.some((each) => each === type || (each === 'number' && type === 'integer'))
  if (types.length > 0 && !isOfType) return [{ field, rule: 'type', type: types.join(', ') }]
  const allowedValues: unknown[] | undefined = 'const' in schema ? [schema.const] : schema.enum
  if (allowedValues && !allowedValues.includes(value)) {
    return [{ field, rule: 'enum', allowedValues }]
  }
  if (typeof value === 'string') return inLimits(schema, 'Length', [...value].length, field)
  if (typeof value === 'number') return inLimits(schema, 'imum', value, field)
  if (Array.isArray(value)) return inList(schema, value, field)
  return type === 'object' ? inObject(schema, Object(value), field) : []
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value !== 'number') return typeof value
  return Number.isInteger(value) ? 'integer' : Number.isFinite(value) ? 'number' : 'infinite'
}

type Limit = 'Length' | 'imum' | 'Items' | 'Properties'

function inLimits(schema: TSchema, what: Limit, size: number, field: string): FieldFault[] {
  const [min, max] = [schema[`min${what}`], schema[`max${what}`]]
  if (size < min) return [{ field, rule: `min${what}`, limit: min }]
  return size > max ? [{ field, rule: `max${what}`, limit: max }] : []
}

function inList(schema: TSchema, list: unknown[], field: string): FieldFault[] {
  const faults = inLimits(schema, 'Items', list.length, field)
  if (faults.length > 0) return faults
  if (schema.uniqueItems && new Set(list.map((each) => JSON.stringify(each))).size < list.length) {
    return [{ field, rule: 'uniqueItems' }]
  }
  return list
    .flatMap((each, index) => faultsIn(schema.items, each, `${field}.${index}`))
    .slice(0, maxFaults)
}

function inObject(schema: TSchema, value: object, field: string): FieldFault[] {
  const entries = Object.entries(value)
  const faults = inLimits(schema, 'Properties', entries.length, field)
  if (faults.length > 0) return faults
  const [others]: TSchema[] = Object.values(schema.patternProperties ?? {})
  const missing = ((schema.required ?? []) as string[]).filter(
    (name) => !Object.hasOwn(value, name),
  )
  const wrong = entries.flatMap(([name, each]): FieldFault[] => {
    const path = `${field}.${name}`
    const known = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties[name] : others
    if (known) return faultsIn(known, each, path)
    return schema.additionalProperties === false
      ? [{ field: path, rule: 'additionalProperties' }]
      : []
  })
  const lacking = missing.map((name) => ({ field: `${field}.${name}`, rule: 'required' }) as const)
  return [...lacking, ...wrong].slice(0, maxFaults)
}

/** Members that are no objects are told apart by their types; objects by the first field of constants. */
function inUnion(members: readonly TSchema[], value: unknown, field: string): FieldFault[] {
  if (typeOf(value) !== 'object' || members.every(({ type }) => type !== 'object')) {
    const types = members.map(({ type }) => String(type))
    const results = members.map((member) => faultsIn(member, value, field))
    const ofType = results.find((faults) => !faults.some((each) => isTypeOf(each, field)))
    return ofType ?? [{ field, rule: 'type', type: types.join(', ') }]
  }
  const objects = members.filter(({ type }) => type === 'object')
  const isEmpty = (member: TSchema) => Object.keys(member.properties).length === 0
  if (Object.keys(Object(value)).length === 0 && objects.some(isEmpty)) return []
  const named = objects.filter((member) => !isEmpty(member))
  const [first] = named
  if (!first || named.length === 1) return first ? faultsIn(first, value, field) : []
  return inNamed(named, Object(value), field)
}

function isTypeOf(fault: FieldFault, field: string): boolean {
  return fault.rule === 'type' && fault.field === field
}

function inNamed(members: readonly TSchema[], value: object, field: string): FieldFault[] {
  const kind = Object.keys(members[0]?.properties).find((name) =>
    members.every(({ properties }) => constantsOf(properties[name]).length > 0),
  ) as string
  const path = `${field}.${kind}`
  if (!Object.hasOwn(value, kind)) return [{ field: path, rule: 'required' }]
  const meant = new Map(Object.entries(value)).get(kind)
  const member = members.find(({ properties }) => constantsOf(properties[kind]).includes(meant))
  if (member) return faultsIn(member, value, field)
  const allowedValues = members.flatMap(({ properties }) => constantsOf(properties[kind]))
  return [{ field: path, rule: 'enum', allowedValues }]
}

function constantsOf(schema: TSchema | undefined): unknown[] {
  if (!schema) return []
  return 'const' in schema ? [schema.const] : (schema.enum ?? [])
}
