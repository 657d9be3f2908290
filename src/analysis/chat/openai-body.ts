import type { Message, Tool } from '../model.ts'

/** A turn as `chat/completions` takes it, asked for as a stream. */
export function bodyOf(
  model: string,
  turn: readonly Message[],
  tools: readonly Tool[],
  hasTemperature: boolean,
): string {
  return JSON.stringify({
    ...(model !== '' && { model }),
    messages: turn.map(messageOf),
    ...(tools.length > 0 && { tools: tools.map(toolOf) }),
    stream: true,
    ...(hasTemperature && { temperature: 0 }),
  })
}

function messageOf(message: Message): object {
  if (message.role === 'tool') {
    return { role: 'tool', tool_call_id: message.call_id, content: message.content }
  }
  if (message.role !== 'assistant' || !message.calls?.length) {
    return { role: message.role, content: message.content }
  }
  const tool_calls = message.calls.map(({ id, name, arguments: text }) => ({
    id,
    type: 'function',
    function: { name: nameOf(name), arguments: isObject(text) ? text : '{}' },
  }))
  return { role: 'assistant', content: message.content || null, tool_calls }
}

/** Servers refuse a turn whose own earlier calls have names that no tool can have. */
function nameOf(name: string): string {
  return name.replace(/[^\w-]/g, '_').slice(0, 64) || 'unknown'
}

/** Some servers read the arguments of earlier calls again, and fail on what is no object. */
function isObject(text: string): boolean {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

function toolOf({ name, description, parameters }: Tool): object {
  return { type: 'function', function: { name, description, parameters: plain(parameters) } }
}

/** Without what servers do not need, and some do not take. */
function plain(schema: unknown): unknown {
  const text = JSON.stringify(schema, (key, value) =>
    key === '$id' || key === 'examples' ? undefined : value,
  )
  return JSON.parse(text)
}
