import type { Selectable } from 'kysely'
import type { Db, Tables, Trx } from '../../../db/tables.ts'
import { transact } from '../../../db/transact.ts'
import type {
  CalendarDefinition,
  NewSlaCalendar,
  SlaCalendar,
  SlaCalendarChange,
} from '../../../schemas/itsm/sla-calendars.ts'
import type { PageQuery } from '../../../schemas/pages.ts'
import type { Caller } from '../../access.ts'
import { diff, recordAudit } from '../../audit.ts'
import { failure } from '../../failure.ts'
import { paginate } from '../../page.ts'
import { newId, now } from '../../values.ts'
import { touched } from '../../version.ts'
import { requireDefinition } from './definition.ts'
import { enqueueRefresh } from './refresh-open.ts'

type Row = Omit<Selectable<Tables['sla_calendars']>, 'name_key'> & { definition: string }

const empty = {
  round_the_clock: false,
  weekly: {},
  holiday_sets: [],
  holidays: [],
  extra_days: [],
} satisfies Partial<CalendarDefinition>

/** All of them, by name. */
export async function listSlaCalendars(db: Db, page: PageQuery) {
  const query = current(db).orderBy('sla_calendars.name_key')
  const { calendars, ...rest } = await paginate(query, page, 'calendars')
  return { calendars: calendars.map(toCalendar), ...rest }
}

/** Fails with `sla_calendar_not_found`. */
export async function getSlaCalendar(db: Db, id: string): Promise<SlaCalendar> {
  const row = await current(db)
    .where('sla_calendars.id', '=', id)
    .executeTakeFirstOrThrow(() => failure('sla_calendar_not_found', { id }))
  return toCalendar(row)
}

/** Fails with `duplicate` where there is one of this name. */
export function createSlaCalendar(
  db: Db,
  caller: Caller,
  { name, ...input }: NewSlaCalendar,
  at = now(),
): Promise<SlaCalendar> {
  const definition = { ...empty, ...input }
  requireDefinition(definition)
  const id = newId()
  const row = { id, name, version: 1, created_at: at, updated_at: at }
  return transact(db, async (trx) => {
    await trx
      .insertInto('sla_calendars')
      .values({ ...row, name_key: keyOf(name) })
      .execute()
    await addVersion(trx, id, 1, definition, at)
    await recordAudit(trx, caller, 'sla_calendar.created', id, { name, ...definition })
    return { ...row, ...definition }
  })
}

/**
 * Makes a new version, by which clocks that run are measured from now on; what has stopped is not judged
 * again. Failures: `sla_calendar_not_found`, `stale_version`, `duplicate`.
 */
export function updateSlaCalendar(
  db: Db,
  caller: Caller,
  id: string,
  change: SlaCalendarChange,
  version?: number,
  at = now(),
): Promise<SlaCalendar> {
  return transact(db, async (trx) => {
    const before = await touch(trx, id, version)
    const after: SlaCalendar = { ...before, ...change, version: before.version + 1, updated_at: at }
    const { id: _, name, version: next, created_at, updated_at, ...definition } = after
    requireDefinition(definition)
    await trx
      .updateTable('sla_calendars')
      .set({ name, name_key: keyOf(name), updated_at: at })
      .where('id', '=', id)
      .execute()
    await addVersion(trx, id, next, definition, at)
    await recordAudit(trx, caller, 'sla_calendar.updated', id, diff<object>(before, change))
    await enqueueRefresh(trx, caller, { calendar_id: id })
    return after
  })
}

/** Failures: `sla_calendar_not_found`, `stale_version`, `sla_calendar_in_use`. */
export function deleteSlaCalendar(
  db: Db,
  caller: Caller,
  id: string,
  version?: number,
): Promise<void> {
  return transact(db, async (trx) => {
    const { version: _, created_at, updated_at, ...was } = await touch(trx, id, version)
    const user = await trx
      .selectFrom('sla_policy_versions')
      .select('policy_id')
      .where('calendar_id', '=', id)
      .limit(1)
      .executeTakeFirst()
    if (user) throw failure('sla_calendar_in_use')
    await trx.deleteFrom('sla_calendars').where('id', '=', id).execute()
    await recordAudit(trx, caller, 'sla_calendar.deleted', id, was)
  })
}

function current(db: Db) {
  return db
    .selectFrom('sla_calendars')
    .innerJoin('sla_calendar_versions as newest', (join) =>
      join
        .onRef('newest.calendar_id', '=', 'sla_calendars.id')
        .onRef('newest.version', '=', 'sla_calendars.version'),
    )
    .select(['sla_calendars.id', 'sla_calendars.name', 'sla_calendars.version'])
    .select(['sla_calendars.created_at', 'sla_calendars.updated_at', 'newest.definition'])
}

function toCalendar({ definition, ...row }: Row): SlaCalendar {
  return { ...row, ...(JSON.parse(definition) as CalendarDefinition) }
}

/** Holds the calendar, and answers what it was. */
async function touch(trx: Trx, id: string, version: number | undefined): Promise<SlaCalendar> {
  await getSlaCalendar(trx, id)
  const held = await trx
    .updateTable('sla_calendars')
    .set(touched())
    .where('id', '=', id)
    .$if(version !== undefined, (query) => query.where('version', '=', version as number))
    .returning(['id', 'name', 'version', 'created_at', 'updated_at'])
    .executeTakeFirstOrThrow(() => failure('stale_version'))
  const before = { ...held, version: held.version - 1 }
  const { definition } = await trx
    .selectFrom('sla_calendar_versions')
    .select('definition')
    .where('calendar_id', '=', id)
    .where('version', '=', before.version)
    .executeTakeFirstOrThrow()
  return toCalendar({ ...before, definition })
}

async function addVersion(
  trx: Trx,
  calendar_id: string,
  version: number,
  definition: CalendarDefinition,
  at: string,
): Promise<void> {
  await trx
    .insertInto('sla_calendar_versions')
    .values({ calendar_id, version, valid_from: at, definition: JSON.stringify(definition) })
    .execute()
}

export function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}
