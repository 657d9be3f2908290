// biome-ignore lint/suspicious/noExplicitAny: a body as it came, whose every part is looked at.
type Loose = any

/** What chat completions take; whatever else a client sends is refused, as OpenAI does. */
const known = [
  'model',
  'messages',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'stream',
  'stream_options',
  'temperature',
  'max_tokens',
  'max_completion_tokens',
  'user',
]

/** What is wrong with a request, in words as OpenAI has them; nothing for one that is right. */
export function complaintOf(body: Loose, needsModel: boolean): string | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'not an object'
  const stranger = Object.keys(body).find((key) => !known.includes(key))
  if (stranger) return `Unrecognized request argument supplied: ${stranger}`
  if (needsModel && (typeof body.model !== 'string' || body.model === '')) {
    return 'you must provide a model parameter'
  }
  if (body.temperature !== undefined && !(body.temperature >= 0 && body.temperature <= 2)) {
    return 'temperature out of range'
  }
  if (body.stream !== undefined && typeof body.stream !== 'boolean') return 'stream: not a boolean'
  return complaintOfTools(body.tools) ?? complaintOfMessages(body.messages)
}

function complaintOfTools(tools: Loose): string | undefined {
  if (tools === undefined) return undefined
  if (!Array.isArray(tools) || tools.length === 0) return '[] is too short - tools'
  const names = new Set<string>()
  for (const tool of tools) {
    if (strangerIn(tool, ['type', 'function'])) return 'tools: unknown member'
    if (tool.type !== 'function') return 'tools: type'
    if (strangerIn(tool.function, ['name', 'description', 'parameters', 'strict'])) {
      return 'tools: unknown member of function'
    }
    const { name, description, parameters } = tool.function
    if (!/^[\w-]{1,64}$/.test(name)) return 'tools: name'
    if (names.has(name)) return 'tools: name twice'
    names.add(name)
    if (typeof description !== 'string' || description.length > 4096) return 'tools: description'
    if (parameters?.type !== 'object') return 'tools: parameters must be an object schema'
  }
  return undefined
}

/** The order of roles, and that every call of a tool is answered right behind it. */
function complaintOfMessages(messages: Loose): string | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return '[] is too short - messages'
  let open = new Set<string>()
  for (const [at, message] of messages.entries()) {
    const where = `messages.${at}`
    if (message.role !== 'tool' && open.size > 0) {
      return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id' (${where})`
    }
    if (message.role === 'tool') {
      if (strangerIn(message, ['role', 'content', 'tool_call_id'])) return `${where}: member`
      if (typeof message.content !== 'string') return `${where}: content`
      if (!open.delete(message.tool_call_id)) {
        return `${where}: messages with role 'tool' must be a response to a preceding message with 'tool_calls'`
      }
    } else if (message.role === 'assistant') {
      if (strangerIn(message, ['role', 'content', 'tool_calls'])) return `${where}: member`
      const complaint = complaintOfCalls(message)
      if (complaint) return `${where}: ${complaint}`
      open = new Set((message.tool_calls ?? []).map(({ id }: Loose) => id))
    } else if (message.role === 'system' || message.role === 'user') {
      if (strangerIn(message, ['role', 'content'])) return `${where}: member`
      if (typeof message.content !== 'string') return `${where}: content`
      if (message.role === 'system' && at > 0 && messages[at - 1].role !== 'system') {
        return `${where}: system messages come first`
      }
    } else return `${where}: role`
  }
  const last = messages.at(-1).role
  return last === 'user' || last === 'tool' ? undefined : 'nothing to answer'
}

function complaintOfCalls({ content, tool_calls }: Loose): string | undefined {
  if (tool_calls === undefined) {
    return typeof content === 'string' && content !== '' ? undefined : 'content'
  }
  if (content !== null && typeof content !== 'string') return 'content'
  if (!Array.isArray(tool_calls) || tool_calls.length === 0) return 'tool_calls: too short'
  const ids = tool_calls.map(({ id }: Loose) => id)
  if (new Set(ids).size < ids.length) return 'tool_calls: id twice'
  for (const call of tool_calls) {
    if (strangerIn(call, ['id', 'type', 'function'])) return 'tool_calls: member'
    if (typeof call.id !== 'string' || call.id === '' || call.type !== 'function') return 'id, type'
    if (!/^[\w-]{1,64}$/.test(call.function?.name)) return 'tool_calls: name'
    const args = JSON.parse(call.function.arguments)
    if (typeof args !== 'object') return 'tool_calls: arguments'
  }
  return undefined
}

function strangerIn(object: Loose, members: readonly string[]): boolean {
  return Object.keys(Object(object)).some((key) => !members.includes(key))
}
