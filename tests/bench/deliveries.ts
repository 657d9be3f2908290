/**
 * Files on their way to Google Drive while a fifth of all calls fails and the service is killed in
 * the middle: `npm run test:slow -- [files] [least MB] [most MB]`. Each must arrive once and whole.
 */
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { migrate } from '../../db/migrate.ts'
import { transact } from '../../db/transact.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { loadConfig } from '../../src/config.ts'
import { createDeps } from '../../src/deps.ts'
import { enqueueDelivery } from '../../src/submissions/deliveries.ts'
import { newId, now } from '../../src/values.ts'
import type { DriveFault } from '../support/drive-faults.ts'
import { startDriveServer } from '../support/drive-server.ts'
import { newFolder, startServer } from '../support/process.ts'

const [count = 200, least = 1, most = 100] = process.argv.slice(2).map(Number)
const drive = await startDriveServer()
const { email, keyFile } = drive.addAccount()
const shared = drive.tree.addSharedDrive('Contracts')
drive.tree.grant(shared.id, email, 'organizer')

const DATA_DIR = await newFolder()
const env = {
  DATA_DIR,
  DATABASE_URL: `sqlite:${join(DATA_DIR, 'a.db')}`,
  GOOGLE_API_ROOT_URL: drive.url,
  JOB_LEASE: '5s',
  LOG_LEVEL: 'error',
}
const expected = await prepare()
let faults = 0
drive.plan(() => {
  if (Math.random() >= 0.2) return undefined
  faults += 1
  return anyFault()
})

const started = Date.now()
let service = await startServer(env)
let kills = 0
let shown = 0
while (arrived().length < count) {
  await wait(200)
  const seconds = Math.round((Date.now() - started) / 1000)
  if (seconds >= shown + 10) {
    shown = seconds
    console.log(`${seconds} s: ${arrived().length} of ${count}, ${faults} faults`)
  }
  if (kills === 0 && arrived().length >= count / 2) {
    service.child.kill('SIGKILL')
    await service.ended
    kills += 1
    service = await startServer(env)
  }
  if (Date.now() - started > 3_600_000) throw new Error(`${arrived().length} of ${count} arrived.`)
}
const seconds = (Date.now() - started) / 1000
drive.plan()
await allMarked()
service.child.kill('SIGTERM')
await service.ended

const sums = arrived().map(({ sha256Checksum }) => String(sha256Checksum))
const isRight = sums.length === count && sums.every((sum) => expected.has(sum))
const isOnce = new Set(sums).size === count
const megabytes = [...expected.values()].reduce((sum, size) => sum + size, 0) / 2 ** 20
console.log(
  `${count} files, ${megabytes.toFixed(0)} MB, in ${seconds.toFixed(0)} s; ${faults} faults, ${kills} kill -9`,
)
console.log(`each of them once: ${isOnce}; byte by byte: ${isRight}`)
await drive.close()
process.exit(isOnce && isRight ? 0 : 1)

function anyFault(): DriveFault {
  const kinds: DriveFault[] = [
    { status: 503 },
    { status: 500 },
    { status: 429, retryAfter: '1' },
    { status: 403, reason: 'userRateLimitExceeded' },
    { reset: 'before' },
    { reset: 'during' },
    { reset: 'after' },
    { truncated: true },
    { latencyMs: 500 },
    { keep: 256 * 1024 },
  ]
  return kinds[Math.floor(Math.random() * kinds.length)] as DriveFault
}

function arrived() {
  return [...drive.tree.files.values()].filter(({ size }) => size !== undefined)
}

/** What the database says; the service is asked nothing, for it has nobody to answer. */
async function allMarked(): Promise<void> {
  const { deps, close } = await createDeps(loadConfig(env))
  try {
    for (;;) {
      const left = await deps.db.selectFrom('drive_deliveries').select('file_id').execute()
      if (left.length === 0) return
      await wait(500)
    }
  } finally {
    await close()
  }
}

async function prepare(): Promise<Map<string, number>> {
  const { deps, close } = await createDeps(loadConfig(env))
  const { db, storage, secrets } = deps
  await migrate(db)
  const sums = new Map<string, number>()
  const at = now()
  const owner = await transact(db, (trx) =>
    createUser(trx, { username: 'bench', email: 'bench@example.jp', roles: ['User'] }),
  )
  const account = { client_email: email, project_id: keyFile.project_id }
  const sealed = secrets.seal(JSON.stringify(keyFile), 'drive-credentials')
  const uploaded = { uploaded_by: owner.id, uploaded_at: at }
  await db
    .insertInto('drive_credentials')
    .values({ id: 1, sealed, ...account, fingerprint: 'bench', ...uploaded })
    .execute()
  await db
    .insertInto('drive_settings')
    .values({
      ...{ id: 1, enabled: 1, parent_folder_id: shared.id, folder_name_format: '{session_id}' },
      ...{ auto_create_folders: 1, share_with_submitter: 0, version: 1, updated_at: at },
    })
    .execute()
  for (let n = 0; n < count; n += 1) {
    const session_id = await sessionOf(n)
    const size = Math.floor((least + Math.random() * (most - least)) * 2 ** 20)
    const body = randomBytes(size)
    const sha256 = createHash('sha256').update(body).digest('hex')
    const id = newId()
    const key = `submissions/${id}`
    await storage.put(
      key,
      (async function* () {
        yield body
      })(),
      size,
    )
    sums.set(sha256, size)
    await transact(db, async (trx) => {
      await trx
        .insertInto('submission_files')
        .values({
          ...{ id, session_id, key, size, sha256, filename: `${n}.pdf` },
          ...{ mime_type: 'application/pdf', review: 'pending', drive_status: 'pending' },
          uploaded_at: at,
        })
        .execute()
      await enqueueDelivery(trx, id)
    })
  }
  await close()
  return sums

  async function sessionOf(n: number): Promise<string> {
    const id = `00000000-0000-4000-8000-${String(Math.floor(n / 20)).padStart(12, '0')}`
    await db
      .insertInto('submission_sessions')
      .values({
        ...{ id, submitter_name: '山田', submitter_email: 'a@example.jp', version: 1 },
        ...{ submission_type: 'individual', status: 'not_uploaded', owner_id: owner.id },
        ...{ created_at: at, updated_at: at },
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
    return id
  }
}
