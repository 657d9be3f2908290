import { randomHex } from './values.ts'

/**
 * Where a piece of work stands in a trace (W3C Trace Context): log lines of one request, of the jobs
 * that it asks for and of what they call have the same `trace_id`.
 */
export type Trace = {
  trace_id: string
  span_id: string
  /** The span that asked for this one. */
  parent_span_id?: string
  isSampled: boolean
}

/** Goes on with the trace that a `traceparent` names, and begins one where it names none. */
export function traceFrom(traceparent: unknown): Trace {
  const span_id = randomHex(8)
  const parent = typeof traceparent === 'string' ? parentIn(traceparent) : undefined
  return parent ? { ...parent, span_id } : { trace_id: randomHex(16), span_id, isSampled: false }
}

/** What the next one is told: our span is its parent. */
export function traceparentOf({ trace_id, span_id, isSampled }: Trace): string {
  return `00-${trace_id}-${span_id}-${isSampled ? '01' : '00'}`
}

/** What a log line says of it. */
export function bindingsOf({ trace_id, span_id, parent_span_id }: Trace) {
  return parent_span_id ? { trace_id, span_id, parent_span_id } : { trace_id, span_id }
}

/** A header for a call that belongs to a trace, or none. */
export function traceHeaders(trace: Trace | undefined): Record<string, string> {
  return trace ? { traceparent: traceparentOf(trace) } : {}
}

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/

/** Versions to come may say more after the flags; version 00 may not, and there is no version ff. */
function parentIn(traceparent: string): Omit<Trace, 'span_id'> | undefined {
  const [, version, trace_id, parent_span_id, flags, more] = form.exec(traceparent) ?? []
  if (!trace_id || !parent_span_id || version === 'ff') return undefined
  if (version === '00' && more !== undefined) return undefined
  if (/^0+$/.test(trace_id) || /^0+$/.test(parent_span_id)) return undefined
  return { trace_id, parent_span_id, isSampled: (Number.parseInt(String(flags), 16) & 1) === 1 }
}
