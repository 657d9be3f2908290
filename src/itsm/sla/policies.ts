import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type {
  NewSlaPolicy,
  PolicyDefinition,
  SlaPolicy,
  SlaPolicyChange,
} from '../../../schemas/itsm/sla.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { indexed, requireTeams } from '../references.ts'
import { keyOf } from './calendars.ts'
import { addVersion, definitionOf, usualDefinition, versionsOf } from './policy-versions.ts'
import { enqueueRefresh } from './refresh-open.ts'

const columns = [
  'sla_policies.id',
  'sla_policies.name',
  'sla_policies.position',
  'sla_policies.is_default',
  'sla_policies.active',
  'sla_policies.calendar_id',
  'sla_policies.version',
  'sla_policies.created_at',
  'sla_policies.updated_at',
] as const
type Row = Omit<Selectable<Tables['sla_policies']>, 'name_key'>

const lastPosition = 1000

/** In the order in which they are tried. */
export async function listSlaPolicies(db: Db, page: PageQuery) {
  const query = current(db).orderBy('sla_policies.position').orderBy('sla_policies.id')
  const { policies, ...rest } = await paginate(query, page, 'policies')
  return { policies: policies.map(toPolicy), ...rest }
}

/** Fails with `sla_policy_not_found`. */
export async function getSlaPolicy(db: Db, id: string): Promise<SlaPolicy> {
  const row = await current(db)
    .where('sla_policies.id', '=', id)
    .executeTakeFirstOrThrow(() => failure('sla_policy_not_found', { id }))
  return toPolicy(row)
}

/** All its versions, the newest first. Fails with `sla_policy_not_found`. */
export async function listSlaPolicyVersions(db: Db, id: string, page: PageQuery) {
  await getSlaPolicy(db, id)
  return versionsOf(db, id, page)
}

/** Fails with `duplicate` where there is one of this name. */
export function createSlaPolicy(
  db: Db,
  caller: Caller,
  input: NewSlaPolicy,
  at = now(),
): Promise<SlaPolicy> {
  const { name, calendar_id, position = lastPosition, is_default = false, active = true } = input
  const definition = definitionOf({ ...usualDefinition, targets: input.targets }, input)
  const said = { name, calendar_id, position, is_default, active }
  const policy = { id: newId(), ...said, version: 1, created_at: at, updated_at: at }
  if (is_default && !active) throw failure('sla_default_required')
  return transact(db, async (trx) => {
    await requireReferences(trx, calendar_id, definition)
    if (is_default) await dethrone(trx)
    await trx
      .insertInto('sla_policies')
      .values({
        ...policy,
        name_key: keyOf(name),
        is_default: is_default ? 1 : 0,
        active: active ? 1 : 0,
      })
      .execute()
    await addVersion(trx, policy, definition, at)
    await recordAudit(trx, caller, 'sla_policy.created', policy.id, { ...said, ...definition })
    return { ...policy, ...definition }
  })
}

/**
 * Makes a new version, by which clocks that run are measured from now on; what has stopped is not judged
 * again. Failures: `sla_policy_not_found`, `stale_version`, `sla_default_required`, `duplicate`.
 */
export function updateSlaPolicy(
  db: Db,
  caller: Caller,
  id: string,
  change: SlaPolicyChange,
  version?: number,
  at = now(),
): Promise<SlaPolicy> {
  return transact(db, async (trx) => {
    if (change.is_default) await dethrone(trx, id)
    const before = await touch(trx, id, version)
    const definition = definitionOf(before, change)
    const after = {
      ...before,
      ...change,
      ...definition,
      version: before.version + 1,
      updated_at: at,
    }
    const losesDefault = before.is_default && !after.is_default
    if (losesDefault || (after.is_default && !after.active)) throw failure('sla_default_required')
    await requireReferences(trx, after.calendar_id, definition)
    const { name, position, calendar_id } = after
    await trx
      .updateTable('sla_policies')
      .set({ name, name_key: keyOf(name), position, calendar_id, updated_at: at })
      .set({ is_default: after.is_default ? 1 : 0, active: after.active ? 1 : 0 })
      .where('id', '=', id)
      .execute()
    await addVersion(trx, after, definition, at)
    const wanted = {
      name,
      position,
      calendar_id,
      is_default: after.is_default,
      active: after.active,
    }
    await recordAudit(
      trx,
      caller,
      'sla_policy.updated',
      id,
      diff<object>(before, { ...wanted, ...definition }),
    )
    await enqueueRefresh(trx, caller, { policy_id: id })
    return after
  })
}

/** Failures: `sla_policy_not_found`, `stale_version`, `sla_default_required`, `sla_policy_in_use`. */
export function deleteSlaPolicy(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  return transact(db, async (trx) => {
    const { version: _, created_at, updated_at, ...was } = await touch(trx, id, version)
    if (was.is_default) throw failure('sla_default_required')
    const user = await trx
      .selectFrom('incidents')
      .select('id')
      .where('sla_policy_id', '=', id)
      .limit(1)
      .executeTakeFirst()
    if (user) throw failure('sla_policy_in_use')
    await trx.deleteFrom('sla_policies').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'sla_policy.deleted', id, was)
  })
}

function current(db: Db) {
  return db
    .selectFrom('sla_policies')
    .innerJoin('sla_policy_versions as newest', (join) =>
      join
        .onRef('newest.policy_id', '=', 'sla_policies.id')
        .onRef('newest.version', '=', 'sla_policies.version'),
    )
    .select(columns)
    .select('newest.definition')
}

function toPolicy({ definition, ...row }: Row & { definition: string }): SlaPolicy {
  const flags = { is_default: row.is_default === 1, active: row.active === 1 }
  return { ...row, ...flags, ...(JSON.parse(definition) as PolicyDefinition) }
}

/** Two edits at once meet here: the second one waits, and then sees what the first one did. */
async function touch(trx: Trx, id: string, version: number | undefined): Promise<SlaPolicy> {
  await getSlaPolicy(trx, id)
  const held = await trx
    .updateTable('sla_policies')
    .set(touched())
    .where('id', '=', id)
    .$if(version !== undefined, (query) => query.where('version', '=', version as number))
    .returning(columns)
    .executeTakeFirstOrThrow(() => failure('stale_version'))
  const before = { ...held, version: held.version - 1 }
  const { definition } = await trx
    .selectFrom('sla_policy_versions')
    .select('definition')
    .where('policy_id', '=', id)
    .where('version', '=', before.version)
    .executeTakeFirstOrThrow()
  return toPolicy({ ...before, definition })
}

/** Takes the default from whoever has it; whoever else wants it waits here. */
async function dethrone(trx: Trx, id = ''): Promise<void> {
  await trx
    .updateTable('sla_policies')
    .set({ is_default: 0 })
    .where('is_default', '=', 1)
    .where('id', '!=', id)
    .execute()
}

async function requireReferences(trx: Trx, calendarId: string, definition: PolicyDefinition) {
  const calendar = await trx
    .selectFrom('sla_calendars')
    .select('id')
    .where('id', '=', calendarId)
    .executeTakeFirst()
  if (!calendar) throw invalid({ field: 'calendar_id', rule: 'unknown_calendar' })
  await requireTeams(trx, indexed('conditions.team_ids', definition.conditions.team_ids))
}
