import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Kpi, KpiChange, NewKpi } from '../../../schemas/statistics/kpis.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure, invalid } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import type { Catalogue } from '../catalogue.ts'
import { resolveSubject } from '../subjects.ts'

const columns = [
  'id',
  'name_ja',
  'name_en',
  'description',
  'category',
  'indicator',
  'area_code',
  'direction',
  'target_value',
  'target_year',
  'tolerance',
  'position',
  'version',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof Tables['kpis'])[]

const nation = '00000'
const lastPosition = 1000

/** KPIs in the order of their position, of one area or category or all. */
export async function listKpis(
  db: Db,
  { area, category, ...page }: PageQuery & { area?: string | undefined; category?: string },
) {
  let query = db.selectFrom('kpis').select(columns).orderBy('position').orderBy('id')
  if (area !== undefined) query = query.where('area_code', '=', area)
  if (category !== undefined) query = query.where('category', '=', category)
  return paginate(query, page, 'kpis')
}

/** Failures: `kpi_not_found`. */
export async function getKpi(db: Db, id: string): Promise<Kpi> {
  return db
    .selectFrom('kpis')
    .select(columns)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => failure('kpi_not_found', { id }))
}

/** Changes whenever a KPI is made, changed or deleted: ids only grow, and so do versions. */
export async function stateOfKpis(db: Db): Promise<string> {
  const { count, versions, newest } = await db
    .selectFrom('kpis')
    .select(({ fn }) => [
      fn.countAll<number>().as('count'),
      fn.sum<number | null>('version').as('versions'),
      fn.max<string | null>('id').as('newest'),
    ])
    .executeTakeFirstOrThrow()
  return [count, versions, newest].join()
}

/** Failures: `indicator_not_found`, `area_not_found`, `area_ambiguous`. */
export function createKpi(
  db: Db,
  caller: Caller,
  catalogue: Catalogue,
  { indicator, area = nation, ...input }: NewKpi,
): Promise<Kpi> {
  const { code, category, direction } = resolveSubject(catalogue, indicator)
  const at = now()
  const kpi: Kpi = {
    id: newId(),
    name_en: null,
    description: null,
    category,
    direction,
    target_value: null,
    target_year: null,
    tolerance: 0,
    position: lastPosition,
    ...input,
    indicator: code,
    area_code: catalogue.resolveArea(area).code,
    version: 1,
    created_at: at,
    updated_at: at,
  }
  requireTarget(kpi)
  return transact(db, async (trx) => {
    await trx.insertInto('kpis').values(kpi).execute()
    const { version, created_at, updated_at, ...said } = kpi
    await recordAudit(trx, caller, 'kpi.created', kpi.id, said)
    return kpi
  })
}

/**
 * With a `version`, changes that one or fails; without, the last writer wins. Failures:
 * `kpi_not_found`, `indicator_not_found`, `area_not_found`, `area_ambiguous`, `stale_version`.
 */
export function updateKpi(
  db: Db,
  caller: Caller,
  catalogue: Catalogue,
  id: string,
  { area, indicator, ...input }: KpiChange,
  version?: number,
): Promise<Kpi> {
  const change: Partial<Kpi> = {
    ...input,
    ...(input.target_value === null && { target_year: null }),
    ...(area !== undefined && { area_code: catalogue.resolveArea(area).code }),
    ...(indicator !== undefined && { indicator: resolveSubject(catalogue, indicator).code }),
  }
  return transact(db, async (trx) => {
    const before = await touch(trx, id, version)
    const after = { ...before, ...change }
    requireTarget(after)
    await trx.updateTable('kpis').set(change).where('id', '=', id).execute()
    await recordAudit(trx, caller, 'kpi.updated', id, diff<Partial<Kpi>>(before, change))
    return after
  })
}

/** Gone for good; the audit log keeps what it was. Failures: `kpi_not_found`, `stale_version`. */
export function deleteKpi(db: Db, caller: Caller, id: string, version?: number): Promise<void> {
  return transact(db, async (trx) => {
    const { version: _, created_at, updated_at, ...was } = await touch(trx, id, version)
    await trx.deleteFrom('kpis').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'kpi.deleted', id, was)
  })
}

/** Two changes at once meet here: the second one waits, and then sees what the first one did. */
async function touch(trx: Trx, id: string, version: number | undefined): Promise<Kpi> {
  await getKpi(trx, id)
  return trx
    .updateTable('kpis')
    .set(touched())
    .where('id', '=', id)
    .$if(version !== undefined, (query) => query.where('version', '=', version as number))
    .returning(columns)
    .executeTakeFirstOrThrow(() => failure('stale_version'))
}

function requireTarget({ target_value, target_year, direction }: Kpi): void {
  if (target_value !== null && direction === null) {
    throw invalid({ field: 'direction', rule: 'required' })
  }
  if (target_value === null && target_year !== null) {
    throw invalid({ field: 'target_value', rule: 'required' })
  }
}
