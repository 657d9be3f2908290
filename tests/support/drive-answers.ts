export type Answer = { status: number; body?: unknown; headers?: Record<string, string> }

export type Refusal = { refusal: Answer }

/** An error as Google's APIs put it. */
export function errorAnswer(
  status: number,
  reason: string,
  message = reason,
  headers: Record<string, string> = {},
): Answer {
  const domain = /quota|limit/i.test(reason) ? 'usageLimits' : 'global'
  const errors = [{ domain, reason, message }]
  return { status, headers, body: { error: { code: status, message, errors } } }
}

/** To be thrown anywhere below a request. */
export function refuse(status: number, reason: string, message?: string): Refusal {
  return { refusal: errorAnswer(status, reason, message) }
}

export function notFound(id: string): Refusal {
  return refuse(404, 'notFound', `File not found: ${id}.`)
}

type Mask = Map<string, Mask | true>

/** `id,files(id,capabilities/canAddChildren)` and `*`. */
function maskOf(text: string): Mask {
  const tokens = text.match(/[\w*]+|[(),/]/g) ?? []
  let at = 0
  function fields(): Mask {
    const mask: Mask = new Map()
    while (at < tokens.length) {
      const name = tokens[at++] as string
      if (!/^[\w*]+$/.test(name)) throw refuse(400, 'invalidParameter', 'Invalid field selection')
      if (tokens[at] === '(') {
        at += 1
        mask.set(name, fields())
        if (tokens[at++] !== ')') throw refuse(400, 'invalidParameter', 'Invalid field selection')
      } else if (tokens[at] === '/') {
        at += 1
        mask.set(name, new Map([[tokens[at++] as string, true]]))
      } else mask.set(name, true)
      if (tokens[at] !== ',') return mask
      at += 1
    }
    return mask
  }
  return fields()
}

function pick(value: unknown, mask: Mask | true, known: readonly string[] | undefined): unknown {
  if (mask === true || mask.has('*')) return value
  if (Array.isArray(value)) return value.map((each) => pick(each, mask, known))
  const source = Object(value)
  const picked: Record<string, unknown> = {}
  for (const [name, inner] of mask) {
    if (known && !known.includes(name)) {
      throw refuse(400, 'invalidParameter', `Invalid field selection ${name}`)
    }
    if (source[name] !== undefined) picked[name] = pick(source[name], inner, undefined)
  }
  return picked
}

/** What of an object was asked for, and nothing else. */
export function masked(
  value: unknown,
  fields: string | null,
  usual: string,
  known?: readonly string[],
): unknown {
  return pick(value, maskOf(fields || usual), known)
}
