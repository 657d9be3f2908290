import type { Selectable } from 'kysely'
import { hold } from '../../../db/hold.ts'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { NewSavedSearch, SavedSearch } from '../../../schemas/itsm/incident-lists.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { keyOf } from '../../accounts/users.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { overseesIncidents } from './access.ts'

type Row = Selectable<Tables['incident_searches']>

const maxSearches = 100

/** One's own and, for the service desk, those that are shared; newest first. */
export async function listSavedSearches(db: Db, caller: Caller, page: PageQuery) {
  const query = visibleSearches(db, caller).selectAll().orderBy('id', 'desc')
  const { searches, ...rest } = await paginate(query, page, 'searches')
  return { searches: searches.map(toSearch), ...rest }
}

export async function getSavedSearch(db: Db, caller: Caller, id: string): Promise<SavedSearch> {
  return toSearch(await getRow(db, caller, id))
}

/** Fails with `saved_search_exists` for a name that one has already. */
export function createSavedSearch(
  db: Db,
  caller: Caller,
  { name, query, shared = false }: NewSavedSearch,
): Promise<SavedSearch> {
  return transact(db, async (trx) => {
    await hold(trx, `incident-searches:${caller.id}`)
    await requireFree(trx, caller, name)
    const { count } = await ownSearches(trx, caller)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    if (count >= maxSearches) throw failure('saved_searches_full', { limit: maxSearches })
    const at = now()
    const row: Row = {
      id: newId(),
      user_id: caller.id,
      ...columnsOf({ name, query, shared }),
      version: 1,
      created_at: at,
      updated_at: at,
    }
    await trx.insertInto('incident_searches').values(row).execute()
    await recordAudit(trx, caller, 'incident_search.created', row.id, { name, query, shared })
    return toSearch(row)
  })
}

/** For whoever saved it. With a `version`, changes that one or fails. */
export function setSavedSearch(
  db: Db,
  caller: Caller,
  id: string,
  { name, query, shared = false }: NewSavedSearch,
  version?: number,
): Promise<SavedSearch> {
  return transact(db, async (trx) => {
    await hold(trx, `incident-searches:${caller.id}`)
    const before = await getOwnRow(trx, caller, id, version)
    if (keyOf(name) !== before.name_key) await requireFree(trx, caller, name)
    const row = await trx
      .updateTable('incident_searches')
      .set({ ...columnsOf({ name, query, shared }), ...touched() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    const after = { name, query, shared }
    const changes = diff<object>(toSearch(before), after)
    await recordAudit(trx, caller, 'incident_search.updated', id, changes)
    return toSearch(row)
  })
}

export function deleteSavedSearch(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  return transact(db, async (trx) => {
    await hold(trx, `incident-searches:${caller.id}`)
    const { name } = await getOwnRow(trx, caller, id, version)
    await trx.deleteFrom('incident_searches').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'incident_search.deleted', id, { name })
  })
}

function visibleSearches(db: Db, caller: Caller) {
  const query = db.selectFrom('incident_searches')
  if (!overseesIncidents(caller)) return query.where('user_id', '=', caller.id)
  return query.where((eb) => eb.or([eb('user_id', '=', caller.id), eb('shared', '=', 1)]))
}

function ownSearches(trx: Trx, caller: Caller) {
  return trx.selectFrom('incident_searches').where('user_id', '=', caller.id)
}

function getRow(db: Db, caller: Caller, id: string): Promise<Row> {
  return visibleSearches(db, caller)
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('saved_search_not_found', { id }))
}

async function getOwnRow(
  trx: Trx,
  caller: Caller,
  id: string,
  version: number | undefined,
): Promise<Row> {
  const row = await getRow(trx, caller, id)
  if (row.user_id !== caller.id) throw failure('saved_search_owner_required')
  if (version !== undefined && version !== row.version) throw failure('stale_version')
  return row
}

async function requireFree(trx: Trx, caller: Caller, name: string): Promise<void> {
  const taken = await ownSearches(trx, caller)
    .select('id')
    .where('name_key', '=', keyOf(name))
    .executeTakeFirst()
  if (taken) throw failure('saved_search_exists', { name })
}

function columnsOf({ name, query, shared }: Required<NewSavedSearch>) {
  return {
    name,
    name_key: keyOf(name),
    query: JSON.stringify(query),
    shared: shared ? (1 as const) : (0 as const),
  }
}

function toSearch({ name_key: _, ...row }: Row): SavedSearch {
  return { ...row, query: JSON.parse(row.query), shared: row.shared === 1 }
}
