import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { Pool, PoolClient } from 'pg'

/** A statement is named from this time on that it is asked. */
const often = 3

/** Each connection keeps what it has prepared, so there is an end to it. */
const maxNamed = 300
const maxSeen = 2000

/** Long lists and many rows at once come in all lengths, and hardly twice in the same. */
const maxLength = 6000
const maxParameters = 50

/**
 * Has PostgreSQL parse and plan a statement once a connection that is asked again and again. A
 * search is planned each time: what is looked for decides which index is of use.
 */
export function prepareStatements(pool: Pool): PostgresPool {
  const names = createNames()
  const clients = new WeakMap<PoolClient, PostgresPoolClient>()
  return {
    async connect() {
      const client = await pool.connect()
      const known = clients.get(client) ?? withNames(client, names)
      clients.set(client, known)
      return known
    },
    end: () => pool.end(),
  }
}

type Names = ReturnType<typeof createNames>

/** Names by text, the same on every connection; which of them it has prepared `pg` knows. */
export function createNames() {
  const names = new Map<string, string>()
  const seen = new Map<string, number>()
  let count = 0
  return {
    of(text: string, parameters: number): string | undefined {
      const known = names.get(text)
      if (known || names.size >= maxNamed || !isWorthIt(text, parameters)) return known
      const times = (seen.get(text) ?? 0) + 1
      if (seen.size >= maxSeen) seen.clear()
      if (times < often) {
        seen.set(text, times)
        return undefined
      }
      seen.delete(text)
      count += 1
      const name = `kaname_${count}`
      names.set(text, name)
      return name
    },
    forget: (text: string) => names.delete(text),
  }
}

function isWorthIt(text: string, parameters: number): boolean {
  const isShort = text.length <= maxLength && parameters > 0 && parameters <= maxParameters
  return isShort && /^(select|insert|update|delete|with)\b/.test(text) && !/ like /.test(text)
}

function withNames(client: PoolClient, names: Names): PostgresPoolClient {
  const query = async (text: string, parameters: readonly unknown[]) => {
    const values = [...parameters]
    const name = names.of(text, values.length)
    if (!name) return client.query(text, values)
    try {
      return await client.query({ name, text, values })
    } catch (error) {
      // A migration has changed what it answers with: it is asked without a name, and named anew.
      if (Object(error).routine !== 'RevalidateCachedQuery') throw error
      names.forget(text)
      return client.query(text, values).catch(() => Promise.reject(error))
    }
  }
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: () => client.release(),
  }
}
