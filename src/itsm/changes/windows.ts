import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type {
  ChangeWindow,
  NewWindow,
  WindowChange,
  WindowQuery,
} from '../../../schemas/itsm/change-windows.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { groupBy, newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { indexed, requireCis } from '../references.ts'
import { utc } from './times.ts'
import { checkedWindow } from './window-rules.ts'

export type WindowRow = Selectable<Tables['change_windows']>

/** By when they begin, the earliest first. */
export async function listWindows(db: Db, { skip, limit, kind, from, to }: WindowQuery) {
  let query = db.selectFrom('change_windows').selectAll().orderBy('starts_at').orderBy('id')
  if (kind) query = query.where('kind', '=', kind)
  if (from !== undefined) {
    const start = utc('from', from)
    query = query.where((eb) => eb.or([eb('over_at', 'is', null), eb('over_at', '>', start)]))
  }
  if (to !== undefined) query = query.where('starts_at', '<', utc('to', to))
  const { windows, ...rest } = await paginate(query, { skip, limit }, 'windows')
  return { ...rest, windows: await describeWindows(db, windows) }
}

export async function getWindow(db: Db, id: string): Promise<ChangeWindow> {
  const row = await db
    .selectFrom('change_windows')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('window_not_found', { id }))
  return describeWindow(db, row)
}

export function createWindow(db: Db, caller: Caller, input: NewWindow): Promise<ChangeWindow> {
  return transact(db, async (trx) => {
    const at = now()
    const { ci_ids = [], ...rest } = input
    await requireCis(trx, indexed('ci_ids', ci_ids))
    const row = await trx
      .insertInto('change_windows')
      .values({
        id: newId(),
        ...checkedWindow(rest),
        created_by: caller.id,
        version: 1,
        created_at: at,
        updated_at: at,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await setCis(trx, row.id, ci_ids)
    const window = await describeWindow(trx, row)
    await recordAudit(trx, caller, 'change_window.created', row.id, window)
    return window
  })
}

export function updateWindow(
  db: Db,
  caller: Caller,
  id: string,
  { ci_ids, ...change }: WindowChange,
  version?: number,
): Promise<ChangeWindow> {
  return transact(db, async (trx) => {
    const before = await describeWindow(trx, await holdWindow(trx, id, version))
    await requireCis(trx, indexed('ci_ids', ci_ids))
    const { kind, severity, name, reason, starts_at, ends_at, recurrence } = before
    const kept = { kind, severity, name, reason, starts_at, ends_at, recurrence }
    const row = await trx
      .updateTable('change_windows')
      .set({ ...checkedWindow({ ...kept, ...change }), ...touched() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (ci_ids) {
      await trx.deleteFrom('change_window_cis').where('window_id', '=', id).execute()
      await setCis(trx, id, ci_ids)
    }
    const window = await describeWindow(trx, row)
    const { version: _, updated_at: __, ...shown } = window
    await recordAudit(trx, caller, 'change_window.updated', id, diff(before, shown))
    return window
  })
}

export async function deleteWindow(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  await transact(db, async (trx) => {
    await holdWindow(trx, id, version)
    await trx.deleteFrom('change_windows').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'change_window.deleted', id)
  })
}

/** Windows with their CIs, in as many queries for a page as for one. */
export async function describeWindows(db: Db, rows: readonly WindowRow[]): Promise<ChangeWindow[]> {
  if (rows.length === 0) return []
  const cis = await db
    .selectFrom('change_window_cis')
    .selectAll()
    .where(
      'window_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('ci_id')
    .execute()
  const byWindow = groupBy(cis, ({ window_id }) => window_id)
  return rows.map(({ over_at: _, recurrence, ...row }) => ({
    ...row,
    recurrence: recurrence === null ? null : JSON.parse(recurrence),
    ci_ids: (byWindow.get(row.id) ?? []).map(({ ci_id }) => ci_id),
  }))
}

async function describeWindow(db: Db, row: WindowRow): Promise<ChangeWindow> {
  const [window] = await describeWindows(db, [row])
  return window as ChangeWindow
}

async function holdWindow(trx: Trx, id: string, version?: number): Promise<WindowRow> {
  const row = await trx
    .updateTable('change_windows')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => failure('window_not_found', { id }))
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

async function setCis(trx: Trx, window_id: string, ci_ids: readonly string[]): Promise<void> {
  if (ci_ids.length === 0) return
  await trx
    .insertInto('change_window_cis')
    .values(ci_ids.map((ci_id) => ({ window_id, ci_id })))
    .execute()
}
