import { describe, expect, test } from 'vitest'
import { bindingsOf, traceFrom, traceHeaders, traceparentOf } from '../../src/trace.ts'

const trace_id = '4bf92f3577b34da6a3ce929d0e0e4736'
const parent_span_id = '00f067aa0ba902b7'

describe('a traceparent', () => {
  test.each([
    ['00', '01', true],
    ['00', '00', false],
    ['00', '03', true],
    ['cc', '01', true],
  ])('of version %s with flags %s is followed', (version, flags, isSampled) => {
    const trace = traceFrom(`${version}-${trace_id}-${parent_span_id}-${flags}`)
    expect(trace).toMatchObject({ trace_id, parent_span_id, isSampled })
    expect(trace.span_id).toMatch(/^[\da-f]{16}$/)
    expect(traceparentOf(trace)).toBe(`00-${trace_id}-${trace.span_id}-${isSampled ? '01' : '00'}`)
    expect(traceHeaders(trace)).toEqual({ traceparent: traceparentOf(trace) })
    expect(bindingsOf(trace)).toEqual({ trace_id, span_id: trace.span_id, parent_span_id })
  })

  test('of a version to come may say more', () => {
    expect(traceFrom(`cc-${trace_id}-${parent_span_id}-01-what-will-be`)).toMatchObject({
      trace_id,
    })
    expect(traceFrom(`cc-${trace_id}-${parent_span_id}-01.what`).trace_id).not.toBe(trace_id)
  })

  test.each([
    undefined,
    ['00-a', '00-b'],
    '',
    `ff-${trace_id}-${parent_span_id}-01`,
    `00-${'0'.repeat(32)}-${parent_span_id}-01`,
    `00-${trace_id}-${'0'.repeat(16)}-01`,
    `00-${trace_id.toUpperCase()}-${parent_span_id}-01`,
    `00-${trace_id}-${parent_span_id}-01-more`,
    `00-${trace_id}-${parent_span_id}-1`,
    `00-${trace_id}-${parent_span_id}`,
    `00-${trace_id}-${parent_span_id}-01, 00-${trace_id}-${parent_span_id}-01`,
  ])('that is none begins a trace: %s', (header) => {
    const trace = traceFrom(header)
    expect(trace.trace_id).toMatch(/^[\da-f]{32}$/)
    expect(trace.trace_id).not.toBe(trace_id)
    expect(bindingsOf(trace)).toEqual({ trace_id: trace.trace_id, span_id: trace.span_id })
  })

  test('is never that of another', () => {
    const spans = Array.from({ length: 1000 }, () => traceFrom(undefined).span_id)
    expect(new Set(spans).size).toBe(1000)
    expect(traceHeaders(undefined)).toEqual({})
  })
})
