import { describe, expect, test } from 'vitest'
import { pauseAfter, retryAfterOf } from '../../../src/backoff.ts'
import { createJsonScanner, readJson } from '../../../src/statistics/estat/body.ts'
import { estatError, faultOf, isTransient } from '../../../src/statistics/estat/faults.ts'
import { dataParametersOf, listParametersOf } from '../../../src/statistics/estat/query.ts'
import { quote, redactor } from '../../../src/statistics/estat/redact.ts'
import { defaultBackoff } from '../../../src/statistics/estat/retry.ts'
import { createSemaphore } from '../../../src/statistics/estat/semaphore.ts'

const limits = { maxBytes: 1000, maxDepth: 5, maxContainers: 20 }

async function* pieces(...texts: (string | Uint8Array)[]) {
  for (const text of texts) yield typeof text === 'string' ? Buffer.from(text) : text
}

describe('bodies', () => {
  test('are read across pieces that cut letters and escapes', async () => {
    const bytes = Buffer.from('{"a":"東京\\"}]\\\\","b":[1,{"c":null}]}')
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte))
    expect(await readJson(pieces(...single), limits)).toEqual({
      json: { a: '東京"}]\\', b: [1, { c: null }] },
    })
    expect(await readJson(pieces('\uFEFF \n{}\n'), limits)).toEqual({ json: {} })
  })

  test.each([
    ['nothing', '', 'truncated'],
    ['an open object', '{"a":1', 'truncated'],
    ['an open text', '{"a":"1', 'truncated'],
    ['brackets in texts', '{"a":"}}"', 'truncated'],
    ['half a letter', Buffer.from('{"a":"東').subarray(0, 8), 'truncated'],
    ['HTML', '<html></html>', 'not_estat'],
    ['an array', '[]', 'not_estat'],
    ['a text', '"GET_STATS_DATA"', 'not_estat'],
    ['what is no JSON', '{a:1}', 'not_estat'],
    ['one bracket too many', '{}}', 'not_estat'],
    ['another encoding', Uint8Array.of(0x7b, 0x22, 0x93, 0x8c, 0x22, 0x7d), 'not_estat'],
    ['six levels', '{"a":[[[[[]]]]]}', 'too_deep'],
    ['21 objects', `{"a":[${'{},'.repeat(18)}{}]}`, 'too_large'],
    ['1,001 bytes', `{"a":"${'a'.repeat(993)}"}`, 'too_large'],
  ])('of %s', async (_, body, fault) => {
    const read = await readJson(pieces(body), limits)
    if (fault === 'too_large') expect(read).toMatchObject({ fault })
    else expect(read).toEqual({ fault, message: expect.any(String) })
  })

  test('at the limits are read', async () => {
    for (const body of [
      '{"a":[[[[]]]]}',
      `{"a":[${'{},'.repeat(17)}{}]}`,
      `{"a":"${'a'.repeat(992)}"}`,
    ]) {
      expect(await readJson(pieces(body), limits), body).toHaveProperty('json')
    }
  })

  test('end with the first fault, however long they are', async () => {
    let given = 0
    async function* endless() {
      for (;;) {
        given += 1
        yield Buffer.from('{"a":')
      }
    }
    expect(await readJson(endless(), limits)).toMatchObject({ fault: 'too_deep' })
    expect(given).toBe(6)
  })

  test('that break off are truncated, and only the code of the reason is told', async () => {
    async function* broken() {
      yield Buffer.from('{')
      throw Object.assign(new TypeError('terminated at http://secret'), {
        cause: Object.assign(new Error('secret'), { code: 'UND_ERR_SOCKET' }),
      })
    }
    expect(await readJson(broken(), limits)).toEqual({
      fault: 'truncated',
      message: 'the body broke off (UND_ERR_SOCKET)',
    })
  })

  test('nest hundreds of thousands deep without harm', () => {
    const scanner = createJsonScanner({ ...limits, maxBytes: 1e6 })
    expect(scanner.push(Buffer.alloc(500_000, '['))).toMatchObject({ fault: 'too_deep' })
  })
})

describe('pauses', () => {
  const backoff = { ...defaultBackoff, baseMs: 100, maxMs: 350, maxRetryAfterMs: 5000 }

  test('double with full jitter, up to a limit', () => {
    const at = (random: number) =>
      [1, 2, 3, 40].map((failed) =>
        pauseAfter(failed, undefined, { ...backoff, random: () => random }),
      )
    expect(at(0)).toEqual([0, 0, 0, 0])
    expect(at(0.5)).toEqual([50, 100, 175, 175])
  })

  test('are as long as Retry-After says, up to a limit', () => {
    const pause = (ms: number) => pauseAfter(1, ms, { ...backoff, random: () => 0.5 })
    expect([0, 20, 3000, 1e9].map(pause)).toEqual([50, 50, 3000, 5000])
  })

  test('draw from [0, 1)', () => {
    const drawn = Array.from({ length: 1000 }, defaultBackoff.random)
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true)
    expect(new Set(drawn).size).toBeGreaterThan(900)
  })

  test.each([
    ['120', 120_000],
    ['0', 0],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['2026-10-21', undefined],
    ['', undefined],
    [null, undefined],
  ])('Retry-After %j is %j ms', (header, ms) => {
    expect(retryAfterOf(header, Date.UTC(2026, 9, 21, 7, 28, 0))).toBe(ms)
  })

  test('end with the signal', async () => {
    const controller = new AbortController()
    const slept = defaultBackoff.sleep(60_000, controller.signal)
    controller.abort()
    await expect(slept).rejects.toMatchObject({ estat: { fault: 'aborted' } })
  })
})

describe('redaction', () => {
  const secret = 'aB3+ /é"<1'
  const redact = redactor(secret)

  test.each([
    ['as it is', secret],
    ['in other case', secret.toUpperCase()],
    ['in a URL', encodeURIComponent(secret)],
    ['in a form', new URLSearchParams([['', secret]]).toString().slice(1)],
    ['in a URL in a URL', encodeURIComponent(encodeURIComponent(secret))],
    ['in lower-case escapes', encodeURIComponent(secret).toLowerCase()],
    [
      'percent-encoded throughout',
      [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join(''),
    ],
    [
      'in JSON escapes',
      [...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ],
    ['in HTML entities', [...secret].map((c) => `&#${c.charCodeAt(0)};`).join('')],
    [
      'in hexadecimal entities',
      [...secret].map((c) => `&#x${c.charCodeAt(0).toString(16)};`).join(''),
    ],
  ])('finds it %s', (_, spelling) => {
    expect(redact(`a${spelling}b ${spelling}`)).toBe('a[appId]b [appId]')
  })

  test('leaves other texts, and everything where there is no secret', () => {
    expect(redact('aB3 /é')).toBe('aB3 /é')
    expect(redactor('')('text')).toBe('text')
  })

  test('comes before a message is cut', () => {
    const text = `${' \n'.repeat(5000)}${'x'.repeat(290)}${secret}${'y'.repeat(100)}`
    const quoted = quote(text, redact)
    expect(quoted).toHaveLength(300)
    expect(quoted).toBe(`${'x'.repeat(290)}[appId]yy…`)
  })
})

describe('places', () => {
  test('are taken in order of arrival, and given back after failures', async () => {
    const slots = createSemaphore(2)
    const order: number[] = []
    let running = 0
    const work = (n: number) => async () => {
      running += 1
      expect(running).toBeLessThanOrEqual(2)
      order.push(n)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      if (n % 2) throw new Error(String(n))
      return n
    }
    const all = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((n) => slots.run(work(n))))
    expect(order).toEqual([0, 1, 2, 3, 4, 5])
    expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(3)
    expect(await slots.run(work(6))).toBe(6)
  })

  test('are not kept by those who gave up waiting', async () => {
    const slots = createSemaphore(1)
    let open = () => {}
    const first = slots.run(
      () =>
        new Promise<void>((resolve) => {
          open = resolve
        }),
    )
    const controller = new AbortController()
    const second = slots.run(async () => 'second', controller.signal)
    const third = slots.run(async () => 'third')
    controller.abort()
    await expect(second).rejects.toMatchObject({ estat: { fault: 'aborted' } })
    await expect(slots.run(async () => 'x', controller.signal)).rejects.toThrow()
    open()
    await first
    expect(await third).toBe('third')
  })
})

describe('queries', () => {
  test('name axes as e-Stat does', () => {
    const parameters = dataParametersOf({
      statsDataId: '0000010101',
      narrow: {
        cat01: { codes: ['A1101', 'A1102'] },
        time: { from: '2015100000', to: '2020100000' },
        area: { level: '2-3' },
        tab: { codes: ['max'] },
      },
    })
    expect(Object.fromEntries(parameters as URLSearchParams)).toEqual({
      statsDataId: '0000010101',
      cdCat01: 'A1101,A1102',
      cdTimeFrom: '2015100000',
      cdTimeTo: '2020100000',
      lvArea: '2-3',
      cdTab: 'max',
    })
    expect(String(listParametersOf({ statsCode: '00200502', collectArea: 2 }))).toBe(
      'statsCode=00200502&collectArea=2',
    )
  })

  test.each([
    ['101 codes', { area: { codes: Array.from({ length: 101 }, (_, n) => String(n)) } }],
    ['no codes', { area: { codes: [] } }],
    ['a code with a comma', { area: { codes: ['01000,02000'] } }],
    ['an empty code', { area: { from: '' } }],
    ['a level of letters', { area: { level: 'two' } }],
    ['an axis that is none', { cat16: { codes: ['1'] } }],
  ])('with %s are refused before they are asked', (_, narrow) => {
    expect(dataParametersOf({ statsDataId: '0000010101', narrow })).toMatchObject({
      fault: 'bad_query',
    })
    expect(dataParametersOf({ statsDataId: '1' })).toMatchObject({ fault: 'bad_query' })
  })
})

test('errors carry their fault, and say whether another try may help', () => {
  const error = estatError({ fault: 'unavailable', status: 503 })
  expect(error.message).toBe('e-Stat: unavailable 503')
  expect(faultOf(error)).toEqual({ fault: 'unavailable', status: 503 })
  expect(isTransient(error)).toBe(true)
  expect(isTransient(estatError({ fault: 'app_id_refused', status: 100 }))).toBe(false)
  expect(isTransient(new Error('other'))).toBe(false)
  expect(isTransient(undefined)).toBe(false)
})
