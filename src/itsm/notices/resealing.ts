import type { Db } from '../../../db/tables.ts'
import type { Secrets } from '../../secrets.ts'
import { purpose } from './webhooks.ts'

/** Seals anew what an earlier key has sealed of webhooks; answers how many webhooks that were. */
export async function resealWebhookSecrets(db: Db, secrets: Secrets): Promise<number> {
  const rows = await db
    .selectFrom('itsm_webhooks')
    .select(['id', 'sealed_secret', 'sealed_old_secret'])
    .execute()
  const reseal = (sealed: string) => secrets.seal(secrets.open(sealed, purpose), purpose)
  let count = 0
  for (const { id, sealed_secret, sealed_old_secret } of rows) {
    const sealed = [sealed_secret, sealed_old_secret].filter((each) => each !== null)
    if (sealed.every((each) => secrets.isCurrent(each))) continue
    // Where a secret was renewed meanwhile, that one stays.
    const { numUpdatedRows } = await db
      .updateTable('itsm_webhooks')
      .set({
        sealed_secret: reseal(sealed_secret),
        sealed_old_secret: sealed_old_secret && reseal(sealed_old_secret),
      })
      .where('id', '=', id)
      .where('sealed_secret', '=', sealed_secret)
      .executeTakeFirst()
    count += Number(numUpdatedRows)
  }
  return count
}
