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
    const [version, iv, body, tag] = sealed.split('.')
    const flipped = Buffer.from(body as string, 'base64url')
    flipped.writeUInt8(flipped.readUInt8(0) ^ 1, 0)
    const forged = [version, iv, flipped.toString('base64url'), tag].join('.')
    expect(() => secrets.open(forged, 'test')).toThrow()
    expect(() => secrets.open('text', 'test')).toThrow()
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
