import { describe, expect, test } from 'vitest'
import { createSecrets } from '../../src/secrets.ts'

const secrets = createSecrets(Buffer.alloc(32, 1))

describe('a sealed text', () => {
  test('opens again, and never looks the same twice', () => {
    const sealed = secrets.seal('要は扇の要', 'test')
    expect(secrets.open(sealed, 'test')).toBe('要は扇の要')
    expect(sealed).not.toContain('要')
    expect(secrets.seal('要は扇の要', 'test')).not.toBe(sealed)
  })

  test('does not open for another purpose, with another key, or when it was changed', () => {
    const sealed = secrets.seal('text', 'test')
    expect(() => secrets.open(sealed, 'other')).toThrow()
    expect(() => createSecrets(Buffer.alloc(32, 2)).open(sealed, 'test')).toThrow()
    const [version, id, iv, body, tag] = sealed.split('.')
    const flipped = Buffer.from(body as string, 'base64url')
    flipped.writeUInt8(flipped.readUInt8(0) ^ 1, 0)
    const forged = [version, id, iv, flipped.toString('base64url'), tag].join('.')
    expect(() => secrets.open(forged, 'test')).toThrow()
    expect(() => secrets.open('text', 'test')).toThrow()
  })
})

describe('after the key was changed', () => {
  const [was, is] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const both = createSecrets(is, [Buffer.alloc(32, 3), was])

  test('what an earlier key sealed opens as long as that key is known', () => {
    const sealed = createSecrets(was).seal('text', 'test')
    expect(both.open(sealed, 'test')).toBe('text')
    expect(() => both.open(sealed, 'other')).toThrow()
    expect(() => createSecrets(is).open(sealed, 'test')).toThrow('a key that is not there')
    expect(both.isCurrent(sealed)).toBe(false)
    const anew = both.seal(both.open(sealed, 'test'), 'test')
    expect(both.isCurrent(anew)).toBe(true)
    expect(createSecrets(is).open(anew, 'test')).toBe('text')
  })

  test('what was sealed before keys had ids opens as well', () => {
    const sealed = 'v1.Kbc_9bmBF4qpEiP1.NAlO.Ipy0jGNv6VNuP-yp3o9ogA'
    expect(createSecrets(was).open(sealed, 'test')).toBe('要')
    expect(both.open(sealed, 'test')).toBe('要')
    expect(both.isCurrent(sealed)).toBe(false)
    expect(() => createSecrets(is).open(sealed, 'test')).toThrow()
    expect(() => both.open(sealed, 'other')).toThrow()
  })

  test('a text cannot be passed off as sealed with another key', () => {
    const [version, , ...rest] = both.seal('text', 'test').split('.')
    const id = createSecrets(was).seal('', 'test').split('.')[1]
    expect(() => both.open([version, id, ...rest].join('.'), 'test')).toThrow()
  })
})

test('a signature depends on the text, the purpose and the key', () => {
  const signatures = [
    secrets.sign('a', 'one'),
    secrets.sign('b', 'one'),
    secrets.sign('a', 'two'),
    createSecrets(Buffer.alloc(32, 2)).sign('a', 'one'),
  ]
  expect(new Set(signatures).size).toBe(4)
  expect(secrets.sign('a', 'one')).toBe(signatures[0])
})
