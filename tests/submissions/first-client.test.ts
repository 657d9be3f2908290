import type { App } from '../../src/fastify.ts'
import { keyFile } from '../support/drive-keys.ts'
import {
  test as base,
  type Client,
  describe,
  expect,
  signInTo,
  startService,
} from '../support/service.ts'
import { portOf } from '../support/socket.ts'
import { samples } from '../support/uploads.ts'

/** What it reads of the answers; each has some of it. */
type Answer = {
  session_id: string
  message: string
  url: string
  status: string
  sessions: { id: string }[]
  uploaded_files: { uploaded_at: string }[]
  credentials_uploaded: boolean
}

/** One page of the first client: `fetch` as it calls it; only the token of staff is new. */
function pageOf(address: string, staff?: Client) {
  return async (path: string, { headers = {}, ...options }: RequestInit = {}) => {
    const authorization: Record<string, string> = staff
      ? { authorization: staff.authorization }
      : {}
    const response = await fetch(`${address}${path}`, {
      ...options,
      headers: { ...(headers as Record<string, string>), ...authorization },
    })
    const body: Answer = Object(await response.json())
    return { status: response.status, ok: response.ok, body }
  }
}

const json = (method: string, body: object): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

const form = (name: string, ...files: [filename: string, bytes: Uint8Array][]): RequestInit => {
  const body = new FormData()
  for (const [filename, bytes] of files)
    body.append(name, new Blob([new Uint8Array(bytes)]), filename)
  return { method: 'POST', body }
}

type Page = ReturnType<typeof pageOf>

const test = base.extend<{ service: { app: App; admin: Page; submitter: Page } }>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const { app, close } = await startService()
      const address = `http://127.0.0.1:${await portOf(app)}`
      const admin = pageOf(address, await signInTo(app, 'SystemAdmin'))
      await use({ app, admin, submitter: pageOf(address) })
      await close()
    },
    { scope: 'file' },
  ],
})

describe('the ten calls of the first client', () => {
  test('pass as it sends them, from the list to the credentials', async ({ service }) => {
    const { admin, submitter } = service

    const created = await admin(
      '/api/v1/sessions',
      json('POST', {
        submitter_name: '山田 太郎',
        submitter_email: 'taro@example.jp',
        submission_type: 'individual',
        description: '',
      }),
    )
    expect(created.ok).toBe(true)
    const { session_id, message, url } = created.body
    expect(message).toBe('セッションが作成されました')
    expect(url).toBe(`/submission/${session_id}`)

    const listed = await admin('/api/v1/admin/sessions')
    expect(listed.body.sessions).toMatchObject([
      {
        id: session_id,
        submitter_name: '山田 太郎',
        submitter_email: 'taro@example.jp',
        submission_type: 'individual',
        description: null,
        status: 'not_uploaded',
        google_drive_folder_id: null,
        uploaded_files: [],
      },
    ])

    const opened = await submitter(`/api/v1/sessions/${session_id}`)
    expect(opened.body).toMatchObject({ id: session_id, status: 'not_uploaded' })

    const uploaded = await submitter(
      `/api/v1/sessions/${session_id}/upload`,
      form('files', ['住民票.pdf', samples.pdf], ['免許証.png', samples.png]),
    )
    expect(uploaded.ok, JSON.stringify(uploaded.body)).toBe(true)
    expect(uploaded.body.message).toBe('ファイルのアップロードが完了しました')
    expect(uploaded.body.uploaded_files).toMatchObject([
      { filename: '住民票.pdf', size: samples.pdf.length },
      { filename: '免許証.png', size: samples.png.length },
    ])
    for (const { uploaded_at } of uploaded.body.uploaded_files) {
      expect(Date.parse(uploaded_at)).not.toBeNaN()
    }

    const after = await submitter(`/api/v1/sessions/${session_id}`)
    expect(after.body).toMatchObject({ status: 'not_uploaded', review_status: 'waiting' })
    const files = await submitter(`/api/v1/sessions/${session_id}/files`)
    expect(files.body).toMatchObject([
      { session_id, filename: '住民票.pdf', file_size: samples.pdf.length },
      { session_id, filename: '免許証.png', google_drive_file_id: null },
    ])

    for (const status of ['needs_reupload', 'approved']) {
      const moved = await admin(
        `/api/v1/submission/sessions/${session_id}/status`,
        json('PUT', { status }),
      )
      expect(moved.body.message).toBe('ステータスが更新されました')
      expect((await submitter(`/api/v1/sessions/${session_id}`)).body.status).toBe(status)
    }
  })

  test('save the settings as they were given, and test the connection both ways', async ({
    service: { admin },
  }) => {
    const path = '/api/v1/admin/google-drive'
    const settings = await admin(`${path}/settings`)
    expect(settings.body).toMatchObject({
      google_drive_enabled: false,
      google_drive_parent_folder_id: '',
      google_drive_folder_name_format: '[{session_id}]_{submitter_name}',
      google_drive_auto_create_folders: true,
      google_drive_share_with_submitter: true,
      credentials_uploaded: false,
    })
    const changed = { ...settings.body, google_drive_parent_folder_id: '1AbCdEf_-0123456789' }
    const saved = await admin(`${path}/settings`, json('PUT', changed))
    expect(saved.ok, JSON.stringify(saved.body)).toBe(true)
    const again = (await admin(`${path}/settings`)).body
    expect(again).toMatchObject({
      google_drive_parent_folder_id: '1AbCdEf_-0123456789',
      credentials_uploaded: false,
    })

    for (const method of ['GET', 'POST']) {
      const tested = await admin(`${path}/test-connection`, { method })
      expect(tested).toMatchObject({
        status: 200,
        body: { connected: false, error: '認証ファイルが設定されていません' },
      })
    }

    const key = Buffer.from(JSON.stringify(keyFile()))
    const sent = await admin(`${path}/upload-credentials`, form('credentials', ['key.json', key]))
    expect(sent.ok, JSON.stringify(sent.body)).toBe(true)
    expect((await admin(`${path}/settings`)).body.credentials_uploaded).toBe(true)
  })

  test('work at the older addresses too', async ({ service: { app, admin, submitter } }) => {
    const older = '/api/v1/submission'
    const created = await admin(
      `${older}/sessions`,
      json('POST', {
        submitter_name: '株式会社 要',
        submitter_email: 'kaname@example.jp',
        submission_type: 'corporate',
        description: '登記',
      }),
    )
    const { session_id } = created.body
    const path = `${older}/sessions/${session_id}`
    expect((await submitter(path)).body).toMatchObject({ id: session_id, description: '登記' })
    const uploaded = await submitter(`${path}/upload`, form('files', ['a.gif', samples.gif]))
    expect(uploaded.body.uploaded_files).toHaveLength(1)
    expect((await submitter(`${path}/files`)).body).toHaveLength(1)
    const listed = await admin(`${older}/admin/sessions`)
    const ids = listed.body.sessions.map(({ id }) => id)
    expect(ids).toContain(session_id)
    const document = (await app.inject('/openapi.json')).json()
    expect(Object.keys(document.paths).filter((each) => each.startsWith(older))).toEqual([])
  })

  test('let nobody without an account do what is for staff', async ({ service: { submitter } }) => {
    for (const [path, options] of [
      ['/api/v1/admin/sessions', {}],
      ['/api/v1/submission/admin/sessions', {}],
      ['/api/v1/sessions', json('POST', {})],
      ['/api/v1/submission/sessions/x/status', json('PUT', { status: 'approved' })],
      ['/api/v1/admin/google-drive/settings', {}],
    ] as const) {
      const refused = await submitter(path, options)
      expect(refused).toMatchObject({ status: 401, body: { code: 'token_required' } })
    }
  })
})
