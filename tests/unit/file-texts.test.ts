import { describe, expect, test } from 'vitest'
import { asJson, asText } from '../../src/file-texts.ts'

const refusal = new Error('refused')

async function* pieces(content: Buffer, size: number) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}

/** Whether a file passes, read whole and byte by byte, and is what it was behind. */
async function passes(as: typeof asText, content: Buffer | string): Promise<boolean> {
  const file = Buffer.from(content)
  const outcomes = await Promise.all(
    [1, 3, 64 * 1024].map(async (size) => {
      const seen: Buffer[] = []
      try {
        for await (const chunk of as(pieces(file, size), () => refusal)) seen.push(chunk)
      } catch (error) {
        expect(error).toBe(refusal)
        return false
      }
      expect(Buffer.concat(seen)).toEqual(file)
      return true
    }),
  )
  if (as === asText) return outcomes.at(-1) as boolean
  expect(new Set(outcomes).size).toBe(1)
  return outcomes[0] as boolean
}

const wide = (text: string, isBig = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return isBig ? bytes.swap16() : bytes
}

describe('a text', () => {
  test.for([
    ['ASCII', 'a,b\r\n1,2\r\n\f\t'],
    ['UTF-8', '名前,値\n売上,１００\n𠮷\n'],
    ['UTF-8 with a mark', '\ufeff名前,値\n'],
    ['Shift_JIS', Buffer.from('96bc914f2c926c0d0a94848fe32c310d0a', 'hex')],
    ['what Windows adds to it', Buffer.from('8740faadeeefb1b2b3', 'hex')],
    ['Shift_JIS behind much ASCII', Buffer.from(`${'61'.repeat(7000)}96bc`, 'hex')],
    ['UTF-16', wide('名前,値\n𠮷')],
    ['UTF-16, the other way round', wide('名前,値\n𠮷', true)],
    ['a blank', ' '],
  ] as const)('in %s is taken', async ([, content]) => {
    expect(await passes(asText, Buffer.from(content as string))).toBe(true)
  })

  test.for([
    ['a NUL', 'a\0b'],
    ['an escape', '\x1b[31m'],
    ['a delete', 'a\x7f'],
    ['a program', Buffer.from('4d5a900003000000', 'hex')],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['half a letter at its end', Buffer.from('e5908d0ae590', 'hex')],
    ['a NUL at its end', Buffer.concat([Buffer.alloc(20_000, '名'), Buffer.alloc(1)])],
    ['two encodings', Buffer.from('e5908d0a96bc914f81', 'hex')],
    ['UTF-16 without a mark', wide('abc').subarray(2)],
    ['half a letter of UTF-16', wide('abc').subarray(0, 5)],
    ['half a pair of UTF-16', Buffer.from('fffe42d86100', 'hex')],
    ['UTF-32', Buffer.from('fffe000061000000', 'hex')],
    ['a NUL in UTF-16', wide('a\0')],
    ['no text at all', Buffer.from('ff', 'hex')],
  ] as const)('is none with %s', async ([, content]) => {
    expect(await passes(asText, Buffer.from(content as string))).toBe(false)
  })
})

describe('JSON', () => {
  test.for([
    '{}',
    '[]',
    ' [ ] ',
    'null',
    '0',
    '-0.5e+10',
    '"売上 𠮷 \\u0041\\"\\\\\\n"',
    '\ufeff{"a":[1,2,{"b":null}],"__proto__":{"c":true}}\r\n',
    '[[],{},[{}],"",false]',
    `${'['.repeat(1000)}${']'.repeat(1000)}`,
    `[${'1'.repeat(999)}]`,
    `["${'x'.repeat(20_000)}"]`,
  ])('%.40s', async (text) => {
    JSON.parse(text.replace('\ufeff', ''))
    expect(await passes(asJson, text)).toBe(true)
  })

  test.for([
    '',
    ' ',
    '\ufeff',
    '{',
    '[',
    ']',
    '}',
    '[}',
    '{]',
    '[1,]',
    '[,1]',
    '[1 2]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a":1 "b":2}',
    '{"a" 1}',
    '1 2',
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    '--1',
    'NaN',
    'Infinity',
    'nul',
    'nullx',
    'True',
    '"',
    '"\\',
    '"\\x"',
    '"\\u12g4"',
    '"\\u12"',
    '"a\nb"',
    '"a\0b"',
    '\0{}',
    '{}\0',
    '{}{}',
    '// a\n1',
    '<html>',
    '1-1',
  ])('is not %j', async (text) => {
    expect(() => JSON.parse(text)).toThrow()
    expect(await passes(asJson, text)).toBe(false)
  })

  test('is none in other encodings, too deep or with endless numbers', async () => {
    expect(await passes(asJson, wide('{}'))).toBe(false)
    expect(await passes(asJson, Buffer.from('22 96bc 22'.replaceAll(' ', ''), 'hex'))).toBe(false)
    expect(await passes(asJson, `${'['.repeat(1001)}${']'.repeat(1001)}`)).toBe(false)
    expect(await passes(asJson, `[${'1'.repeat(1001)}]`)).toBe(false)
  })
})
