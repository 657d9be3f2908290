import { randomBytes } from 'node:crypto'
import type { SubmissionFile } from '../../schemas/submissions/files.ts'
import { setDriveCredentials } from '../../src/submissions/drive-credentials.ts'
import { startDriveServer } from './drive-server.ts'
import { letTimePass } from './jobs.ts'
import { expect, type Service, signInTo, startService } from './service.ts'
import { adminSessions, open, sessions } from './submissions.ts'
import { formOf, samples } from './uploads.ts'

export type Delivering = Awaited<ReturnType<typeof startDelivering>>

/** A service that copies to a shared drive of a stand-in for Google. */
export async function startDelivering(options: Parameters<typeof startService>[0] = {}) {
  const drive = await startDriveServer()
  const env = { GOOGLE_API_ROOT_URL: drive.url, ...options.env }
  const service = await startService({ ...options, env })
  const { app, deps } = service
  const admin = await signInTo(app, 'SystemAdmin')
  const { email, keyFile } = drive.addAccount()
  const shared = drive.tree.addSharedDrive('Contracts')
  const parent = drive.tree.add({ name: 'Received', parents: [shared.id] })
  drive.tree.grant(shared.id, email, 'organizer')
  const actor = { ...admin, ip: null, user_agent: null, request_id: 'test' }
  await setDriveCredentials(deps, actor as never, keyFileOf(keyFile), 'en')

  async function configure(changes: object = {}) {
    const response = await admin.put('/api/v1/admin/google-drive/settings', {
      google_drive_enabled: true,
      google_drive_parent_folder_id: parent.id,
      google_drive_folder_name_format: '[{session_id}]_{submitter_name}',
      google_drive_auto_create_folders: true,
      google_drive_share_with_submitter: false,
      ...changes,
    })
    expect(response.statusCode, response.body).toBe(200)
  }
  await configure()

  return {
    service,
    drive,
    admin,
    email,
    keyFile,
    shared,
    parent,
    configure,
    open: (input = {}) => open(admin, input),
    upload: (sessionId: string, ...bodies: Buffer[]) => upload(service, sessionId, bodies),
    filesOf: async (sessionId: string): Promise<SubmissionFile[]> =>
      (await admin.get(`${sessions}/${sessionId}/files`)).json(),
    redeliver: (sessionId: string) => admin.post(`${adminSessions}/${sessionId}/redeliver`),
    settle: () => settleJobs(service),
    /** Of the files of a session, as they are on Drive. */
    copiesOf: (sessionId: string) =>
      [...drive.tree.files.values()].filter(
        ({ appProperties }) => appProperties.kaname_session_of === sessionId,
      ),
    async close() {
      await service.close()
      await drive.close()
    },
  }
}

function keyFileOf(keyFile: object) {
  const body = (async function* () {
    yield Buffer.from(JSON.stringify(keyFile))
  })()
  return { name: 'key.json', body }
}

/** A PDF like no other. */
export function pdf(bytes = 1000): Buffer {
  const { pdf: smallest } = samples
  return Buffer.concat([smallest, randomBytes(Math.max(1, bytes - smallest.length))])
}

async function upload(
  { app }: Service,
  sessionId: string,
  bodies: Buffer[],
): Promise<SubmissionFile[]> {
  const parts = bodies.map((body, n) => ({ name: 'files', filename: `書類 ${n}.pdf`, body }))
  const { payload, headers } = formOf(parts)
  const url = `${sessions}/${sessionId}/upload`
  const response = await app.inject({ method: 'POST', url, headers, payload })
  expect(response.statusCode, response.body).toBe(201)
  return response.json().uploaded_files
}

/** Lets time pass until no job is left that waits; what never ends fails. */
export async function settleJobs({ deps, queue }: Pick<Service, 'deps' | 'queue'>, rounds = 30) {
  await queue.runDue()
  for (let n = 0; (await letTimePass(deps.db)) > 0; n += 1) {
    if (n === rounds) throw new Error(`Jobs that do not come to an end: ${await openJobs(deps)}`)
    await queue.runDue()
  }
}

async function openJobs({ db }: Service['deps']): Promise<string> {
  const jobs = await db
    .selectFrom('jobs')
    .select(['kind', 'attempts', 'last_error'])
    .where('finished_at', 'is', null)
    .where('failed_at', 'is', null)
    .execute()
  return JSON.stringify(jobs)
}
