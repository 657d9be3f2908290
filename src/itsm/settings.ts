import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { ItsmSettings, NewItsmSettings } from '../../schemas/itsm/settings.ts'
import type { Caller } from '../access.ts'
import { diff, recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import { touched } from '../version.ts'

const columns = ['reopen_window_days', 'version', 'updated_at'] as const
const settingsId = 'itsm'

export function getItsmSettings(db: Db): Promise<ItsmSettings> {
  return db
    .selectFrom('itsm_settings')
    .select(columns)
    .where('id', '=', settingsId)
    .executeTakeFirstOrThrow()
}

/** With a `version`, changes that one or fails. */
export function setItsmSettings(
  db: Db,
  caller: Caller,
  input: NewItsmSettings,
  version?: number,
): Promise<ItsmSettings> {
  return transact(db, async (trx) => {
    const held = await trx
      .updateTable('itsm_settings')
      .set(touched())
      .where('id', '=', settingsId)
      .returning(columns)
      .executeTakeFirstOrThrow()
    if (version !== undefined && held.version !== version + 1) throw failure('stale_version')
    const { reopen_window_days } = held
    const changes = diff<NewItsmSettings>({ reopen_window_days }, input)
    await trx.updateTable('itsm_settings').set(input).where('id', '=', settingsId).execute()
    await recordAudit(trx, caller, 'itsm_settings.updated', null, changes)
    return getItsmSettings(trx)
  })
}
