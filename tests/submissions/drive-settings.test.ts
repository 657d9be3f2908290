import { generateKeyPairSync } from 'node:crypto'
import { createSecrets } from '../../src/secrets.ts'
import { resealDriveCredentials } from '../../src/submissions/drive-credentials.ts'
import { getDriveSettings } from '../../src/submissions/drive-settings.ts'
import { keyFile, rsaKeys } from '../support/drive-keys.ts'
import { drivePath, driveSettings, sendCredentials } from '../support/drive-settings.ts'
import { describe, expect, signInTo, startService, test } from '../support/service.ts'

const settingsPath = `${drivePath}/settings`

describe('the settings of Google Drive', () => {
  test('have defaults before anybody has set them', async () => {
    const { app, close } = await startService()
    const admin = await signInTo(app, 'SystemAdmin')
    const answer = await admin.get(settingsPath)
    expect(answer.json()).toEqual({
      google_drive_enabled: false,
      google_drive_parent_folder_id: '',
      google_drive_folder_name_format: '[{session_id}]_{submitter_name}',
      google_drive_auto_create_folders: true,
      google_drive_share_with_submitter: true,
      credentials_uploaded: false,
      credentials_state: 'none',
      client_email: null,
      project_id: null,
      version: 0,
      updated_at: null,
    })
    expect(answer.headers.etag).toMatch(/^"0\.[\w-]+"$/)
    const test = await admin.get(`${drivePath}/test-connection`)
    expect(test.json()).toMatchObject({
      connected: false,
      code: 'credentials_missing',
      error: '認証ファイルが設定されていません',
    })
    expect((await admin.delete(`${drivePath}/credentials`)).statusCode).toBe(404)
    await close()
  })

  test('take back what GET gave, and do not believe what is only to be read', async ({
    signIn,
  }) => {
    const admin = await signIn('SystemAdmin')
    const before = (await admin.get(settingsPath)).json()
    const lies = {
      credentials_uploaded: !before.credentials_uploaded,
      client_email: 7,
      version: 99,
    }
    const put = await admin.put(settingsPath, { ...before, ...driveSettings, ...lies })
    expect(put.statusCode).toBe(200)
    expect(put.json()).toMatchObject({
      ...driveSettings,
      credentials_uploaded: before.credentials_uploaded,
      client_email: before.client_email,
      version: before.version + 1,
    })
    expect((await admin.get(settingsPath)).json()).toEqual(put.json())
    const again = await admin.put(settingsPath, put.json())
    expect(again.json().version).toBe(before.version + 2)
  })

  test('take what the first client sends', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    const put = await admin.put(settingsPath, { ...driveSettings, credentials_uploaded: false })
    expect(put.statusCode).toBe(200)
  })

  test('take the URL of a folder for its id', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    for (const url of [
      'https://drive.google.com/drive/folders/1AbC-d_E?usp=sharing',
      ' https://drive.google.com/drive/u/0/folders/1AbC-d_E ',
    ]) {
      const put = await admin.put(settingsPath, {
        ...driveSettings,
        google_drive_parent_folder_id: url,
      })
      expect(put.json().google_drive_parent_folder_id, url).toBe('1AbC-d_E')
    }
  })

  test.for([
    ['google_drive_parent_folder_id', "x' or trashed = true"],
    ['google_drive_parent_folder_id', 'https://evil.example/drive/folders/1AbC'],
    ['google_drive_parent_folder_id', 'a'.repeat(129)],
    ['google_drive_parent_folder_id', null],
    ['google_drive_folder_name_format', ''],
    ['google_drive_folder_name_format', '   '],
    ['google_drive_folder_name_format', '{session_id}_{date}'],
    ['google_drive_folder_name_format', '{session_id'],
    ['google_drive_folder_name_format', '{{session_id}}'],
    ['google_drive_folder_name_format', 'a\nb'],
    ['google_drive_folder_name_format', 'a'.repeat(201)],
    ['google_drive_enabled', 'true'],
    ['google_drive_enabled', 1],
    ['google_drive_share_with_submitter', undefined],
    ['private_key', 'x'],
  ] as const)('refuse %s: %j', async ([field, value], { signIn }) => {
    const admin = await signIn('SystemAdmin')
    const before = (await admin.get(settingsPath)).json().version
    const answer = await admin.put(settingsPath, { ...driveSettings, [field]: value })
    expect(answer.json()).toMatchObject({ status: 422, errors: [{ field }] })
    expect((await admin.get(settingsPath)).json().version).toBe(before)
  })

  test('are not sent twice, but again when the credentials have changed', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    await sendCredentials(admin)
    const { etag } = (await admin.get(settingsPath)).headers
    const seen = { 'if-none-match': String(etag) }
    expect((await admin.get(settingsPath, seen)).statusCode).toBe(304)
    await admin.delete(`${drivePath}/credentials`)
    expect((await admin.get(settingsPath, seen)).json().credentials_uploaded).toBe(false)
    const put = await admin.put(settingsPath, driveSettings, { 'if-match': String(etag) })
    expect(put.statusCode).toBe(200)
  })

  test('are not set over a version that was not seen', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    const { etag } = (await admin.get(settingsPath)).headers
    const put = () => admin.put(settingsPath, driveSettings, { 'if-match': String(etag) })
    const statuses = (await Promise.all([put(), put(), put()])).map((each) => each.statusCode)
    expect(statuses.sort()).toEqual([200, 412, 412])
  })

  test('set by many at once are counted one by one', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    const before = (await admin.get(settingsPath)).json().version
    const put = () => admin.put(settingsPath, driveSettings)
    const versions = (await Promise.all([put(), put(), put()])).map((each) => each.json().version)
    expect(Math.max(...versions)).toBe(before + 3)
  })

  test('leave a trace that says what has changed', async ({ signIn, db }) => {
    const admin = await signIn('SystemAdmin')
    await admin.put(settingsPath, driveSettings)
    await admin.put(settingsPath, { ...driveSettings, google_drive_enabled: false })
    const events = await db
      .selectFrom('audit_log')
      .select(['action', 'changes'])
      .where('actor_id', '=', admin.id)
      .orderBy('id', 'desc')
      .execute()
    expect(events[0]).toEqual({
      action: 'drive_settings.updated',
      changes: JSON.stringify({ google_drive_enabled: { from: true, to: false } }),
    })
  })
})

describe('the credentials of Google Drive', () => {
  test('are stored, and never shown again', async ({ signIn, db }) => {
    const admin = await signIn('SystemAdmin')
    const sent = await sendCredentials(admin)
    expect(sent.json()).toEqual({
      message: '認証ファイルがアップロードされました',
      client_email: keyFile().client_email,
      project_id: 'kaname-test',
    })
    const settings = await admin.get(settingsPath)
    expect(settings.json()).toMatchObject({
      credentials_uploaded: true,
      credentials_state: 'ready',
      client_email: keyFile().client_email,
      project_id: 'kaname-test',
    })
    const events = await db
      .selectFrom('audit_log')
      .select(['action', 'changes'])
      .where('actor_id', '=', admin.id)
      .execute()
    expect(events.map(({ action }) => action)).toContain('drive_credentials.uploaded')
    const row = await db.selectFrom('drive_credentials').selectAll().executeTakeFirstOrThrow()
    const secret = keyFile().private_key.split('\n')[3] as string
    for (const text of [sent.body, settings.body, JSON.stringify(events), JSON.stringify(row)]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain('PRIVATE KEY')
      expect(text).not.toContain(keyFile().private_key_id)
    }
  })

  test('are replaced as a whole, and say so in English', async ({ signIn, db }) => {
    const admin = await signIn('SystemAdmin')
    const other = keyFile({ client_email: 'other@other.iam.gserviceaccount.com' })
    const sent = await sendCredentials(admin, other, { language: 'en' })
    expect(sent.json().message).toBe('The credentials have been stored.')
    expect((await admin.get(settingsPath)).json().client_email).toBe(other.client_email)
    expect(await db.selectFrom('drive_credentials').selectAll().execute()).toHaveLength(1)
  })

  test('can be removed', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    await sendCredentials(admin)
    expect((await admin.delete(`${drivePath}/credentials`)).statusCode).toBe(204)
    const settings = (await admin.get(settingsPath)).json()
    expect(settings).toMatchObject({ credentials_state: 'none', client_email: null })
    const again = await admin.delete(`${drivePath}/credentials`)
    expect(again.json()).toMatchObject({ status: 404, code: 'drive_credentials_not_found' })
  })

  test('must be a .json file with JSON in it', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    const named = await sendCredentials(admin, keyFile(), { filename: 'key.p12' })
    expect(named.json()).toMatchObject({ status: 400, code: 'drive_credentials_not_json_file' })
    expect(named.json().detail).toMatch('JSONファイルを選択してください')
    for (const text of ['{"type":', '[]', 'null', '""', '', Buffer.from([0xff, 0xfe, 0x7b])]) {
      const answer = await sendCredentials(admin, text)
      expect(answer.json(), String(text)).toMatchObject({
        status: 400,
        code: 'drive_credentials_malformed',
      })
      expect(answer.json().detail).toMatch('無効なJSONファイルです')
    }
  })

  test.for([
    ['type', 'authorized_user'],
    ['type', undefined],
    ['type', 'external_account'],
    ['client_email', undefined],
    ['client_email', 'not an address'],
    ['client_email', { $ne: '' }],
    ['project_id', ''],
    ['project_id', '../../x'],
    ['private_key_id', 'x'.repeat(201)],
    ['private_key', 'not a key'],
    ['private_key', rsaKeys().publicKey],
    ['private_key', 7],
  ] as const)(
    'must be those of a service account: not %s %j',
    async ([name, value], { signIn }) => {
      const admin = await signIn('SystemAdmin')
      const answer = await sendCredentials(admin, keyFile({ [name]: value }))
      expect(answer.json().status).toBe(422)
      const fields = answer.json().errors.map(({ field }: { field: string }) => field)
      expect(new Set(fields)).toEqual(new Set([`credentials.${name}`]))
    },
  )

  test('must have an RSA key of 2048 bits', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    const { privateKey: elliptic } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    for (const private_key of [rsaKeys(1024).privateKey, elliptic]) {
      const answer = await sendCredentials(admin, keyFile({ private_key }))
      expect(answer.json().errors).toEqual([
        { field: 'credentials.private_key', message: expect.stringContaining('2048') },
      ])
    }
  })

  test('may have 16 KiB, in a field of that name', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    const large = keyFile({ padding: 'x'.repeat(17 * 1024) })
    expect((await sendCredentials(admin, large)).json()).toMatchObject({
      status: 413,
      code: 'file_too_large',
    })
    const named = await sendCredentials(admin, keyFile(), { name: 'file' })
    expect(named.json()).toMatchObject({ status: 422, errors: [{ field: 'file' }] })
    const json = await admin.post(`${drivePath}/upload-credentials`, keyFile())
    expect(json.statusCode).toBe(415)
  })

  test('stay as they were when others are refused', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    await sendCredentials(admin)
    await sendCredentials(admin, keyFile({ type: 'x' }))
    expect((await admin.get(settingsPath)).json().client_email).toBe(keyFile().client_email)
  })

  test('cannot be read with another key, and can with the one before', async ({
    signIn,
    service,
    db,
  }) => {
    const admin = await signIn('SystemAdmin')
    await sendCredentials(admin)
    const next = Buffer.alloc(32, 9)
    const lost = await getDriveSettings({ db, secrets: createSecrets(next) })
    expect(lost).toMatchObject({ credentials_uploaded: true, credentials_state: 'undecryptable' })

    const secrets = createSecrets(next, [service.deps.config.secretsKey])
    expect(await getDriveSettings({ db, secrets })).toMatchObject({ credentials_state: 'ready' })
    expect(await resealDriveCredentials(db, secrets)).toBe(1)
    expect(await resealDriveCredentials(db, secrets)).toBe(0)
    const sealed = await getDriveSettings({ db, secrets: createSecrets(next) })
    expect(sealed).toMatchObject({ credentials_state: 'ready' })
    await sendCredentials(admin)
  })
})

test('nobody but an administrator sees or changes any of it', async ({ signIn, app }) => {
  const agent = await signIn('ServiceDeskAgent')
  const answers = [
    await agent.get(settingsPath),
    await agent.put(settingsPath, driveSettings),
    await agent.get(`${drivePath}/test-connection`),
    await agent.post(`${drivePath}/test-connection`),
    await sendCredentials(agent),
    await agent.delete(`${drivePath}/credentials`),
  ]
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(6).fill(403))
  expect((await app.inject(settingsPath)).statusCode).toBe(401)
})
