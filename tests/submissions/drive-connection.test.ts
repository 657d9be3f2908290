import { Writable } from 'node:stream'
import { createSecrets } from '../../src/secrets.ts'
import { createDrive } from '../../src/submissions/drive.ts'
import { keyFile, rsaKeys } from '../support/drive-keys.ts'
import { type DriveServer, startDriveServer } from '../support/drive-server.ts'
import { drivePath, driveSettings, sendCredentials } from '../support/drive-settings.ts'
import {
  test as base,
  type Client,
  describe,
  expect,
  type Service,
  signInTo,
  startService,
} from '../support/service.ts'

type Fixtures = {
  google: DriveServer
  lines: string[]
  service: Service
  admin: Client
}

const test = base.extend<Fixtures>({
  google: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const google = await startDriveServer()
      await use(google)
      await google.close()
    },
    { scope: 'file' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: see above
  lines: [async ({}, use) => use([]), { scope: 'file' }],
  service: [
    async ({ google, lines }, use) => {
      const logTo = new Writable({
        write: (chunk, _encoding, done) => {
          lines.push(String(chunk))
          done()
        },
      })
      const service = await startService({ env: { GOOGLE_API_ROOT_URL: google.url }, logTo })
      await use(service)
      await service.close()
    },
    { scope: 'file' },
  ],
  admin: [
    async ({ service }, use) => use(await signInTo(service.app, 'SystemAdmin')),
    { scope: 'file' },
  ],
})

/** A service account with a shared drive that it may write to, as an administrator sets it up. */
async function connect(
  { admin, google }: Pick<Fixtures, 'admin' | 'google'>,
  role: 'reader' | 'writer' | 'fileOrganizer' | 'organizer' = 'fileOrganizer',
) {
  google.plan()
  const account = google.addAccount()
  const drive = google.tree.addSharedDrive('契約')
  google.tree.grant(drive.id, account.email, role)
  const folder = google.tree.add({ name: '契約書類', parents: [drive.id] })
  expect((await sendCredentials(admin, account.keyFile)).statusCode).toBe(200)
  await point(admin, folder.id)
  return { account, drive, folder }
}

async function point(admin: Client, id: string): Promise<void> {
  const settings = { ...driveSettings, google_drive_parent_folder_id: id }
  expect((await admin.put(`${drivePath}/settings`, settings)).statusCode).toBe(200)
}

async function connection(admin: Client, language = 'en') {
  const answer = await admin.get(`${drivePath}/test-connection`, { 'accept-language': language })
  expect(answer.statusCode).toBe(200)
  return answer.json()
}

describe('the connection test', () => {
  test('says the folder that files go to, by GET and by POST', async ({ admin, google }) => {
    await connect({ admin, google })
    const got = await admin.get(`${drivePath}/test-connection`)
    expect(got.json()).toEqual({
      connected: true,
      message: '接続テストが成功しました',
      folder_name: '契約書類',
      drive_kind: 'shared_drive',
    })
    const posted = await admin.post(`${drivePath}/test-connection`)
    expect(posted.json()).toEqual(got.json())
    expect((await connection(admin)).message).toBe('The connection works.')
  })

  test('gets a token of its own each time, and leaves nothing behind', async ({
    admin,
    google,
  }) => {
    const { folder } = await connect({ admin, google })
    await connection(admin)
    await connection(admin)
    expect(google.calls.map(({ endpoint }) => endpoint)).toEqual(
      Array(2).fill(['token', 'about', 'get']).flat(),
    )
    expect(google.tree.childrenOf(folder.id)).toEqual([])
  })

  test('takes the top of a shared drive for a folder', async ({ admin, google }) => {
    const { drive } = await connect({ admin, google })
    await point(admin, drive.id)
    expect(await connection(admin)).toMatchObject({ connected: true, folder_name: '契約' })
  })

  test('says that there are no credentials', async ({ admin, google }) => {
    await connect({ admin, google })
    await admin.delete(`${drivePath}/credentials`)
    expect(await connection(admin, 'ja')).toEqual({
      connected: false,
      code: 'credentials_missing',
      error: '認証ファイルが設定されていません',
      hint: expect.stringContaining('JSON キー'),
    })
    expect(google.calls).toEqual([])
  })

  test('says that the stored credentials cannot be decrypted', async ({
    admin,
    google,
    service,
    db,
  }) => {
    await connect({ admin, google })
    const secrets = createSecrets(Buffer.alloc(32, 5))
    const drive = createDrive({ db, secrets, rootUrl: google.url })
    const app = await service.twin({ secrets, drive })
    const twin = await signInTo(app, 'SystemAdmin')
    expect(await connection(twin)).toMatchObject({
      connected: false,
      code: 'credentials_undecryptable',
      hint: expect.stringContaining('SECRETS_KEYS_OLD'),
    })
    const settings = await twin.get(`${drivePath}/settings`)
    expect(settings.json().credentials_state).toBe('undecryptable')
  })

  test('says that the key is not the one Google knows', async ({ admin, google }) => {
    const { account } = await connect({ admin, google })
    const other = { ...account.keyFile, private_key: rsaKeys().privateKey }
    await sendCredentials(admin, other)
    expect(await connection(admin)).toMatchObject({ connected: false, code: 'key_refused' })
  })

  test('says that Google does not know the account', async ({ admin, google }) => {
    const { account } = await connect({ admin, google })
    google.removeAccount(account.email)
    expect(await connection(admin)).toMatchObject({ connected: false, code: 'account_unknown' })
  })

  test('says whom to share the folder with', async ({ admin, google }) => {
    const { account } = await connect({ admin, google })
    const elsewhere = google.tree.addSharedDrive('Elsewhere')
    for (const id of [elsewhere.id, 'no-such-folder']) {
      await point(admin, id)
      expect(await connection(admin)).toMatchObject({
        connected: false,
        code: 'parent_not_found',
        hint: expect.stringContaining(account.email),
      })
    }
    await point(admin, '')
    expect(await connection(admin)).toMatchObject({ connected: false, code: 'parent_not_set' })
  })

  test('says that it is not a folder, or in the trash', async ({ admin, google }) => {
    const { folder } = await connect({ admin, google })
    const file = google.tree.add({
      name: 'a.pdf',
      mimeType: 'application/pdf',
      parents: [folder.id],
    })
    await point(admin, file.id)
    expect(await connection(admin)).toMatchObject({ code: 'parent_not_folder' })
    folder.explicitlyTrashed = true
    await point(admin, folder.id)
    expect(await connection(admin)).toMatchObject({ code: 'parent_trashed' })
  })

  test('says that nothing may be added', async ({ admin, google }) => {
    await connect({ admin, google }, 'reader')
    expect(await connection(admin)).toMatchObject({
      connected: false,
      code: 'parent_read_only',
      hint: expect.stringContaining('content manager'),
    })
  })

  test('says that a folder of My Drive has no room for a service account', async ({
    admin,
    google,
  }) => {
    const { account } = await connect({ admin, google })
    const mine = google.tree.add({ name: 'My folder' })
    google.tree.grant(mine.id, account.email, 'writer')
    await point(admin, mine.id)
    expect(await connection(admin)).toMatchObject({
      connected: false,
      code: 'storage_quota',
      error: expect.stringContaining('My Drive'),
      hint: expect.stringContaining('shared drive'),
    })
  })

  test.for([
    ['about', { status: 403, reason: 'accessNotConfigured' }, 'api_disabled'],
    ['about', { status: 403, reason: 'userRateLimitExceeded' }, 'rate_limited'],
    ['about', { status: 503 }, 'unavailable'],
    ['about', { reset: 'before' }, 'network'],
    ['get', { truncated: true }, 'bad_answer'],
    ['token', { truncated: true }, 'bad_answer'],
    ['token', { status: 503 }, 'unavailable'],
    ['token', { reset: 'after' }, 'network'],
  ] as const)(
    'asks once, and says what went wrong: %s %j',
    async ([endpoint, fault, code], { admin, google }) => {
      await connect({ admin, google })
      google.plan((call) => (call.endpoint === endpoint ? fault : undefined))
      const said = await connection(admin)
      expect(said).toMatchObject({ connected: false, code })
      expect(google.count(endpoint)).toBe(1)
      expect(JSON.stringify(said)).not.toMatch(/backendError|127\.0\.0\.1|ECONN/)
    },
  )

  test('does not wait for ever', async ({ admin, google, service, db }) => {
    const { folder } = await connect({ admin, google })
    const { secrets } = service.deps
    for (const endpoint of ['token', 'about', 'get'] as const) {
      google.plan({ [endpoint]: { 1: { silent: true } } })
      const drive = createDrive({ db, secrets, rootUrl: google.url, checkMs: 300 })
      expect(await drive.check(folder.id)).toEqual({
        connected: false,
        fault: { fault: 'timeout' },
      })
    }
    google.plan({ get: { 1: { dripMs: 50 } } })
    const drive = createDrive({ db, secrets, rootUrl: google.url, checkMs: 300 })
    expect(await drive.check(folder.id)).toMatchObject({ fault: { fault: 'timeout' } })
  })
})

describe('the folder of a session', () => {
  const sessionId = () => crypto.randomUUID()

  test('is made once, and found again', async ({ admin, google, service }) => {
    const { folder } = await connect({ admin, google })
    const { drive } = service.deps
    const place = { parentId: folder.id, name: '[a]_山田', sessionId: sessionId() }
    const id = await drive.ensureFolder(place)
    expect(await drive.ensureFolder({ ...place, name: 'other' })).toBe(id)
    expect(google.tree.childrenOf(folder.id)).toMatchObject([{ id, name: '[a]_山田' }])
    expect(google.count('token')).toBe(1)
    const other = await drive.ensureFolder({ ...place, sessionId: sessionId() })
    expect(other).not.toBe(id)
  })

  test.for(['fileOrganizer', 'organizer'] as const)(
    'is one, also when several instances make it at once as %s',
    async (role, { admin, google, service, db }) => {
      const { folder } = await connect({ admin, google }, role)
      const { secrets } = service.deps
      const drives = [1, 2, 3].map(() => createDrive({ db, secrets, rootUrl: google.url }))
      // So that all have looked before the first one is made.
      google.plan(({ endpoint }) => (endpoint === 'create' ? { latencyMs: 100 } : undefined))
      const place = { parentId: folder.id, name: 'one', sessionId: sessionId() }
      const ids = await Promise.all(
        [...drives, ...drives].map((drive) => drive.ensureFolder(place)),
      )
      expect(new Set(ids).size).toBe(1)
      expect(google.tree.childrenOf(folder.id).map(({ id }) => id)).toEqual([ids[0]])
    },
  )

  test('is found when the answer to making it was lost', async ({ admin, google, service }) => {
    const { folder } = await connect({ admin, google })
    const { drive } = service.deps
    const place = { parentId: folder.id, name: 'lost', sessionId: sessionId() }
    google.plan({ create: { 1: { reset: 'after' } } })
    await expect(drive.ensureFolder(place)).rejects.toMatchObject({
      drive: { fault: 'network' },
      permanent: false,
    })
    const id = await drive.ensureFolder(place)
    expect(google.tree.childrenOf(folder.id)).toMatchObject([{ id }])
  })

  test('is made anew when somebody threw it away', async ({ admin, google, service }) => {
    const { folder } = await connect({ admin, google })
    const { drive } = service.deps
    const place = { parentId: folder.id, name: 'gone', sessionId: sessionId() }
    const id = await drive.ensureFolder(place)
    const made = google.tree.files.get(id)
    Object.assign(made as object, { explicitlyTrashed: true })
    expect(await drive.ensureFolder(place)).not.toBe(id)
  })

  test('cannot be asked for what it is not', async ({ admin, google, service }) => {
    const { folder } = await connect({ admin, google })
    const { drive } = service.deps
    const first = await drive.ensureFolder({
      parentId: folder.id,
      name: "O'Hara \\",
      sessionId: "x' or '1'='1",
    })
    expect(google.tree.files.get(first)?.name).toBe("O'Hara \\")
    const other = { parentId: folder.id, name: 'n', sessionId: sessionId() }
    expect(await drive.ensureFolder(other)).not.toBe(first)
  })

  test('says for good what is wrong with its place', async ({ admin, google, service }) => {
    const { folder, account } = await connect({ admin, google }, 'reader')
    const { drive } = service.deps
    const of = (parentId: string) =>
      drive.ensureFolder({ parentId, name: 'n', sessionId: sessionId() })
    await expect(of(folder.id)).rejects.toMatchObject({
      drive: { fault: 'permission_denied' },
      permanent: true,
    })
    await expect(of('nowhere')).rejects.toMatchObject({ drive: { fault: 'parent_not_found' } })
    const mine = google.tree.add({ name: 'mine' })
    google.tree.grant(mine.id, account.email, 'writer')
    await expect(of(mine.id)).rejects.toMatchObject({ drive: { fault: 'storage_quota' } })
  })

  test('is shared without a mail, and twice is no harm', async ({ admin, google, service }) => {
    const { folder } = await connect({ admin, google })
    const { drive } = service.deps
    const place = { parentId: folder.id, name: 'shared', sessionId: sessionId() }
    const id = await drive.ensureFolder(place)
    await drive.share(id, 'taro@example.jp')
    await drive.share(id, 'taro@example.jp')
    expect(google.tree.files.get(id)?.permissions).toMatchObject([
      { emailAddress: 'taro@example.jp', role: 'reader' },
    ])
    google.strangers.add('nobody@example.jp')
    await expect(drive.share(id, 'nobody@example.jp')).rejects.toMatchObject({
      drive: { fault: 'sharing_refused' },
      permanent: true,
    })
  })
})

describe('what is removed', () => {
  test('is deleted, or put into the trash by those who may only do that', async ({
    admin,
    google,
    service,
  }) => {
    for (const role of ['organizer', 'fileOrganizer'] as const) {
      const { folder } = await connect({ admin, google }, role)
      const file = google.tree.add({ name: 'a.pdf', mimeType: 'x/y', parents: [folder.id] })
      await service.deps.drive.remove(file.id)
      expect(google.tree.childrenOf(folder.id)).toEqual([])
      await service.deps.drive.remove(file.id)
      await service.deps.drive.remove('never-was')
    }
  })

  test('stays where one may only read', async ({ admin, google, service }) => {
    const { folder } = await connect({ admin, google }, 'reader')
    const file = google.tree.add({ name: 'a.pdf', mimeType: 'x/y', parents: [folder.id] })
    await expect(service.deps.drive.remove(file.id)).rejects.toMatchObject({
      drive: { fault: 'permission_denied' },
    })
  })
})

describe('the client', () => {
  const about = {
    method: 'GET',
    url: 'https://www.googleapis.com/drive/v3/about?fields=user',
  } as const

  test('keeps its token, and replaces one that Google no longer takes', async ({
    admin,
    google,
    service,
  }) => {
    const { account } = await connect({ admin, google })
    const { drive } = service.deps
    for (let i = 0; i < 3; i += 1) await drive.request(about)
    expect(google.count('token')).toBe(1)
    google.expireTokens()
    const { data } = await drive.request(about)
    expect(data).toMatchObject({ user: { emailAddress: account.email } })
    expect(google.count('token')).toBe(2)
    google.plan(({ endpoint }) =>
      endpoint === 'about' ? { status: 401, reason: 'authError' } : undefined,
    )
    await expect(drive.request(about)).rejects.toMatchObject({ drive: { fault: 'unauthorised' } })
    expect(google.count('about')).toBe(2)
  })

  test('is that of the credentials uploaded last, on every instance', async ({
    admin,
    google,
    service,
    db,
  }) => {
    const { secrets, drive } = service.deps
    const other = createDrive({ db, secrets, rootUrl: google.url })
    for (let i = 0; i < 2; i += 1) {
      const { account } = await connect({ admin, google })
      for (const each of [drive, other]) {
        const { data } = await each.request(about)
        expect(data).toMatchObject({ user: { emailAddress: account.email } })
      }
    }
    await admin.delete(`${drivePath}/credentials`)
    for (const each of [drive, other]) {
      await expect(each.request(about)).rejects.toMatchObject({
        drive: { fault: 'credentials_missing' },
        permanent: true,
      })
    }
  })

  test('does not try again by itself, whatever the answer', async ({ admin, google, service }) => {
    await connect({ admin, google })
    const { drive } = service.deps
    for (const [fault, code] of [
      [{ status: 500 }, 'unavailable'],
      [{ status: 429, retryAfter: '3' }, 'rate_limited'],
      [{ reset: 'during' }, 'network'],
    ] as const) {
      google.plan(({ endpoint }) => (endpoint === 'about' ? fault : undefined))
      await expect(drive.request(about)).rejects.toMatchObject({ drive: { fault: code } })
      expect(google.count('about')).toBe(1)
    }
    google.plan({ about: { 1: { status: 429, retryAfter: '3' } } })
    await expect(drive.request(about)).rejects.toMatchObject({ drive: { retryAfterMs: 3000 } })
  })

  test('sends bytes as they are', async ({ admin, google, service }) => {
    const { folder } = await connect({ admin, google })
    const name = '要'.repeat(33)
    const metadata = { name, parents: [folder.id], mimeType: 'application/pdf' }
    const { data } = await service.deps.drive.request({
      method: 'POST',
      url: 'https://www.googleapis.com/drive/v3/files?supportsAllDrives=true&fields=name',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(metadata)),
    })
    expect(data).toEqual({ name })
  })

  test.for([
    'http://169.254.169.254/latest/meta-data',
    'https://googleapis.com.evil.example/drive/v3/about',
    'http://www.googleapis.com/drive/v3/about',
    'https://www.googleapis.com:8443/drive/v3/about',
    'https://user@evil.example/drive',
    'file:///etc/passwd',
  ])(
    'takes its token nowhere but to Google: not to %s',
    async (url, { admin, google, service }) => {
      await connect({ admin, google })
      await expect(service.deps.drive.request({ method: 'GET', url })).rejects.toMatchObject({
        drive: { fault: 'bad_answer' },
      })
    },
  )

  test('lets no secret into a log line or an error', async ({ admin, google, service, lines }) => {
    const { account, folder } = await connect({ admin, google })
    const { drive } = service.deps
    const errors: unknown[] = []
    const place = { parentId: folder.id, name: 'n', sessionId: 's' }
    for (const fault of [
      { status: 500 },
      { status: 403, reason: 'insufficientFilePermissions' },
      { reset: 'after' },
      { truncated: true },
    ] as const) {
      google.plan(({ endpoint }) => (endpoint === 'token' ? undefined : fault))
      await drive.ensureFolder(place).catch((error) => errors.push(error))
      await drive.request(about).catch((error) => errors.push(error))
      await connection(admin)
      google.plan(() => fault)
      await connection(admin)
    }
    expect(errors.length).toBe(8)
    const { inspect } = await import('node:util')
    for (const error of errors) service.app.log.error({ err: error, error }, 'drive')
    const shown = [inspect(errors, { depth: 9, showHidden: true }), inspect(drive, { depth: 9 })]
    const all = [...shown, ...lines].join('\n')
    expect(lines.join('')).toContain('Google Drive: unavailable 500')
    expect(google.givenTokens().length).toBeGreaterThan(0)
    for (const token of google.givenTokens()) expect(all).not.toContain(token)
    expect(all).not.toMatch(/PRIVATE KEY|Bearer|assertion|ya29/)
    for (const line of account.keyFile.private_key.split('\n').slice(1, -2)) {
      expect(all).not.toContain(line)
    }
    expect(all).not.toContain(keyFile().private_key.split('\n')[2])
  })
})
