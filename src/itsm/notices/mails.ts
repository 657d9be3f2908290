import type { Deps } from '../../fastify.ts'
import type { JobPayloads } from '../../jobs.ts'

/**
 * Tells somebody what happened, also when it is no longer so by then: it did happen. Who has left in
 * the meantime has no address any more.
 */
export async function sendItsmMail(
  { db, mail, config }: Pick<Deps, 'db' | 'mail' | 'config'>,
  { user_id, title, ja, en, path }: JobPayloads['send_itsm_mail'],
): Promise<void> {
  const reader = await db
    .selectFrom('users')
    .select(['email', 'display_name'])
    .where('id', '=', user_id)
    .where('deactivated_at', 'is', null)
    .executeTakeFirst()
  if (!reader) return
  await mail({
    to: reader.email,
    subject: `Kaname: ${oneLine(title)}`,
    text: [
      `${oneLine(reader.display_name)} 様`,
      '',
      oneLine(title),
      '',
      ja,
      en,
      '',
      `${config.publicUrl}${path}`,
    ].join('\n'),
  })
}

/** Names and titles come from others: nothing of them begins a line, or a header. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ').trim()
}
