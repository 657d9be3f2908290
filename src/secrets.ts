import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Secrets = ReturnType<typeof createSecrets>

/**
 * Encrypts and signs with keys derived from `SECRETS_KEY`, one for each purpose, so that what was
 * made for one purpose is worth nothing for another (HKDF, RFC 5869; AES-256-GCM; HMAC-SHA-256).
 */
export function createSecrets(key: Buffer) {
  const derived = new Map<string, Buffer>()
  const keyFor = (purpose: string): Buffer => {
    const known = derived.get(purpose)
    if (known) return known
    const made = Buffer.from(hkdfSync('sha256', key, '', purpose, 32))
    derived.set(purpose, made)
    return made
  }

  return {
    /** Encrypts; only `open` with the same purpose reads it again. */
    seal(text: string, purpose: string): string {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), iv)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return ['v1', ...[iv, body, cipher.getAuthTag()].map((part) => base64url(part))].join('.')
    },

    /** Throws when somebody changed `sealed`, or sealed it with another key or purpose. */
    open(sealed: string, purpose: string): string {
      const [, iv, body, tag] = sealed.split('.').map((part) => Buffer.from(part, 'base64url'))
      if (!iv || !body || tag?.length !== 16) throw new Error('This is not a sealed text.')
      const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), iv)
      decipher.setAuthTag(tag)
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
    },

    sign(text: string, purpose: string): string {
      return createHmac('sha256', keyFor(purpose)).update(text).digest('base64url')
    },
  }
}

/**
 * Reads a secret kept in `dataDir`, or makes it and keeps it for its owner's eyes only. Of two
 * processes that make it at once both get the same: linking a complete file is atomic.
 */
export function keptSecret(dataDir: string, name: string): string {
  const path = join(dataDir, name)
  const known = readIfThere(path)
  if (known) return known
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const partial = `${path}.${randomUUID()}`
  writeFileSync(partial, randomBytes(32).toString('base64'), { mode: 0o600 })
  try {
    linkSync(partial, path)
  } catch (error) {
    if (Object(error).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(partial)
  }
  return readFileSync(path, 'utf8')
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (Object(error).code === 'ENOENT') return undefined
    throw error
  }
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url')
}
