import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { utils, write } from 'xlsx'
import type { IncidentImport } from '../../schemas/itsm/incident-imports.ts'
import { importIncidents } from '../../src/itsm/imports/import.ts'
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
  text,
} from '../support/itsm-imports.ts'
import { insertTeam } from '../support/itsm-lists.ts'
import { describe, expect, test } from '../support/service.ts'
import { formOf, type Part } from '../support/uploads.ts'

describe('POST /incidents/import', () => {
  test('takes incidents with all that a file tells of them', async ({ service, db, signIn }) => {
    const [admin, ann] = [await signIn('SystemAdmin'), await signIn('ServiceDeskAgent')]
    const team = await insertTeam(db, `Network ${admin.id}`)
    const [a, b] = [newId(), newId()]
    const result = await imported(
      service,
      admin,
      file(
        csv(
          'number,title,description,impact,urgency,priority,status,category,team,assignee,reporter,opened_at,resolved_at,closed_at,resolution,tags,reopen_count,colour',
          `${a},メールが送れない,"改行
あり, カンマ",high,critical,,closed,メール,${team.name},${ann.email},${ann.username},2026-03-02 09:00,2026-03-02 10:30,2026-03-05T00:00:00Z,再起動,"[""メール"",""急""]",2,red`,
          `${b},Slow,,low,low,high,In Progress,,No such team,nobody@example.org,nobody,2026/3/2 9:00,,,,x;y,,`,
        ),
      ),
    )
    expect(result).toMatchObject({
      state: 'done',
      rows_read: 2,
      imported: 2,
      skipped: 0,
      refused: 0,
      errors: [],
      unknown_people: 2,
      unknown_teams: 1,
      pending: 0,
      ignored_columns: ['colour'],
    })
    expect(await rowOf(db, a)).toMatchObject({
      title: 'メールが送れない',
      description: '改行\nあり, カンマ',
      status: 'closed',
      priority: 'critical',
      priority_rank: 4,
      priority_reason: null,
      team_id: team.id,
      assignee_id: ann.id,
      reporter_id: ann.id,
      opened_at: '2026-03-02T00:00:00.000Z',
      resolved_at: '2026-03-02T01:30:00.000Z',
      closed_at: '2026-03-05T00:00:00.000Z',
      resolution: '再起動',
      tags: '["メール","急"]',
      reopen_count: 2,
    })
    expect(await rowOf(db, b)).toMatchObject({
      status: 'in_progress',
      priority: 'high',
      priority_reason: expect.stringMatching('imported'),
      team_id: null,
      assignee_id: null,
      reporter_id: admin.id,
      tags: '["x","y"]',
    })
    expect(await pastOf(db, a)).toEqual([
      'status "new" "resolved" 2026-03-02T01:30:00.000Z',
      'status "resolved" "closed" 2026-03-05T00:00:00.000Z',
    ])
    const audit = await db
      .selectFrom('audit_log')
      .select(['action', 'actor_id'])
      .where('subject_id', '=', result.id)
      .orderBy('id')
      .execute()
    expect(audit).toEqual([
      { action: 'incident_import.started', actor_id: admin.id },
      { action: 'incident_import.ended', actor_id: admin.id },
    ])
  })

  test('refuses a line that is wrong as a whole, and tells which and why', async ({
    service,
    db,
    signIn,
  }) => {
    const admin = await signIn('SystemAdmin')
    const good = newId()
    const result = await imported(
      service,
      admin,
      file(
        csv(
          'number,title,impact,status,opened_at,resolved_at,closed_at',
          `${good},ok,high,new,2026-03-02 09:00,,`,
          `,,high,new,2026-03-02 09:00,,`,
          `,bad,huge,new,soon,,`,
          `,bad,high,resolved,2026-03-02 09:00,2026-03-01 09:00,`,
          `,bad,high,resolved,2026-03-02 09:00,,`,
          `,bad,high,new,2026-03-02 09:00,2026-03-03 09:00,`,
          `,bad,high,new,2126-03-02 09:00,,`,
          `,${'x'.repeat(201)},high,new,2026-02-30 09:00,,`,
          `${good},again,high,new,2026-03-02 09:00,,`,
        ),
      ),
    )
    expect(result).toMatchObject({
      state: 'done',
      rows_read: 9,
      imported: 1,
      skipped: 1,
      refused: 7,
    })
    expect(result.errors.map(({ line, field }) => `${line} ${field}`)).toEqual([
      '3 title',
      '4 opened_at',
      '4 impact',
      '5 resolved_at',
      '6 resolved_at',
      '7 resolved_at',
      '8 opened_at',
      '9 title',
      '9 opened_at',
    ])
    expect(result.errors[0]).toEqual({
      file: 'incidents',
      line: 3,
      field: 'title',
      ja: '必須です。',
      en: 'is required',
    })
    expect((await rowOf(db, good)).title).toBe('ok')
  })

  test('doubles nothing when the same file comes again', async ({ service, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const number = newId()
    const parts = [
      file(csv('number,title,opened_at', `${number},Once,2026-03-02 09:00`)),
      events(`${number},2026-03-02 10:00,assigned`),
    ]
    expect(await imported(service, admin, ...parts)).toMatchObject({
      imported: 1,
      events_imported: 1,
    })
    expect(await imported(service, admin, ...parts)).toMatchObject({
      imported: 0,
      skipped: 1,
      events_imported: 0,
      events_skipped: 1,
    })
  })

  test('puts events in order, fills what was before, and leads to the state it has', async ({
    service,
    db,
    signIn,
  }) => {
    const admin = await signIn('SystemAdmin')
    const [a, b] = [newId(), newId()]
    const result = await imported(
      service,
      admin,
      file(
        csv(
          'number,title,status,opened_at,resolved_at,closed_at',
          `${a},A,closed,2026-03-02 09:00,2026-03-02 15:00,2026-03-03 09:00`,
          `${b},B,pending,2026-03-02 09:00,,`,
        ),
      ),
      events(
        `${a},2026-03-02 15:00,resolved`,
        `${a},2026-03-02 11:00,resolved`,
        `${a},2026-03-02 09:00,new`,
        `${a},2026-03-02 12:00,in_progress`,
        `${a},2026-03-02 10:00,assigned`,
        `nobody knows,2026-03-02 10:00,assigned`,
        `${a},yesterday,assigned`,
      ),
    )
    expect(result).toMatchObject({
      state: 'done',
      events_read: 7,
      events_imported: 4,
      events_skipped: 1,
      events_refused: 2,
    })
    expect(result.errors).toMatchObject([
      { file: 'events', line: 8, field: 'at' },
      { file: 'events', line: 7, field: 'number' },
    ])
    expect(await pastOf(db, a)).toEqual([
      'status "new" "assigned" 2026-03-02T01:00:00.000Z',
      'status "assigned" "resolved" 2026-03-02T02:00:00.000Z',
      'status "resolved" "in_progress" 2026-03-02T03:00:00.000Z',
      'status "in_progress" "resolved" 2026-03-02T06:00:00.000Z',
      'status "resolved" "closed" 2026-03-03T00:00:00.000Z',
    ])
    expect((await rowOf(db, a)).reopen_count).toBe(1)
    expect(await pastOf(db, b)).toEqual([`status "new" "pending" ${result.created_at}`])
    const later = await imported(
      service,
      admin,
      file(csv('title,opened_at')),
      events(`${a},2026-03-02 12:30,pending`),
    )
    expect(later).toMatchObject({ rows_read: 0, events_imported: 1 })
    expect(await pastOf(db, a)).toContain('status "in_progress" "pending" 2026-03-02T03:30:00.000Z')
  })

  test('reads names, words and days of other systems, in Shift_JIS as well', async ({
    service,
    db,
    signIn,
  }) => {
    const admin = await signIn('SystemAdmin')
    const number = newId()
    const head = Buffer.from(`No,Summary,State,Opened,Closed\n${number},`)
    const title = Buffer.from([0x83, 0x81, 0x81, 0x5b, 0x83, 0x8b])
    const rest = Buffer.from(',Done,29/2/2016 01:16,1/3/2016 00:00\n')
    const result = await imported(
      service,
      admin,
      file(Buffer.concat([head, title, rest])),
      json('mapping', {
        No: 'number',
        Summary: 'title',
        State: 'status',
        Opened: 'opened_at',
        Closed: 'closed_at',
      }),
      json('values', { status: { done: 'closed' } }),
      text('date_format', 'dmy'),
      text('time_zone', 'Europe/Berlin'),
    )
    expect(result).toMatchObject({ state: 'done', imported: 1, errors: [] })
    expect(await rowOf(db, number)).toMatchObject({
      title: 'メール',
      status: 'closed',
      opened_at: '2016-02-29T00:16:00.000Z',
      closed_at: '2016-02-29T23:00:00.000Z',
    })
  })

  test('reads a workbook, with its days', async ({ service, db, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const number = newId()
    const sheet = utils.aoa_to_sheet([
      ['number', 'title', 'opened_at', 'major'],
      [number, '表から', { t: 'n', v: 46083.375, z: 'yyyy-mm-dd hh:mm' }, true],
    ])
    const book = utils.book_new()
    utils.book_append_sheet(book, sheet, 'Sheet1')
    const bytes: Buffer = write(book, { type: 'buffer', bookType: 'xlsx' })
    const result = await imported(service, admin, file(bytes, 'incidents.xlsx'))
    expect(result).toMatchObject({ state: 'done', imported: 1, errors: [] })
    expect(await rowOf(db, number)).toMatchObject({
      title: '表から',
      major: 1,
      opened_at: '2026-03-02T00:00:00.000Z',
    })
    for (const body of ['title,opened_at', 'PK\x03\x04 and no more']) {
      const broken = await imported(service, admin, file(body, 'incidents.xlsx'))
      expect(broken).toMatchObject({ state: 'failed', imported: 0 })
      expect(broken.errors).toMatchObject([{ line: null, en: expect.stringMatching('xlsx') }])
    }
  })

  test('only looks when asked to', async ({ service, db, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const number = newId()
    const result = await imported(
      service,
      admin,
      file(csv('number,title,opened_at', `${number},A,2026-03-02`, `${number},B,2026-03-02`, ',,')),
      events(`${number},2026-03-02 10:00,assigned`),
      text('dry_run', 'true'),
    )
    expect(result).toMatchObject({
      state: 'done',
      dry_run: true,
      imported: 1,
      skipped: 1,
      refused: 1,
      events_imported: 1,
      events_refused: 0,
    })
    const found = db.selectFrom('incidents').select('id').where('external_number', '=', number)
    expect(await found.execute()).toEqual([])
  })

  test('tells of a file that cannot be read, and keeps none of it', async ({ service, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const result = await imported(service, admin, file(csv('title,opened_at', '"open,2026-03-02')))
    expect(result).toMatchObject({ state: 'failed', imported: 0 })
    expect(result.errors).toMatchObject([{ file: 'incidents', line: 2 }])
    const headless = await imported(service, admin, file(csv('name,when', 'a,b')))
    expect(headless.errors).toMatchObject([{ line: 1, field: 'header' }])
    await service.queue.runDue()
    const folder = join(service.deps.config.dataDir, 'files/imports')
    expect(await readdir(folder).catch(() => [])).toEqual([])
  })

  test('is for administrators, and says what is wrong with a form', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    const body = file(csv('title,opened_at', 'a,2026-03-02'))
    expect((await send(await signIn('ServiceDeskAgent'), body)).statusCode).toBe(403)
    const { payload, headers } = formOf([body])
    const nobody = await admin.post(`${base}/import`, payload, { ...headers, authorization: '' })
    expect(nobody.statusCode).toBe(401)
    for (const [field, ...parts] of [
      ['file', events('a,2026-03-02,new')],
      ['mapping', body, text('mapping', '{')],
      ['mapping', body, json('mapping', { a: 'password' })],
      ['values', body, json('values', { title: {} })],
      ['values.status', body, json('values', { status: { a: 'b' } })],
      ['time_zone', body, text('time_zone', 'Asia/Nowhere')],
      ['date_format', body, text('date_format', 'ydm')],
      ['dry_run', body, text('dry_run', 'maybe')],
      ['events', body, { ...events('a,2026-03-02,new'), filename: 'events.xlsx' }],
      ['file', body, body],
    ] as [string, ...Part[]][]) {
      const response = await send(admin, ...parts)
      expect([response.statusCode, response.json().errors?.[0]?.field], response.body).toEqual([
        422,
        field,
      ])
    }
    expect((await send(admin, file('x', 'incidents.exe'))).statusCode).toBe(415)
  })
})

describe('an import that breaks off', () => {
  const lines = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, n) => `${prefix}-${n},Row ${n},2026-03-02 09:00`)

  test('goes on where it was, and ends with each row once', async ({ service, db, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const prefix = newId()
    const response = await send(
      admin,
      file(csv('number,title,opened_at', ...lines(prefix, 2500))),
      events(...Array.from({ length: 1500 }, (_, n) => `${prefix}-${n},2026-03-02 10:00,assigned`)),
    )
    const { id } = response.json()
    const see = async (): Promise<IncidentImport> =>
      (await admin.get(`${base}/imports/${id}`)).json()
    // Looked at before each batch: each run gets one further.
    const afterOne = () => {
      let looks = 0
      const throwIfAborted = () => {
        looks += 1
        if (looks > 1) throw new Error('The service stops.')
      }
      return { throwIfAborted } as AbortSignal
    }
    await expect(importIncidents(service.deps, { import_id: id }, afterOne())).rejects.toThrow()
    const { state, rows_read, pending } = await see()
    expect([state, pending]).toEqual(['running', rows_read])
    expect(rows_read).toBeGreaterThan(0)
    expect(rows_read).toBeLessThan(2500)
    let runs = 1
    while ((await see()).state === 'running' && runs < 200) {
      runs += 1
      await importIncidents(service.deps, { import_id: id }, afterOne()).catch(() => {})
    }
    expect(runs).toBeGreaterThan(4)
    expect(await see()).toMatchObject({
      state: 'done',
      rows_read: 2500,
      imported: 2500,
      events_read: 1500,
      events_imported: 1500,
      pending: 0,
    })
    const mine = db.selectFrom('incidents').where('external_number', 'like', `${prefix}-%`)
    const { rows, first, last } = await mine
      .select((eb) => [
        eb.fn.countAll<number>().as('rows'),
        eb.fn.min('number').as('first'),
        eb.fn.max('number').as('last'),
      ])
      .executeTakeFirstOrThrow()
    expect([rows, last - first]).toEqual([2500, 2499])
    const { moves } = await db
      .selectFrom('itsm_history')
      .select((eb) => eb.fn.countAll<number>().as('moves'))
      .where('subject_id', 'in', mine.select('id'))
      .executeTakeFirstOrThrow()
    // The file says nothing of their state: each is what its event made it.
    expect(moves).toBe(1500)
  })

  test('is not doubled by two runs at once', async ({ service, db, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const prefix = newId()
    const sent = await send(admin, file(csv('number,title,opened_at', ...lines(prefix, 3000))))
    const { id } = sent.json()
    const run = () => importIncidents(service.deps, { import_id: id }, never)
    await Promise.all([run(), run()])
    expect((await admin.get(`${base}/imports/${id}`)).json()).toMatchObject({
      state: 'done',
      imported: 3000,
      skipped: 0,
    })
    const { count } = await db
      .selectFrom('incidents')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('external_number', 'like', `${prefix}-%`)
      .executeTakeFirstOrThrow()
    expect(count).toBe(3000)
  })

  test('is cancelled, and what it has keeps its past', async ({ service, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const body = csv('number,title,opened_at', ...lines(newId(), 2500))
    const { id } = (await send(admin, file(body))).json()
    const url = `${base}/imports/${id}`
    let answer: Promise<{ statusCode: number }> | undefined
    const throwIfAborted = () => {
      answer ??= admin.post(`${url}/cancel`)
    }
    await importIncidents(service.deps, { import_id: id }, { throwIfAborted } as AbortSignal)
    expect((await answer)?.statusCode).toBe(200)
    const over: IncidentImport = (await admin.get(url)).json()
    expect(over).toMatchObject({ state: 'cancelled', pending: 0 })
    expect(over.imported).toBeLessThan(2500)
    const again = await admin.post(`${url}/cancel`)
    expect([again.statusCode, again.json().code]).toEqual([409, 'incident_import_over'])
    expect((await admin.post(`${base}/imports/${newId()}/cancel`)).statusCode).toBe(404)
    expect((await admin.get(`${base}/imports/${newId()}`)).statusCode).toBe(404)
    const agent = await signIn('ServiceDeskAgent')
    expect((await agent.get(url)).statusCode).toBe(403)
    expect((await agent.post(`${url}/cancel`)).statusCode).toBe(403)
    const { imports, total } = (await admin.get(`${base}/imports?limit=1`)).json()
    expect(imports).toMatchObject([{ id }])
    expect(total).toBeGreaterThan(1)
  })
})
