import { hold } from '../../db/hold.ts'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { Settings } from '../../schemas/accounts/settings.ts'
import type { PageQuery } from '../../schemas/pages.ts'
import type { Caller } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure, invalid } from '../failure.ts'
import { paginate } from '../page.ts'
import { now } from '../values.ts'

const maxBytes = 64 * 1024
const keptVersions = 100

/** Version 0 and an empty object for somebody who has never saved any. */
export async function getSettings(db: Db, caller: Caller): Promise<Settings> {
  const row = await versionsOf(db, caller).orderBy('version', 'desc').limit(1).executeTakeFirst()
  if (!row) return { settings: {}, version: 0, updated_at: null }
  const { settings, version, created_at } = row
  return { settings: JSON.parse(settings), version, updated_at: created_at }
}

export async function listSettingsHistory(db: Db, caller: Caller, page: PageQuery) {
  const query = versionsOf(db, caller).orderBy('version', 'desc')
  const { versions, ...rest } = await paginate(query, page, 'versions')
  return {
    versions: versions.map((row) => ({ ...row, settings: JSON.parse(row.settings) })),
    ...rest,
  }
}

/** Saves a new version on top of the others, of which the latest hundred are kept. */
export function setSettings(
  db: Db,
  caller: Caller,
  settings: Settings['settings'],
  version?: number,
): Promise<Settings> {
  const text = JSON.stringify(settings)
  if (Buffer.byteLength(text) > maxBytes) {
    throw invalid({ field: 'settings', rule: 'settings_size', limit: maxBytes })
  }
  return transact(db, async (trx) => {
    await hold(trx, `settings:${caller.id}`)
    const before = await getSettings(trx, caller)
    if (version !== undefined && version !== before.version) throw failure('stale_version')
    const next = { settings, version: before.version + 1, updated_at: now() }
    await trx
      .insertInto('user_settings')
      .values({
        user_id: caller.id,
        version: next.version,
        settings: text,
        created_at: next.updated_at,
      })
      .execute()
    await trx
      .deleteFrom('user_settings')
      .where('user_id', '=', caller.id)
      .where('version', '<=', next.version - keptVersions)
      .execute()
    await recordAudit(trx, caller, 'settings.updated', caller.id, { version: next.version })
    return next
  })
}

/** Saves what an earlier version said as a new one, so that nothing is lost by it. */
export function restoreSettings(db: Db, caller: Caller, version: number): Promise<Settings> {
  return transact(db, async (trx) => {
    const { settings } = await versionsOf(trx, caller)
      .where('version', '=', version)
      .executeTakeFirstOrThrow(() => failure('settings_version_not_found', { version }))
    return setSettings(trx, caller, JSON.parse(settings))
  })
}

function versionsOf(db: Db, { id }: Caller) {
  return db
    .selectFrom('user_settings')
    .select(['version', 'settings', 'created_at'])
    .where('user_id', '=', id)
}
