import { utils, write } from 'xlsx'
import type { Db } from '../../db/tables.ts'
import type { IncidentImport } from '../../schemas/itsm/incident-imports.ts'
import { importIncidents } from '../../src/itsm/imports/import.ts'
import { watchIncidents } from '../../src/itsm/sla/watch.ts'
import { newId } from '../../src/values.ts'
import {
  base,
  csv,
  events,
  file,
  imported,
  json,
  never,
  pastOf,
  rowOf,
  send,
} from '../support/itsm-imports.ts'
import { insertTeam } from '../support/itsm-lists.ts'
import { describe, expect, signInTo, startService, test } from '../support/service.ts'

const kept = (row: Awaited<ReturnType<typeof rowOf>>) => {
  const { title, description, status, priority, impact, urgency, category, tags, major } = row
  const { opened_at, resolved_at, closed_at, reopen_count, reassignment_count } = row
  const { resolution, resolution_code, resolution_met, resolution_s } = row
  return {
    ...{ title, description, status, priority, impact, urgency, category, tags, major },
    ...{ opened_at, resolved_at, closed_at, reopen_count, reassignment_count },
    ...{ resolution, resolution_code, resolution_met, resolution_s },
  }
}

const all = (db: Db) => db.selectFrom('incidents').selectAll().orderBy('title').execute()

describe('an export that comes back', () => {
  for (const format of ['csv', 'xlsx'] as const) {
    test(`as ${format} doubles nothing here, and is the same elsewhere`, async () => {
      const [service, other] = await Promise.all([startService(), startService()])
      const admin = await signInTo(service.app, 'SystemAdmin')
      const lines = [
        'number,title,description,impact,urgency,priority,status,category,opened_at,resolved_at,closed_at,resolution,tags,major,reopen_count,reassignment_count',
        `A1,=1+1,"two
lines, ""quoted""",high,high,,closed,PC,2026-03-02 09:00,2026-03-02 10:30,2026-03-05 09:00,再起動,"急;x",true,2,1`,
        'A2,＋α,@cmd,low,low,critical,in_progress,-x,2026-03-02 09:00,,,,,,,',
        'A3,\tplain,,medium,medium,,cancelled,,2026-03-02 09:00,,2026-03-03 09:00,,,,,',
        'A4,Done,,medium,high,,resolved,,2026-03-02 09:00,2026-03-09 18:00,,fixed,,,,',
      ]
      expect(await imported(service, admin, file(csv(...lines)))).toMatchObject({ imported: 4 })
      const answer = await admin.get(`${base}/export?format=${format}`)
      expect(answer.statusCode).toBe(200)
      const back = file(answer.rawPayload, `incidents.${format}`)
      const again = { imported: 0, skipped: 4, refused: 0, errors: [] }
      expect(await imported(service, admin, back)).toMatchObject(again)
      const there = await signInTo(other.app, 'SystemAdmin')
      expect(await imported(other, there, back)).toMatchObject({ imported: 4, refused: 0 })
      expect(await imported(other, there, back)).toMatchObject(again)
      const [mine, theirs] = [await all(service.deps.db), await all(other.deps.db)]
      expect(theirs.map(kept)).toEqual(mine.map(kept))
      expect(theirs.map((row) => row.external_number).sort()).toEqual(
        [1, 2, 3, 4].map((n) => `INC0000000${n}`),
      )
      await Promise.all([service.close(), other.close()])
    })
  }

  test('is known by its id though it was renamed, and by what it was called before', async ({
    service,
    db,
    signIn,
  }) => {
    const admin = await signIn('SystemAdmin')
    const number = newId()
    await imported(service, admin, file(csv('number,title,opened_at', `${number},A,2026-03-02`)))
    const { id } = await rowOf(db, number)
    const result = await imported(
      service,
      admin,
      file(
        csv(
          'number,external_number,id,title,opened_at',
          `INC99999901,,${id},Other,2026-03-02`,
          `INC99999902,${number},,Other,2026-03-02`,
        ),
      ),
    )
    expect(result).toMatchObject({ imported: 0, skipped: 2 })
  })
})

describe('what a file leaves open', () => {
  test('is said by its events, or by times that come after them', async ({
    service,
    db,
    signIn,
  }) => {
    const admin = await signIn('SystemAdmin')
    const [a, b, c, d] = [newId(), newId(), newId(), newId()]
    const result = await imported(
      service,
      admin,
      file(
        csv(
          'number,title,opened_at,closed_at,status',
          `${a},A,2026-03-02 09:00,,`,
          `${b},B,2026-03-02 09:00,,`,
          `${c},C,2026-03-02 09:00,2026-03-04 09:00,`,
          `${d},D,2026-03-02 09:00,,in_progress`,
        ),
      ),
      events(
        `${a},2026-03-02 10:00,in_progress`,
        `${b},2026-03-02 11:00,resolved`,
        `${b},2026-03-03 11:00,closed`,
        `${c},2026-03-02 10:00,assigned`,
        `${d},2026-03-02 10:00,assigned`,
      ),
    )
    expect(result).toMatchObject({ state: 'done', imported: 4, events_imported: 5 })
    const times = async (number: string) => {
      const { status, resolved_at, closed_at } = await rowOf(db, number)
      return [status, resolved_at, closed_at]
    }
    expect(await times(a)).toEqual(['in_progress', null, null])
    const closed = ['closed', '2026-03-02T02:00:00.000Z', '2026-03-03T02:00:00.000Z']
    expect(await times(b)).toEqual(closed)
    expect(await times(c)).toEqual(['closed', null, '2026-03-04T00:00:00.000Z'])
    expect(await times(d)).toEqual(['in_progress', null, null])
    expect((await rowOf(db, b)).resolution_met).toBe(1)
  })

  test('of events at the same time, each begins where another ended', async ({
    service,
    db,
    signIn,
  }) => {
    const admin = await signIn('SystemAdmin')
    const number = newId()
    const at = '2026-03-02 10:00'
    await imported(
      service,
      admin,
      file(csv('number,title,opened_at', `${number},A,2026-03-02 09:00`)),
      {
        ...events(),
        body: csv(
          'number,at,old,new',
          `${number},${at},in_progress,pending`,
          `${number},${at},new,assigned`,
          `${number},${at},assigned,in_progress`,
        ),
      },
    )
    expect((await pastOf(db, number)).map((line) => line.split(' ').slice(1, 3))).toEqual([
      ['"new"', '"assigned"'],
      ['"assigned"', '"in_progress"'],
      ['"in_progress"', '"pending"'],
    ])
    expect((await rowOf(db, number)).status).toBe('pending')
  })

  test('finds people and teams however their names are written', async ({
    service,
    db,
    signIn,
  }) => {
    const [admin, ann] = [await signIn('SystemAdmin'), await signIn('ServiceDeskAgent')]
    const mark = newId()
    const team = await insertTeam(db, `network ${mark}`)
    const number = newId()
    const result = await imported(
      service,
      admin,
      file(
        csv(
          'number,title,opened_at,team,reporter',
          `${number},A,2026-03-02,ＮＥＴＷＯＲＫ　　${mark.toUpperCase()},${ann.email.toUpperCase()}`,
        ),
      ),
    )
    expect(result).toMatchObject({ unknown_people: 0, unknown_teams: 0 })
    expect(await rowOf(db, number)).toMatchObject({ team_id: team.id, reporter_id: ann.id })
  })
})

test('nobody is told of what was missed before the import, but of what is missed after it', async ({
  service,
  db,
  signIn,
}) => {
  const admin = await signIn('SystemAdmin')
  const ann = await signIn('ServiceDeskAgent')
  const [old, fresh] = [newId(), newId()]
  const opened = new Date().toISOString()
  const result = await imported(
    service,
    admin,
    file(
      csv(
        'number,title,assignee,opened_at',
        `${old},Old,${ann.email},2025-03-03 09:00`,
        `${fresh},Fresh,${ann.email},${opened}`,
      ),
    ),
  )
  const told = (number: string) =>
    db
      .selectFrom('sla_notices')
      .innerJoin('incidents', 'incidents.id', 'sla_notices.incident_id')
      .select(['target', 'level', 'noticed_at'])
      .where('external_number', '=', number)
      .orderBy('target')
      .orderBy('level')
      .execute()
  const levels = ['breach', 'minutes', 'percent']
  const noticed_at = result.created_at
  expect(await told(old)).toEqual([
    ...levels.map((level) => ({ target: 'resolution', level, noticed_at })),
    ...levels.map((level) => ({ target: 'response', level, noticed_at })),
  ])
  expect(await rowOf(db, old)).toMatchObject({ sla_phase: 'breached', next_check_at: null })
  expect(await told(fresh)).toEqual([])
  const mails = () =>
    db.selectFrom('jobs').select('id').where('kind', '=', 'send_itsm_mail').execute()
  const before = (await mails()).length
  await watchIncidents(service.deps, new Date().toISOString())
  expect(await mails()).toHaveLength(before)
  await watchIncidents(service.deps, new Date(Date.now() + 60 * 86_400_000).toISOString())
  expect(await told(fresh)).toHaveLength(6)
  expect((await mails()).length).toBeGreaterThan(before)
})

describe('an import that is given up', () => {
  test('has failed, and what it left gets its past from the next one', async ({
    service,
    db,
    signIn,
  }) => {
    const admin = await signIn('SystemAdmin')
    const prefix = newId()
    const lines = Array.from({ length: 300 }, (_, n) => `${prefix}-${n},R,2026-03-02`)
    const parts = [
      file(csv('number,title,opened_at', ...lines)),
      events(`${prefix}-7,2026-03-02 10:00,assigned`),
    ]
    const { id } = (await send(admin, ...parts)).json()
    let looks = 0
    const throwIfAborted = () => {
      looks += 1
      if (looks > 3) throw new Error('It breaks.')
    }
    const signal = { throwIfAborted } as AbortSignal
    await expect(importIncidents(service.deps, { import_id: id }, signal)).rejects.toThrow()
    await db
      .updateTable('jobs')
      .set({ attempts: 10 })
      .where('kind', '=', 'import_incidents')
      .where('payload', 'like', `%${id}%`)
      .execute()
    await service.queue.runDue()
    const failed: IncidentImport = (await admin.get(`${base}/imports/${id}`)).json()
    expect(failed).toMatchObject({ state: 'failed', imported: 300 })
    expect(failed.pending).toBeGreaterThan(0)
    expect(failed.finished_at).not.toBeNull()
    expect(failed.errors[0]?.en).toMatch('given up')
    expect(await imported(service, admin, ...parts)).toMatchObject({
      state: 'done',
      imported: 0,
      skipped: 300,
      pending: 0,
    })
    expect((await rowOf(db, `${prefix}-7`)).status).toBe('assigned')
    const timed = await db
      .selectFrom('incidents')
      .select('id')
      .where('external_number', 'like', `${prefix}-%`)
      .where('sla_phase', '=', 'none')
      .execute()
    expect(timed).toEqual([])
    const left = db.selectFrom('incident_import_events').select('seq')
    expect(await left.where('import_id', '=', id).execute()).toEqual([])
  })

  test('a dry run that broke off counts each line once', async ({ service, db, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const prefix = newId()
    const lines = Array.from({ length: 2300 }, (_, n) => `${prefix}-${n},R,2026-03-02`)
    const sent = await send(
      admin,
      file(csv('number,title,opened_at', ...lines, `${prefix}-1,again,2026-03-02`)),
      events(`${prefix}-7,2026-03-02 10:00,assigned`),
      json('dry_run', true as never),
    )
    const { id } = sent.json()
    let looks = 0
    const throwIfAborted = () => {
      looks += 1
      if (looks > 2) throw new Error('The service stops.')
    }
    const signal = { throwIfAborted } as AbortSignal
    await expect(importIncidents(service.deps, { import_id: id }, signal)).rejects.toThrow()
    await importIncidents(service.deps, { import_id: id }, never)
    expect((await admin.get(`${base}/imports/${id}`)).json()).toMatchObject({
      state: 'done',
      rows_read: 2301,
      imported: 2300,
      skipped: 1,
      events_read: 1,
      events_imported: 1,
      events_refused: 0,
    })
    const found = db
      .selectFrom('incidents')
      .select('id')
      .where('external_number', 'like', `${prefix}-%`)
    expect(await found.execute()).toEqual([])
  })
})

test('a workbook that says nothing but what a sheet says comes in as it is', async ({
  service,
  db,
  signIn,
}) => {
  const admin = await signIn('SystemAdmin')
  const number = newId()
  const sheet = utils.aoa_to_sheet([
    ['number', 'title', 'opened_at', 'resolved_at'],
    [
      number,
      '=1+1',
      { t: 'n', v: 46083.375, z: 'm/d/yy h:mm' },
      { t: 'n', v: 46083.5, z: 'General' },
    ],
  ])
  const book = utils.book_new()
  utils.book_append_sheet(book, sheet, 'S')
  const body = write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer
  // A serial that is shown as a number is a number, and no time.
  const result = await imported(service, admin, file(body, 'a.xlsx'))
  expect(result).toMatchObject({ refused: 1, errors: [{ line: 2, field: 'resolved_at' }] })
  expect(
    await db.selectFrom('incidents').select('id').where('external_number', '=', number).execute(),
  ).toEqual([])
})
