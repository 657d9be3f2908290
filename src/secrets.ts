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
import { inFolder } from '../db/folder.ts'

export type Secrets = ReturnType<typeof createSecrets>

/**
 * Encrypts and signs with keys derived from `SECRETS_KEY`, one for each purpose, so that what was
 * made for one purpose is worth nothing for another (HKDF, RFC 5869; AES-256-GCM; HMAC-SHA-256).
 * What was sealed with one of the `older` keys still opens; nothing new is sealed with them.
 */
export function createSecrets(key: Buffer, older: readonly Buffer[] = []) {
  const current = keyRing(key)
  const rings = [current, ...older.map(keyRing)]

  return {
    /** Encrypts; only `open` with the same purpose reads it again. */
    seal(text: string, purpose: string): string {
      const iv = randomBytes(12)
      const head = `v2.${current.id}`
      const cipher = createCipheriv('aes-256-gcm', current.keyFor(purpose), iv)
      cipher.setAAD(Buffer.from(head))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return [head, ...[iv, body, cipher.getAuthTag()].map((part) => base64url(part))].join('.')
    },

    /** Throws when somebody changed `sealed`, or sealed it with another key or purpose. */
    open(sealed: string, purpose: string): string {
      const parts = sealed.split('.')
      // Until keys had ids, a text did not say which of them it was sealed with.
      if (parts[0] === 'v1') return openWithAny(rings, parts.slice(1), purpose)
      const [version, id, ...rest] = parts
      const ring = rings.find((each) => each.id === id)
      if (version !== 'v2') throw new Error('This is not a sealed text.')
      if (!ring) throw new Error('This was sealed with a key that is not there any more.')
      return openWith(ring.keyFor(purpose), rest, `v2.${id}`)
    },

    /** Whether it was sealed with the current key; what was not is to be sealed anew. */
    isCurrent(sealed: string): boolean {
      return sealed.startsWith(`v2.${current.id}.`)
    },

    sign(text: string, purpose: string): string {
      return signWith(current.keyFor(purpose), text)
    },

    /** Whether `sign` gave that, now or with an earlier key. */
    isSigned(text: string, purpose: string, signature: string): boolean {
      return rings.some((ring) => signWith(ring.keyFor(purpose), text) === signature)
    },
  }
}

/** The keys that one secret gives, and a name for it that tells nothing about it. */
function keyRing(secret: Buffer) {
  const derived = new Map<string, Buffer>()
  const keyFor = (purpose: string): Buffer => {
    const known = derived.get(purpose)
    if (known) return known
    const made = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
    derived.set(purpose, made)
    return made
  }
  return { id: base64url(keyFor('key-id').subarray(0, 6)), keyFor }
}

function signWith(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
}

function openWith(key: Buffer, parts: string[], head?: string): string {
  const [iv, body, tag] = parts.map((part) => Buffer.from(part, 'base64url'))
  if (!iv || !body || tag?.length !== 16) throw new Error('This is not a sealed text.')
  const decipher = createDecipheriv('aes-256-gcm', key, iv)
  if (head !== undefined) decipher.setAAD(Buffer.from(head))
  decipher.setAuthTag(tag)
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
}

function openWithAny(rings: ReturnType<typeof keyRing>[], parts: string[], purpose: string) {
  for (const ring of rings.slice(0, -1)) {
    try {
      return openWith(ring.keyFor(purpose), parts)
    } catch {
      // It was another one.
    }
  }
  return openWith((rings.at(-1) as (typeof rings)[0]).keyFor(purpose), parts)
}

/**
 * Reads a secret kept in `dataDir`, or makes it and keeps it for its owner's eyes only. Of two
 * processes that make it at once both get the same: linking a complete file is atomic.
 */
export function keptSecret(dataDir: string, name: string): string {
  return inFolder('DATA_DIR', dataDir, () => keepSecret(dataDir, name))
}

function keepSecret(dataDir: string, name: string): string {
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
