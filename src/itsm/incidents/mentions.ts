import type { Db } from '../../../db/tables.ts'
import { can } from '../../permissions.ts'
import type { IncidentRow } from './access.ts'

/** More than that in one note are not looked for. */
const maxMentions = 50

/**
 * What may be meant by the words after an `@`: an email, a username with what follows it without a space,
 * as in Japanese, or the part of it in ASCII. In lower case, as they are compared.
 */
export function mentionsIn(content: string): string[] {
  const text = content.normalize('NFKC').toLowerCase()
  const words = [...text.matchAll(/(?<![\w.+%-])@([^\s@]{1,64})(@[\w-]+(?:\.[\w-]+)+)?/g)]
  const keys = words.slice(0, maxMentions).flatMap(([, word = '', domain]) => {
    if (domain) return [word + domain]
    const ascii = word.match(/^[\w.+-]+/)?.[0] ?? ''
    return [word, word.replace(/[\p{P}\p{S}]+$/u, ''), ascii, ascii.replace(/[.+-]+$/, '')]
  })
  return [...new Set(keys.filter((key) => key !== ''))]
}

/** The ids of those among them who are active and may read the note. */
export async function findMentioned(
  db: Db,
  keys: readonly string[],
  { reporter_id }: IncidentRow,
  isPublic: boolean,
): Promise<string[]> {
  if (keys.length === 0) return []
  const users = await db
    .selectFrom('users')
    .select(['id', 'roles'])
    .where('deactivated_at', 'is', null)
    .where((eb) => eb.or([eb('username_key', 'in', keys), eb('email_key', 'in', keys)]))
    .orderBy('id')
    .execute()
  return users
    .filter(({ id, roles }) => {
      const oversees = can({ roles: JSON.parse(roles) }, 'incident.oversee')
      return oversees || (isPublic && id === reporter_id)
    })
    .map(({ id }) => id)
}
