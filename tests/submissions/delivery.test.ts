import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Delivering, pdf, startDelivering } from '../support/deliveries.ts'
import { signInTo } from '../support/service.ts'
import { adminSessions } from '../support/submissions.ts'

let world: Delivering
let logged = ''

beforeAll(async () => {
  const write = (line: string) => {
    logged += line
  }
  world = await startDelivering({ logTo: { write } })
})
afterAll(() => world.close())
afterEach(async () => {
  world.drive.plan()
  await world.configure()
  await world.settle()
})

const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex')

describe('a file that is uploaded', () => {
  test('arrives once, in a folder of its session, byte by byte', async () => {
    const { open, upload, settle, filesOf, copiesOf, drive, parent, admin } = world
    const session = await open({ submitter_name: "O'Brien \\ 山田" })
    const body = pdf(700_000)
    const [file] = await upload(session.id, body)
    expect(file).toMatchObject({ drive_status: 'pending', google_drive_file_id: null })
    await settle()

    const [copy] = copiesOf(session.id)
    expect(copiesOf(session.id)).toHaveLength(1)
    expect(copy).toMatchObject({ name: '書類 0.pdf', mimeType: 'application/pdf' })
    expect(copy?.sha256Checksum).toBe(sha256(body))
    expect(await filesOf(session.id)).toMatchObject([
      { drive_status: 'synced', drive_error: null, google_drive_file_id: copy?.id },
    ])
    const folder = drive.tree.files.get(String(copy?.parents[0]))
    expect(folder).toMatchObject({
      name: `[${session.id}]_O'Brien \\ 山田`,
      parents: [parent.id],
    })
    const shown = (await admin.get(`/api/v1/sessions/${session.id}`)).json()
    expect(shown.google_drive_folder_id).toBe(folder?.id)
    expect(await leftOver()).toEqual([])
  })

  test('shares one folder with the others of its session', async () => {
    const { open, upload, settle, copiesOf } = world
    const session = await open()
    await upload(session.id, pdf(), pdf(), pdf(), pdf(), pdf())
    await settle()
    const copies = copiesOf(session.id)
    expect(copies).toHaveLength(5)
    expect(new Set(copies.map(({ parents }) => parents[0])).size).toBe(1)
  })

  test('goes into the one folder where sessions have none', async () => {
    const { open, upload, settle, copiesOf, parent, configure } = world
    await configure({ google_drive_auto_create_folders: false })
    const session = await open()
    await upload(session.id, pdf())
    await settle()
    expect(copiesOf(session.id)).toMatchObject([{ parents: [parent.id] }])
  })

  test.each(['deleted', 'in the trash'])('gets a new folder when its own is %s', async (how) => {
    const { open, upload, settle, copiesOf, drive } = world
    const session = await open()
    await upload(session.id, pdf())
    await settle()
    const folder = String(copiesOf(session.id)[0]?.parents[0])
    if (how === 'deleted') drive.tree.drop(folder)
    else Object(drive.tree.files.get(folder)).explicitlyTrashed = true
    await upload(session.id, pdf())
    await settle()
    const [copy] = copiesOf(session.id).filter((each) => !drive.tree.isTrashed(each))
    expect(copy?.parents[0]).not.toBe(folder)
  })

  test('is shared with the submitter when that is wanted, and once', async () => {
    const { open, upload, settle, copiesOf, drive, configure } = world
    await configure({ google_drive_share_with_submitter: true })
    const session = await open({ submitter_email: 'hanako@example.jp' })
    drive.plan({ share: { 1: { status: 503 } } })
    await upload(session.id, pdf(), pdf())
    await settle()
    const folder = drive.tree.files.get(String(copiesOf(session.id)[0]?.parents[0]))
    expect(folder?.permissions).toMatchObject([
      { emailAddress: 'hanako@example.jp', role: 'reader' },
    ])
    const [call] = drive.calls.filter(({ endpoint }) => endpoint === 'share')
    expect(call?.query.get('sendNotificationEmail')).toBe('false')
  })

  test('stays here while Drive is switched off, and is sent when that is asked for', async () => {
    const { open, upload, settle, filesOf, configure, redeliver, drive } = world
    await configure({ google_drive_enabled: false })
    const session = await open()
    await upload(session.id, pdf())
    drive.plan()
    await settle()
    expect(await filesOf(session.id)).toMatchObject([{ drive_status: 'off' }])
    expect(drive.calls).toHaveLength(0)
    const refused = await redeliver(session.id)
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'drive_disabled'])

    await configure()
    expect((await redeliver(session.id)).json()).toMatchObject({ queued: 1 })
    expect((await redeliver(session.id)).json()).toMatchObject({ queued: 0 })
    await settle()
    expect(await filesOf(session.id)).toMatchObject([{ drive_status: 'synced' }])
  })

  test('is left alone when Drive is switched off while it waits', async () => {
    const { open, upload, settle, filesOf, configure } = world
    const session = await open()
    await upload(session.id, pdf())
    await configure({ google_drive_enabled: false })
    await settle()
    expect(await filesOf(session.id)).toMatchObject([{ drive_status: 'off', drive_error: null }])
  })
})

describe('what passes', () => {
  test.each([
    ['too many requests', { begin: { 1: { status: 429, retryAfter: '2' } } }],
    ['a rate limit', { begin: { 1: { status: 403, reason: 'userRateLimitExceeded' } } }],
    ['an ill server', { chunk: { 1: { status: 503 }, 2: { status: 500 } } }],
    ['a chunk that breaks off', { chunk: { 1: { reset: 'during' } } }],
    ['a chunk that never came', { chunk: { 1: { reset: 'before' } } }],
    ['an answer that was lost', { chunk: { 1: { reset: 'after' } } }],
    ['an answer that breaks off', { chunk: { 1: { truncated: true } } }],
    ['a beginning that was lost', { begin: { 1: { reset: 'after' } } }],
    ['a folder that was made unheard of', { create: { 1: { reset: 'after' } } }],
    ['a folder that broke off', { create: { 1: { truncated: true } } }],
    ['a search that fails', { list: { 1: { status: 502 }, 2: { reset: 'before' } } }],
    [
      'an upload that is forgotten',
      { chunk: { 1: { reset: 'during' } }, status: { 1: { status: 404 } } },
    ],
    [
      'an upload that is gone',
      { chunk: { 1: { reset: 'during' } }, status: { 1: { status: 410 } } },
    ],
    ['a token that is not given', { token: { 1: { status: 500 }, 2: { reset: 'before' } } }],
    ['a part that is kept', { chunk: { 1: { keep: 256 * 1024 } } }],
    ['nothing that is kept', { chunk: { 1: { keep: 0 } } }],
    ['other bytes than were sent', { chunk: { 1: { corrupt: true } } }],
    ['slow answers', { begin: { 1: { dripMs: 5 } }, chunk: { 1: { latencyMs: 50, dripMs: 1 } } }],
  ] as const)('leaves one copy: %s', async (_, faults) => {
    const { open, upload, settle, filesOf, copiesOf, drive } = world
    const session = await open()
    const body = pdf(900_000)
    if ('token' in faults) drive.expireTokens()
    drive.plan(faults)
    await upload(session.id, body)
    await settle()
    expect(await filesOf(session.id)).toMatchObject([{ drive_status: 'synced', drive_error: null }])
    const copies = copiesOf(session.id)
    expect(copies.map((each) => each.sha256Checksum)).toEqual([sha256(body)])
    const folders = [...drive.tree.files.values()].filter(
      (each) => each.appProperties.kaname_session === session.id,
    )
    expect(folders).toHaveLength(1)
  })

  test('is tried for as long as it lasts, and is said meanwhile', async () => {
    const { open, upload, settle, filesOf, drive, service } = world
    const session = await open()
    drive.plan(() => ({ status: 503 }))
    await upload(session.id, pdf())
    await expect(settle()).rejects.toThrow('Jobs that do not come to an end')
    const [file] = await filesOf(session.id)
    expect(file).toMatchObject({ drive_status: 'pending' })
    expect(file?.drive_error).toMatch(/Google/)
    const { tries } = await service.deps.db
      .selectFrom('drive_deliveries')
      .select('tries')
      .where('file_id', '=', String(file?.id))
      .executeTakeFirstOrThrow()
    expect(tries).toBeGreaterThan(20)
    drive.plan()
    await settle()
    expect(await filesOf(session.id)).toMatchObject([{ drive_status: 'synced', drive_error: null }])
  })

  test('is not tried before the time that Google asks for', async () => {
    const { open, upload, drive, service } = world
    const session = await open()
    drive.plan({ list: { 1: { status: 429, retryAfter: '3600' } } })
    const before = Date.now()
    const [file] = await upload(session.id, pdf())
    await service.queue.runDue()
    const { run_at } = await service.deps.db
      .selectFrom('jobs')
      .select('run_at')
      .where('payload', 'like', `%${file?.id}%`)
      .where('kind', '=', 'deliver_file')
      .executeTakeFirstOrThrow()
    expect(Date.parse(run_at) - before).toBeGreaterThanOrEqual(3_600_000)
  })
})

describe('what stays', () => {
  test.each([
    ['no storage', { begin: { 1: { status: 403, reason: 'storageQuotaExceeded' } } }, /容量/],
    [
      'no permission',
      { begin: { 1: { status: 403, reason: 'insufficientFilePermissions' } } },
      /./,
    ],
    ['a bad request', { begin: { 1: { status: 400, reason: 'badRequest' } } }, /./],
    [
      'other bytes twice',
      { chunk: { 1: { corrupt: true }, 2: { corrupt: true } } },
      /一致しません/,
    ],
  ] as const)('ends with a hint: %s', async (_, faults, hint) => {
    const { open, upload, settle, filesOf, copiesOf, drive, redeliver } = world
    const session = await open()
    drive.plan(faults)
    await upload(session.id, pdf())
    await settle()
    const [file] = await filesOf(session.id)
    expect(file).toMatchObject({ drive_status: 'failed', google_drive_file_id: null })
    expect(file?.drive_error).toMatch(hint)
    expect(copiesOf(session.id)).toHaveLength(0)
    expect((await redeliver(session.id)).json()).toMatchObject({ queued: 1 })
    await settle()
    expect(await filesOf(session.id)).toMatchObject([{ drive_status: 'synced', drive_error: null }])
  })

  test('names a parent in somebody’s own drive, where there is no room', async () => {
    const { open, upload, settle, filesOf, drive, configure, email } = world
    const own = drive.tree.add({ name: 'Mine' })
    drive.tree.grant(own.id, 'somebody@example.jp', 'owner')
    drive.tree.grant(own.id, email, 'writer')
    await configure({ google_drive_parent_folder_id: own.id })
    const session = await open()
    await upload(session.id, pdf())
    await settle()
    const [file] = await filesOf(session.id)
    expect(file?.drive_status).toBe('failed')
    expect(file?.drive_error).toMatch(/共有ドライブ/)
  })

  test('names a parent that is not there', async () => {
    const { open, upload, settle, filesOf, configure } = world
    await configure({ google_drive_parent_folder_id: 'nowhere' })
    const session = await open()
    await upload(session.id, pdf())
    await settle()
    expect(await filesOf(session.id)).toMatchObject([{ drive_status: 'failed' }])
  })

  test('does not send what was damaged in the storage', async () => {
    const { open, upload, settle, filesOf, copiesOf, service } = world
    const session = await open()
    const [file] = await upload(session.id, pdf())
    await service.deps.db
      .updateTable('submission_files')
      .set({ sha256: '0'.repeat(64) })
      .where('id', '=', String(file?.id))
      .execute()
    await settle()
    expect(await filesOf(session.id)).toMatchObject([{ drive_status: 'failed' }])
    expect(copiesOf(session.id)).toHaveLength(0)
  })
})

describe('a file that is deleted', () => {
  test('leaves Drive as well, when that can be reached', async () => {
    const { open, upload, settle, copiesOf, drive, admin } = world
    const session = await open()
    const [file] = await upload(session.id, pdf())
    await settle()
    expect(copiesOf(session.id)).toHaveLength(1)
    drive.plan({ delete: { 1: { status: 503 }, 2: { reset: 'after' } } })
    expect((await admin.delete(`/api/v1/files/${file?.id}`)).statusCode).toBe(204)
    await settle()
    expect(copiesOf(session.id)).toHaveLength(0)
  })

  test('does not arrive when it was on its way', async () => {
    const { open, upload, settle, copiesOf, drive, admin, service } = world
    const session = await open()
    const [file] = await upload(session.id, pdf())
    let removal: Promise<unknown> | undefined
    drive.plan((call) => {
      if (call.endpoint !== 'chunk') return undefined
      removal ??= admin.delete(`/api/v1/files/${file?.id}`)
      return { latencyMs: 300 }
    })
    await service.queue.runDue()
    await removal
    await settle()
    expect(copiesOf(session.id)).toHaveLength(0)
    expect(await leftOver()).toEqual([])
  })

  test('leaves no copy that arrived unheard of', async () => {
    const { open, upload, settle, copiesOf, drive, admin, service } = world
    const session = await open()
    const [file] = await upload(session.id, pdf())
    drive.plan({ chunk: { 1: { reset: 'after' } } })
    await service.queue.runDue()
    expect(copiesOf(session.id)).toHaveLength(1)
    await admin.delete(`/api/v1/files/${file?.id}`)
    await settle()
    expect(copiesOf(session.id)).toHaveLength(0)
  })
})

describe('redelivery', () => {
  test('is for those who look after the session', async () => {
    const { open, service } = world
    const session = await open()
    const url = `${adminSessions}/${session.id}/redeliver`
    const stranger = await signInTo(service.app, 'User')
    const auditor = await signInTo(service.app, 'Auditor')
    expect((await stranger.post(url)).statusCode).toBe(403)
    expect((await auditor.post(url)).statusCode).toBe(403)
    expect((await service.app.inject({ method: 'POST', url })).statusCode).toBe(401)
    const { admin } = world
    const unknown = `${adminSessions}/${crypto.randomUUID()}/redeliver`
    expect((await admin.post(unknown)).statusCode).toBe(404)
  })
})

test('says how far it is, in the room of the session', async () => {
  const { open, upload, settle, service } = world
  const session = await open()
  const events: { event: string; data: { drive_status: string } }[] = []
  const leave = service.deps.channels.join(`submission:${session.id}`, (text) =>
    events.push(JSON.parse(text)),
  )
  const [file] = await upload(session.id, pdf())
  await settle()
  leave()
  const deliveries = events.filter(({ event }) => event === 'file.delivery')
  expect(deliveries.map(({ data }) => data.drive_status)).toEqual(['pending', 'synced'])
  expect(deliveries.at(-1)?.data).toMatchObject({ id: file?.id, sent_bytes: file?.size })
})

test('keeps secrets out of logs, answers and the database', async () => {
  const { open, upload, drive, keyFile, service, settle } = world
  const session = await open()
  drive.plan({ chunk: { 1: { reset: 'during' } } })
  await upload(session.id, pdf(600_000))
  await service.queue.runDue()
  const rows = JSON.stringify([
    await service.deps.db.selectFrom('drive_deliveries').selectAll().execute(),
    await service.deps.db.selectFrom('jobs').selectAll().execute(),
  ])
  const secrets = [
    ...drive.givenTokens(),
    ...drive.uploads.keys(),
    keyFile.private_key.slice(40, 90),
  ]
  expect(drive.uploads.size).toBeGreaterThan(0)
  for (const secret of secrets) {
    expect(rows).not.toContain(secret)
    expect(logged).not.toContain(secret)
  }
  await settle()
  expect(service.faults).toEqual([])
  const metrics = await service.deps.meters.registry.metrics()
  expect(metrics).toMatch(/drive_deliveries_total\{outcome="synced"\} [1-9]/)
  expect(metrics).toMatch(/drive_deliveries_total\{outcome="failed"\} [1-9]/)
})

/** What is noted of files on their way. */
function leftOver() {
  return world.service.deps.db.selectFrom('drive_deliveries').select('file_id').execute()
}
