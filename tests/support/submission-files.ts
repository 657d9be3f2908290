import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SessionRow } from '../../src/submissions/access.ts'
import type { Client, Service } from './service.ts'
import { formOf, type Part, samples } from './uploads.ts'

/** A session as it is in its table. */
export async function addSession(
  { deps }: Pick<Service, 'deps'>,
  owner: Pick<Client, 'id'>,
  changes: Partial<SessionRow> = {},
): Promise<SessionRow> {
  const row: SessionRow = {
    id: crypto.randomUUID(),
    submitter_name: '山田 太郎',
    submitter_email: 'taro@example.jp',
    submission_type: 'individual',
    description: null,
    requirements: null,
    status: 'not_uploaded',
    comment: null,
    due_date: null,
    closed_at: null,
    received_at: null,
    reviewed_at: null,
    reminded_at: null,
    google_drive_folder_id: null,
    owner_id: owner.id,
    version: 1,
    created_at: '2026-01-02T03:04:05.678Z',
    updated_at: '2026-01-02T03:04:05.678Z',
    ...changes,
  }
  await deps.db.insertInto('submission_sessions').values(row).execute()
  return row
}

export function readSession({ deps }: Service, id: string): Promise<SessionRow> {
  return deps.db
    .selectFrom('submission_sessions')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

export const part = (filename: string, body: Buffer = samples.pdf): Part => ({
  name: 'files',
  filename,
  body,
})

/** Uploads as somebody does who has nothing but the link, unless a token says more. */
export function upload(
  { app }: Service,
  sessionId: string,
  parts: Part[],
  more: Record<string, string> = {},
) {
  const { payload, headers } = formOf(parts)
  return app.inject({
    method: 'POST',
    url: `/api/v1/sessions/${sessionId}/upload`,
    payload,
    headers: { ...headers, ...more },
  })
}

/** What the storage and the tables hold of submissions, to see that nothing is left over. */
export async function holdings({ deps }: Service) {
  const folder = join(deps.config.dataDir, 'files/submissions')
  const files = await readdir(folder).catch(() => [])
  const rows = await deps.db.selectFrom('submission_files').select('key').execute()
  const incoming = await deps.db.selectFrom('incoming_files').select('key').execute()
  return {
    files: files.sort(),
    rows: rows.map(({ key }) => key.replace('submissions/', '')).sort(),
    incoming: incoming.map(({ key }) => key),
  }
}
