import { type Selectable, sql } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { patternOf } from '../../../db/text.ts'
import { transact } from '../../../db/transact.ts'
import type { Ci, CiChange, CiKind, CiQuery, NewCi } from '../../../schemas/itsm/cis.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { hashOf, newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { nameKeyOf, requireFreeName } from '../names.ts'
import { requireTeams } from '../references.ts'
import { dependenciesOf, setDependencies } from './dependencies.ts'

type Row = Selectable<Tables['cis']>

export async function getCi(db: Db, id: string): Promise<Ci> {
  const row = await db
    .selectFrom('cis')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('ci_not_found', { id }))
  const [ci] = await toCis(db, [row])
  return ci as Ci
}

export async function listCis(
  db: Db,
  { kind, owner_team_id, depends_on, search, sort, ...page }: CiQuery,
) {
  let query = db.selectFrom('cis').selectAll()
  if (kind) query = query.where('kind', '=', kind)
  if (owner_team_id) query = query.where('owner_team_id', '=', owner_team_id)
  if (depends_on) {
    query = query.where('id', 'in', (eb) =>
      eb.selectFrom('ci_dependencies').select('ci_id').where('depends_on_id', '=', depends_on),
    )
  }
  if (search) {
    const pattern = patternOf(nameKeyOf(search))
    query = query.where(sql<boolean>`name_key like ${pattern} escape '\\'`)
  }
  const sorted = sort === 'name' ? query.orderBy('name_key') : query.orderBy('id', 'desc')
  const { cis, ...rest } = await paginate(sorted, page, 'cis')
  return { cis: await toCis(db, cis), ...rest }
}

/** Fails with 409 for a name that is taken, 422 for a team or items that are not there. */
export function createCi(db: Db, caller: Caller, input: NewCi): Promise<Ci> {
  const { kind, description = null, owner_team_id = null, depends_on = [] } = input
  const name = input.name.trim()
  return transact(db, async (trx) => {
    const [id, at] = [newId(), now()]
    await requireTeams(trx, { owner_team_id })
    await requireFreeName(trx, 'cis', name, id)
    const row = { name, kind, description, owner_team_id }
    await trx
      .insertInto('cis')
      .values({
        id,
        ...row,
        name_key: nameKeyOf(name),
        version: 1,
        created_at: at,
        updated_at: at,
      })
      .execute()
    await setDependencies(trx, id, depends_on)
    await recordAudit(trx, caller, 'ci.created', id, { ...row, depends_on })
    return getCi(trx, id)
  })
}

/** With a `version`, changes that one or fails. Fails with 409 and the path for a cycle. */
export function updateCi(
  db: Db,
  caller: Caller,
  id: string,
  { depends_on, ...change }: CiChange,
  version?: number,
): Promise<Ci> {
  const wanted = { ...change, ...(change.name !== undefined && { name: change.name.trim() }) }
  return transact(db, async (trx) => {
    const row = await touchCi(trx, id, version)
    const before = { ...row, depends_on: (await dependenciesOf(trx, [id])).get(id) ?? [] }
    await requireTeams(trx, { owner_team_id: wanted.owner_team_id })
    if (wanted.name !== undefined) await requireFreeName(trx, 'cis', wanted.name, id)
    await trx
      .updateTable('cis')
      .set({ ...wanted, name_key: nameKeyOf(wanted.name ?? before.name) })
      .where('id', '=', id)
      .execute()
    if (depends_on) await setDependencies(trx, id, depends_on)
    const after = await getCi(trx, id)
    const changed = { ...wanted, ...(depends_on && { depends_on: after.depends_on }) }
    await recordAudit(trx, caller, 'ci.updated', id, diff<object>(before, changed))
    return after
  })
}

/** Whatever depended on it no longer does. Fails with 409 while changes refer to it. */
export function deleteCi(db: Db, caller: Caller, id: string, version?: number): Promise<void> {
  return transact(db, async (trx) => {
    await touchCi(trx, id, version)
    const { changes } = await trx
      .selectFrom('change_cis')
      .select((eb) => eb.fn.countAll<number>().as('changes'))
      .where('ci_id', '=', id)
      .executeTakeFirstOrThrow()
    if (changes > 0) throw failure('ci_in_use', { changes })
    await trx
      .updateTable('cis')
      .set(touched())
      .where('id', 'in', (eb) =>
        eb.selectFrom('ci_dependencies').select('ci_id').where('depends_on_id', '=', id),
      )
      .execute()
    await trx.deleteFrom('cis').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'ci.deleted', id)
  })
}

/** The name of the team is shown with an item, and changes without it. */
export function ciEtag({ version, owner_team }: Ci): string {
  return `"${version}.${hashOf(JSON.stringify(owner_team)).slice(0, 12)}"`
}

/** Holds the row until the transaction ends, so that what is read of it here stays true. */
async function touchCi(trx: Trx, id: string, version?: number): Promise<Row> {
  const row = await trx
    .updateTable('cis')
    .set(touched())
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => failure('ci_not_found', { id }))
  if (version !== undefined && row.version !== version + 1) throw failure('stale_version')
  return row
}

async function toCis(db: Db, rows: readonly Row[]): Promise<Ci[]> {
  const dependencies = await dependenciesOf(
    db,
    rows.map(({ id }) => id),
  )
  const teamIds = [...new Set(rows.flatMap(({ owner_team_id }) => owner_team_id ?? []))]
  const teams =
    teamIds.length === 0
      ? []
      : await db.selectFrom('teams').select(['id', 'name']).where('id', 'in', teamIds).execute()
  const byId = new Map(teams.map((team) => [team.id, team]))
  return rows.map(({ name_key: _, ...row }) => ({
    ...row,
    kind: row.kind as CiKind,
    depends_on: dependencies.get(row.id) ?? [],
    owner_team: byId.get(row.owner_team_id ?? '') ?? null,
  }))
}
