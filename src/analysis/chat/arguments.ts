import {
  type ToolArguments,
  type ToolName,
  toolArguments,
} from '../../../schemas/analysis/chat-tools.ts'
import { line } from '../../../schemas/common.ts'
import { failure, invalid } from '../../failure.ts'
import { isStorable } from '../../json-body.ts'
import { faultsIn } from '../shapes.ts'

/** Longer than any configuration that a step may have. */
const maxLength = 300_000

const maxDepth = 20

const isLine = new RegExp(line)

/** A call whose tool there is, and whose arguments are what that tool takes. */
export type CheckedCall = {
  [Name in ToolName]: { name: Name; arguments: ToolArguments[Name] }
}[ToolName]

/**
 * What a model wrote, checked as a body of a request is. Fails with `analysis_tool_unknown`,
 * `analysis_tool_arguments`, or `invalid` with the fields.
 */
export function checkCall(
  { name, arguments: text }: { name: string; arguments: string },
  known: readonly ToolName[],
): CheckedCall {
  const tool = known.find((each) => each === name)
  if (!tool) throw failure('analysis_tool_unknown', { name: name.slice(0, 64), known })
  const value = objectIn(text)
  const faults = faultsIn(toolArguments[tool], value, 'arguments')
  if (faults.length > 0) {
    throw invalid(...faults.map(({ field, ...rest }) => ({ ...rest, field: within(field) })))
  }
  // Where it is no text the schema has said so.
  if ('name' in value && !isLine.test(String(value.name)))
    throw invalid({ field: 'name', rule: 'line' })
  return { name: tool, arguments: value } as CheckedCall
}

function within(field: string): string {
  return field.replace(/^arguments\./, '')
}

/** The JSON object that a text is. Fails with `analysis_tool_arguments`. */
export function objectIn(text: string): object {
  const refuse = (reason: string) => failure('analysis_tool_arguments', { reason })
  if (text.length > maxLength) throw refuse(`more than ${maxLength} characters`)
  const value = parse(text === '' ? '{}' : text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('no object')
  const fault = oddityIn(value)
  if (fault) throw refuse(fault)
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Depth, names that poison prototypes, and characters that no database keeps. */
function oddityIn(value: object): string | undefined {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return 'nested too deeply'
    const objects = level.filter((each) => typeof each === 'object' && each !== null)
    if (objects.some((each) => Object.hasOwn(each as object, '__proto__'))) return '__proto__'
    level = objects.flatMap((each) => Object.values(each as object))
  }
  return isStorable(value) ? undefined : 'NUL or half a surrogate pair'
}
