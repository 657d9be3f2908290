import type { Db } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { Role } from '../../../schemas/accounts/users.ts'
import { createUser } from '../../../src/accounts/registration.ts'
import type { Config } from '../../../src/config.ts'
import { newId } from '../../../src/values.ts'
import { type Asked, headersOf } from '../generator.ts'
import { type Ground as Items, signIn } from '../peers/ground.ts'

export const api = '/api/v1'

export type Person = { id: string; token: string }

/** What the areas read of answers, each of those that have it. */
type Answered = {
  id: string
  session_id: string
  step_id: string
  tree_id: string
  stored_name: string
  uploaded_files: { id: string }[]
}

export type Ground = Items & {
  db: Db
  sizes: { incidents: number }
  /** Somebody new who is signed in. */
  person: (...roles: Role[]) => Promise<Person>
  /** Asks once, and fails for an answer of 400 and above. */
  ask: (asked: Asked) => Promise<Answered>
}

/** A request that is made anew for each of some thousand that are sent again and again. */
export type Question = {
  name: string
  asked: () => Asked
  /** Whether it can be sent only once. */
  isOnce?: true
  /** Connections at most, where each takes more of the machine than a request should. */
  most?: number
}

export type Area = (ground: Ground) => Promise<Question[]>

type Base = { db: Db; config: Config; items: Items; sizes: Ground['sizes']; url: string }

export function groundOf({ db, config, items, sizes, url }: Base): Ground {
  return {
    ...items,
    db,
    sizes,
    async person(...roles) {
      const email = `${newId()}@example.jp`
      const { id } = await transact(db, (trx) => createUser(trx, { email, roles }))
      return { id, token: await signIn(db, config, id) }
    },
    async ask({ method = 'GET', path, body, ...more }) {
      const headers = headersOf({ ...more, body })
      const answer = await fetch(url + path, {
        method,
        headers,
        ...(body && { body: new Uint8Array(body.bytes) }),
      })
      const text = await answer.text()
      if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
      return answer.headers.get('content-type')?.includes('json')
        ? JSON.parse(text)
        : ({} as Answered)
    },
  }
}

export const get = (path: string, token: string): Asked => ({ path: api + path, token })

export const send = (
  method: 'POST' | 'PUT' | 'PATCH',
  path: string,
  token: string,
  body: object,
): Asked => ({
  method,
  path: api + path,
  token,
  body: { type: 'application/json', bytes: Buffer.from(JSON.stringify(body)) },
})
