import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { contains } from '../../../db/text.ts'
import { transact } from '../../../db/transact.ts'
import type {
  NewPolicy,
  Policy,
  PolicyChange,
  PolicyQuery,
  PolicyStatus,
} from '../../../schemas/statistics/policies.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { groupBy, newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { areaFields, areaOf } from '../areas.ts'
import type { Catalogue } from '../catalogue.ts'
import { dayIn } from '../periods.ts'
import { changeIn, type Plan, requireSound } from './input.ts'

type Row = Selectable<Tables['policies']>

/**
 * Policies, newest first. Failures: `area_not_found`, `area_ambiguous`, `indicator_not_found`.
 */
export async function listPolicies(
  db: Db,
  catalogue: Catalogue,
  { area, indicator, status, q, ...page }: PolicyQuery,
  at = now(),
) {
  const today = dayIn(at)
  let query = db.selectFrom('policies').selectAll().orderBy('id', 'desc')
  if (indicator !== undefined) {
    query = query.where('indicator', '=', catalogue.resolveIndicator(indicator).code)
  }
  if (area !== undefined) {
    const { code } = catalogue.resolveArea(area)
    const there = db
      .selectFrom('policy_areas')
      .select('policy_id')
      .where('area_code', '=', code)
      .where('role', '=', 'treated')
    query = query.where('id', 'in', there)
  }
  if (status === 'planned') query = query.where('starts_on', '>', today)
  if (status === 'ended') query = query.where('ends_on', '<', today)
  if (status === 'active') {
    query = query
      .where('starts_on', '<=', today)
      .where((eb) => eb.or([eb('ends_on', 'is', null), eb('ends_on', '>=', today)]))
  }
  if (q !== undefined) {
    query = query.where((eb) => {
      const texts = ['name_ja', 'name_en', 'description', 'owner'] as const
      return eb.or(texts.map((text) => contains(eb.fn.coalesce(text, eb.val('')), q)))
    })
  }
  const { policies, ...rest } = await paginate(query, page, 'policies')
  const plans = await withAreas(db, policies)
  return { policies: plans.map((plan) => toPolicy(catalogue, plan, today)), ...rest }
}

/** A policy as it is kept. Failures: `policy_not_found`. */
export async function getPlan(db: Db, id: string): Promise<Plan> {
  const row = await db
    .selectFrom('policies')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('policy_not_found', { id }))
  const [plan] = await withAreas(db, [row])
  return plan as Plan
}

/**
 * Failures: `indicator_not_found`, `area_not_found`, `area_ambiguous`, `dates_reversed`,
 * `policy_areas_overlap`, `control_pool_twice`.
 */
export function createPolicy(
  db: Db,
  caller: Caller,
  catalogue: Catalogue,
  input: NewPolicy,
  at = now(),
): Promise<Policy> {
  const indicator = catalogue.resolveIndicator(input.indicator)
  const direction = input.direction ?? indicator.direction
  if (!direction) throw invalid({ field: 'direction', rule: 'required' })
  const { areas = [], ...change } = changeIn(catalogue, input)
  const plan: Plan = {
    id: newId(),
    name_en: null,
    description: null,
    target_value: null,
    target_year: null,
    ends_on: null,
    control_level: null,
    control_areas: [],
    budget_yen: null,
    owner: null,
    phases: [],
    links: [],
    ...change,
    name_ja: input.name_ja,
    indicator: indicator.code,
    starts_on: input.starts_on,
    areas,
    direction,
    version: 1,
    created_at: at,
    updated_at: at,
  }
  requireSound(catalogue, plan)
  return transact(db, async (trx) => {
    await trx.insertInto('policies').values(rowOf(plan)).execute()
    await putAreas(trx, plan)
    const { version, created_at, updated_at, ...said } = plan
    await recordAudit(trx, caller, 'policy.created', plan.id, said)
    return toPolicy(catalogue, plan, dayIn(at))
  })
}

/**
 * With a `version`, changes that one or fails; without, the last writer wins. Failures:
 * `policy_not_found`, `stale_version` and those of `createPolicy`.
 */
export function updatePolicy(
  db: Db,
  caller: Caller,
  catalogue: Catalogue,
  id: string,
  input: PolicyChange,
  version?: number,
  at = now(),
): Promise<Policy> {
  const change = changeIn(catalogue, input)
  return transact(db, async (trx) => {
    const before = await touch(trx, id, version)
    const after = { ...before, ...change }
    requireSound(catalogue, after)
    await trx.updateTable('policies').set(rowOf(after)).where('id', '=', id).execute()
    if (change.areas || change.control_areas) await putAreas(trx, after)
    await recordAudit(trx, caller, 'policy.updated', id, diff<Partial<Plan>>(before, change))
    return toPolicy(catalogue, after, dayIn(at))
  })
}

/** Gone for good; the audit log keeps what it was. Failures: `policy_not_found`, `stale_version`. */
export function deletePolicy(db: Db, caller: Caller, id: string, version?: number): Promise<void> {
  return transact(db, async (trx) => {
    const { version: _, created_at, updated_at, ...was } = await touch(trx, id, version)
    await trx.deleteFrom('policies').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'policy.deleted', id, was)
  })
}

/** A policy as clients see it on a day. */
export function toPolicy(
  catalogue: Catalogue,
  { areas, control_areas, ...plan }: Plan,
  today: string,
): Policy {
  const fieldsOf = (code: string) => areaFields(areaOf(catalogue, code))
  return {
    ...plan,
    areas: areas.map(fieldsOf),
    control_areas: control_areas.map(fieldsOf),
    start_year: Number(plan.starts_on.slice(0, 4)),
    status: statusOf(plan, today),
  }
}

function statusOf({ starts_on, ends_on }: Pick<Plan, 'starts_on' | 'ends_on'>, today: string) {
  const status: PolicyStatus =
    today < starts_on ? 'planned' : ends_on !== null && ends_on < today ? 'ended' : 'active'
  return status
}

/** Two changes at once meet here: the second one waits, and then sees what the first one did. */
async function touch(trx: Trx, id: string, version: number | undefined): Promise<Plan> {
  await getPlan(trx, id)
  await trx
    .updateTable('policies')
    .set(touched())
    .where('id', '=', id)
    .$if(version !== undefined, (query) => query.where('version', '=', version as number))
    .returning('id')
    .executeTakeFirstOrThrow(() => failure('stale_version'))
  return getPlan(trx, id)
}

async function withAreas(db: Db, rows: readonly Row[]): Promise<Plan[]> {
  const ids = rows.map(({ id }) => id)
  const found =
    ids.length === 0
      ? []
      : await db
          .selectFrom('policy_areas')
          .selectAll()
          .where('policy_id', 'in', ids)
          .orderBy('position')
          .execute()
  const areas = groupBy(found, ({ policy_id, role }) => `${policy_id} ${role}`)
  const codesOf = (key: string) => (areas.get(key) ?? []).map(({ area_code }) => area_code)
  return rows.map(({ phases, links, ...row }) => ({
    ...row,
    phases: JSON.parse(phases),
    links: JSON.parse(links),
    areas: codesOf(`${row.id} treated`),
    control_areas: codesOf(`${row.id} control`),
  }))
}

async function putAreas(trx: Trx, { id, areas, control_areas }: Plan): Promise<void> {
  const rowsOf = (codes: readonly string[], role: 'treated' | 'control') =>
    codes.map((area_code, position) => ({ policy_id: id, area_code, role, position }))
  await trx.deleteFrom('policy_areas').where('policy_id', '=', id).execute()
  await trx
    .insertInto('policy_areas')
    .values([...rowsOf(areas, 'treated'), ...rowsOf(control_areas, 'control')])
    .execute()
}

function rowOf({ areas, control_areas, phases, links, ...plan }: Plan): Row {
  return { ...plan, phases: JSON.stringify(phases), links: JSON.stringify(links) }
}
