import { describe, expect, test } from 'vitest'
import { createChunkReader } from '../../src/analysis/chat/openai-chunks.ts'
import { createEventReader } from '../../src/analysis/chat/openai-events.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

function readAll(bytes: Uint8Array, splits: readonly number[]): string[] {
  const reader = createEventReader()
  const found: string[] = []
  let from = 0
  for (const to of [...splits, bytes.length]) {
    found.push(...reader.push(bytes.subarray(from, to)))
    from = to
  }
  return [...found, ...reader.end()]
}

describe('events of a stream', () => {
  const streams = {
    lf: 'data: {"a":"売上💹"}\n\n: a comment\n\nevent: x\nid: 1\ndata: two\ndata:lines\n\ndata: [DONE]\n\n',
    crlf: 'data: {"a":"売上💹"}\r\n\r\n: a comment\r\n\r\ndata: two\r\ndata:lines\r\n\r\ndata: [DONE]\r\n\r\n',
    cr: 'data: {"a":"売上💹"}\r\r:\rdata: two\rdata:lines\r\rdata: [DONE]\r\r',
  }
  const wanted = ['{"a":"売上💹"}', 'two\nlines', '[DONE]']

  test.each(Object.entries(streams))('are the same wherever %s is split', (_, text) => {
    const bytes = bytesOf(text)
    expect(readAll(bytes, [])).toEqual(wanted)
    for (let at = 0; at <= bytes.length; at += 1) expect(readAll(bytes, [at])).toEqual(wanted)
    const everywhere = Array.from({ length: bytes.length }, (_, at) => at)
    expect(readAll(bytes, everywhere)).toEqual(wanted)
  })

  test('begin behind a mark of UTF-8, and end without an empty line', () => {
    expect(readAll(bytesOf('\ufeffdata: 1\n\ndata: 2'), [2])).toEqual(['1', '2'])
    expect(readAll(bytesOf('data: 1\r'), [])).toEqual(['1'])
    expect(readAll(bytesOf('\n\n\ndata\n\ndata:\n\n:x\n'), [])).toEqual(['', ''])
  })

  test('may have a line of a megabyte that comes byte by byte', () => {
    const reader = createEventReader()
    const one = bytesOf('x')
    reader.push(bytesOf('data: '))
    for (let n = 0; n < 1_000_000; n += 1) reader.push(one)
    expect(reader.push(bytesOf('\n\n'))).toEqual(['x'.repeat(1_000_000)])
  })
})

describe('chunks of an answer', () => {
  const choose = (delta: object, finish_reason: string | null = null) => ({
    choices: [{ index: 0, delta, finish_reason }],
  })
  const callOf = (
    index: number | undefined,
    id: string | undefined,
    name: string | undefined,
    text: unknown,
  ) => choose({ tool_calls: [{ index, id, function: { name, arguments: text } }] })
  const readChunks = (...chunks: object[]) => {
    const reader = createChunkReader()
    return chunks.flatMap((chunk) => reader.push(chunk))
  }

  test('give text as it comes and calls whole, by their index', () => {
    const deltas = readChunks(
      { choices: [], prompt_filter_results: [] },
      choose({ role: 'assistant', content: 'a' }),
      choose({ content: null }),
      callOf(1, 'two', 'get_rows', '{"step'),
      callOf(0, 'one', 'add_step', ''),
      callOf(1, undefined, undefined, '":"original"}'),
      callOf(0, undefined, undefined, '{}'),
      choose({}, 'tool_calls'),
      choose({ content: 'too late' }),
    )
    expect(deltas).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'call', call: { id: 'two', name: 'get_rows', arguments: '{"step":"original"}' } },
      { kind: 'call', call: { id: 'one', name: 'add_step', arguments: '{}' } },
      { kind: 'end', reason: 'calls' },
    ])
  })

  test('are calls of their own where a server counts none, or gives one id twice', () => {
    const deltas = readChunks(
      callOf(0, 'a', 'get_rows', { step: 'original' }),
      callOf(0, 'b', 'get_step', '{}'),
      choose({
        tool_calls: [
          { function: { name: 'x', arguments: '' } },
          { id: 'a', function: { name: 'y' } },
        ],
      }),
      choose({}, 'stop'),
    )
    const calls = deltas.flatMap((delta) => (delta.kind === 'call' ? [delta.call] : []))
    expect(calls.map(({ name }) => name)).toEqual(['get_rows', 'get_step', 'y'])
    expect(calls[0]?.arguments).toBe('{"step":"original"}')
    expect(calls[2]?.arguments).toBe('{}')
    expect(new Set(calls.map(({ id }) => id)).size).toBe(3)
    expect(deltas.at(-1)).toEqual({ kind: 'end', reason: 'calls' })
  })

  test('say why an answer ended', () => {
    const reasonOf = (finish: string) => readChunks(choose({}, finish)).at(-1)
    expect(reasonOf('length')).toEqual({ kind: 'end', reason: 'length' })
    expect(reasonOf('content_filter')).toEqual({ kind: 'end', reason: 'filtered' })
    expect(reasonOf('stop')).toEqual({ kind: 'end', reason: 'stop' })
    expect(reasonOf('eos_token')).toEqual({ kind: 'end', reason: 'stop' })
  })

  test('are refused when they are garbage, errors, or without end', () => {
    const failing = (chunk: unknown) => {
      try {
        createChunkReader().push(chunk)
      } catch (error) {
        return Object(error)
      }
    }
    for (const chunk of [null, 1, 'a', {}, [], { choices: 1 }]) {
      expect(failing(chunk).failure).toBe('analysis_model_failed')
    }
    expect(failing({ error: { message: 'sk-1' } })).toMatchObject({ isTransient: true })
    expect(failing({ error: { message: 'sk-1' } }).message).not.toContain('sk-1')
    expect(failing({ error: { code: 'content_filter' } }).failure).toBe('analysis_model_filtered')
    const long = { tool_calls: [{ index: 0, function: { arguments: 'x'.repeat(600_000) } }] }
    expect(failing({ choices: [{ delta: long }] }).detail).toEqual({
      reason: 'calls of tools are too long',
    })
    const many = Array.from({ length: 65 }, (_, index) => ({ index, function: { name: 'a' } }))
    expect(failing({ choices: [{ delta: { tool_calls: many } }] }).failure).toBe(
      'analysis_model_failed',
    )
  })
})
