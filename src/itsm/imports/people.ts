import type { Trx } from '../../../db/tables.ts'
import { keyOf } from '../../accounts/users.ts'
import { nameKeyOf } from '../names.ts'

/** How many names are remembered, so that a file of a hundred thousand people fits as well. */
const maxKept = 50_000

/** Finds users by email or user name, and teams by name, and remembers them for the next batch. */
export function createNames() {
  const users = new Map<string, string | null>()
  const teams = new Map<string, string | null>()
  return {
    /** Asks for all that are not known yet, in one query each. */
    async learn(
      trx: Trx,
      names: { users: readonly (string | null)[]; teams: readonly (string | null)[] },
    ): Promise<void> {
      await learn(users, names.users.map(userKeyOf), (keys) =>
        trx
          .selectFrom('users')
          .select(['id', 'email_key', 'username_key'])
          .where('deactivated_at', 'is', null)
          .where((eb) => eb.or([eb('email_key', 'in', keys), eb('username_key', 'in', keys)]))
          .execute()
          .then((rows) =>
            rows.flatMap(({ id, email_key, username_key }) => [
              { id, key: username_key },
              { id, key: email_key },
            ]),
          ),
      )
      await learn(teams, names.teams.map(teamKeyOf), (keys) =>
        trx
          .selectFrom('teams')
          .select(['id', 'name_key as key'])
          .where('name_key', 'in', keys)
          .execute(),
      )
    },
    /** Null for somebody unknown; nothing where nobody is named. */
    userOf: (name: string | null) => (name === null ? undefined : (users.get(keyOf(name)) ?? null)),
    teamOf: (name: string | null) =>
      name === null ? undefined : (teams.get(nameKeyOf(name)) ?? null),
  }
}

const userKeyOf = (name: string | null) => (name === null ? null : keyOf(name))
const teamKeyOf = (name: string | null) => (name === null ? null : nameKeyOf(name))

export type Names = ReturnType<typeof createNames>

async function learn(
  known: Map<string, string | null>,
  names: readonly (string | null)[],
  find: (keys: string[]) => Promise<{ id: string; key: string | null }[]>,
): Promise<void> {
  if (known.size > maxKept) known.clear()
  const unknown = [...new Set(names)].filter((key) => key !== null && !known.has(key)) as string[]
  if (unknown.length === 0) return
  for (const key of unknown) known.set(key, null)
  for (const { id, key } of await find(unknown)) if (key !== null) known.set(key, id)
}
