import argon2 from 'argon2'
import { readSeedLines } from '../../db/seeds/index.ts'
import { type FieldFault, invalid } from '../failure.ts'
import { createTurns } from '../turns.ts'

export type Passwords = ReturnType<typeof createPasswords>

declare module '../fastify.ts' {
  interface Deps {
    passwords: Passwords
  }
}

/** OWASP's recommendation for argon2id (type 2): 19 MiB, two passes, one lane. */
const cost = { type: 2 as const, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** As many at once as leave a thread of libuv's pool for files, and no endless queue before them. */
const turns = { atOnce: 3, waiting: 200 }

const classes = [
  ['password_upper', /\p{Lu}/u],
  ['password_lower', /\p{Ll}/u],
  ['password_digit', /\p{Nd}/u],
] as const

/** Hashes and checks passwords, off the event loop and a few at a time. */
export function createPasswords() {
  const inTurn = createTurns(turns)
  let nobody: Promise<string> | undefined
  let common: Set<string> | undefined

  const hash = (password: string) => inTurn(() => argon2.hash(normal(password), cost))

  return {
    hash,

    /** Takes as long for a user who does not exist, or has no password, as for any other. */
    async verify(stored: string | null | undefined, password: string): Promise<boolean> {
      nobody ??= hash('nobody')
      const digest = stored ?? (await nobody)
      const isRight = await inTurn(() => argon2.verify(digest, normal(password)))
      return isRight && typeof stored === 'string'
    },

    /** Whether a stored hash was made at another cost than today's. */
    isOutdated: (stored: string) => argon2.needsRehash(stored, cost),

    /** Throws, naming each class of characters that `password` lacks, or that everybody knows it. */
    requireStrong(password: string, field: string): void {
      const faults: FieldFault[] = classes
        .filter(([, pattern]) => !pattern.test(password))
        .map(([rule]) => ({ field, rule }))
      common ??= readSeedLines('accounts/common-passwords.txt.gz')
      // `Password1` and `passWord1` are as well known as `password1`.
      if (common.has(normal(password).toLowerCase()))
        faults.push({ field, rule: 'password_common' })
      if (faults.length > 0) throw invalid(...faults)
    },
  }
}

/** What looks the same on two keyboards is the same password (NFKC, as NIST SP 800-63B asks). */
function normal(password: string): string {
  return password.normalize('NFKC')
}
