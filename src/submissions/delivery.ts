import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { transact } from '../../db/transact.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { languageOf } from '../messages.ts'
import { backoffMs, retryAt, turnAt } from './backoff.ts'
import {
  countDeliveries,
  type Delivery,
  endDelivery,
  findDelivery,
  updateDelivery,
} from './deliveries.ts'
import { findSession, folderOf } from './delivery-folder.ts'
import { enqueueDriveRemoval, fileProperty, findCopies } from './delivery-removal.ts'
import { describeDriveFault, driveError, driveFaultOf, isPassing } from './drive-faults.ts'
import { readDriveSettings } from './drive-settings.ts'
import { copyIn, type DriveCopy, uploadToDrive } from './drive-upload.ts'
import { tell } from './files.ts'

type Delivering = Pick<
  Deps,
  'db' | 'storage' | 'drive' | 'secrets' | 'channels' | 'meters' | 'deliveries'
>

declare module '../fastify.ts' {
  interface Deps {
    /** How many files this instance is sending to Drive. */
    deliveries: { running: number }
  }
}

const mostAtOnce = 3
const mostAttempts = 4
const longestPauseMs = 5_000
const purpose = 'drive-upload'

/** One try; how it went is written down, and what may go well later comes again by itself. */
export async function deliverFile(
  deps: Delivering,
  { file_id }: { file_id: string },
  signal: AbortSignal,
): Promise<void> {
  const { deliveries, db } = deps
  if (deliveries.running >= mostAtOnce) {
    const retry_at = turnAt(await countDeliveries(db))
    throw Object.assign(new Error('Other files are on their way to Google Drive.'), { retry_at })
  }
  deliveries.running += 1
  try {
    const delivery = await findDelivery(db, file_id)
    if (delivery) await tryDelivery(deps, delivery, signal)
  } finally {
    deliveries.running -= 1
  }
}

async function tryDelivery(deps: Delivering, delivery: Delivery, signal: AbortSignal) {
  const { db, meters } = deps
  const settings = await readDriveSettings(db)
  const session = await findSession(db, delivery.session_id)
  if (!settings.google_drive_enabled || !session) {
    await endDelivery(db, delivery.id, { drive_status: 'off', drive_error: null })
    meters.countDelivery('off')
    return publishDelivery(deps, delivery, 'off')
  }
  try {
    const md5 = await requireIntact(deps, delivery)
    // Who has failed again and again has met no moment but an outage.
    const attempts = delivery.tries < 2 ? mostAttempts : 1
    const copy = await patiently(attempts, signal, async () => {
      const current = (await findDelivery(db, delivery.id)) ?? delivery
      const folderId = await folderOf(deps, session, settings)
      const copy = await sendFile(deps, current, { folderId, md5, signal })
      await requireSame(deps, current, copy, md5)
      return copy
    })
    const end = {
      drive_status: 'synced',
      drive_error: null,
      google_drive_file_id: copy.id,
    } as const
    if (!(await endDelivery(db, delivery.id, end))) return
    meters.countDelivery('synced')
    publishDelivery(deps, delivery, 'synced', delivery.size)
  } catch (error) {
    if (signal.aborted) throw error
    if (!(await findDelivery(db, delivery.id))) {
      // Deleted meanwhile, and maybe arrived without our having heard of it.
      return transact(db, (trx) => enqueueDriveRemoval(trx, null, delivery.id))
    }
    throw await recordFault(deps, delivery, error)
  }
}

/** Goes on at once where a moment's pause may do: most faults are over before a job comes round. */
async function patiently<Result>(
  attempts: number,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const fault = driveFaultOf(error)
      const isBrief = fault && isPassing(fault) && (fault.retryAfterMs ?? 0) <= longestPauseMs
      if (!isBrief || attempt === attempts || signal.aborted) throw error
      await sleep(Math.max(fault.retryAfterMs ?? 0, backoffMs(attempt - 1)))
    }
  }
}

/** Before a byte goes: what is stored is what came. Answers its MD5, the sum that Drive gives. */
async function requireIntact({ storage }: Delivering, { key, sha256, size }: Delivery) {
  const hashes = { md5: createHash('md5'), sha256: createHash('sha256') }
  let bytes = 0
  try {
    for await (const chunk of await storage.get(key)) {
      hashes.md5.update(chunk)
      hashes.sha256.update(chunk)
      bytes += chunk.length
    }
  } catch (error) {
    throw Object(error).failure === 'file_missing' ? driveError('file_lost') : error
  }
  if (bytes !== size || hashes.sha256.digest('hex') !== sha256) throw driveError('file_lost')
  return hashes.md5.digest('hex')
}

type Way = { folderId: string; md5: string; signal: AbortSignal }

function sendFile(deps: Delivering, delivery: Delivery, { folderId, signal }: Way) {
  const { db, storage, drive, secrets } = deps
  const { id, session_id, filename, mime_type, size, key } = delivery
  let furthest = delivery.sent_bytes
  return uploadToDrive(drive.request, {
    folderId,
    name: filename,
    type: mime_type,
    size,
    appProperties: { kaname_session_of: session_id, [fileProperty]: id },
    address: addressIn(deps, delivery),
    signal,
    async read(start, end) {
      const parts: Buffer[] = []
      for await (const part of await storage.get(key, { start, end: end - 1 })) parts.push(part)
      return Buffer.concat(parts)
    },
    async findCopy() {
      const [copy] = await findCopies(drive.request, id)
      return copy === undefined ? undefined : copyIn(copy)
    },
    async onBegin(address) {
      await updateDelivery(db, id, { sealed_upload: secrets.seal(address, purpose), sent_bytes: 0 })
    },
    async onProgress(bytes) {
      // Whoever gets further has not been trying in vain.
      const progress = { sent_bytes: bytes, ...(bytes > furthest && { tries: 0 }) }
      furthest = Math.max(furthest, bytes)
      if (!(await updateDelivery(db, id, progress))) throw failure('file_missing')
      publishDelivery(deps, delivery, 'pending', bytes)
    },
  })
}

/** None where its key is gone: the upload begins anew. */
function addressIn({ secrets }: Delivering, { sealed_upload }: Delivery): string | undefined {
  if (sealed_upload === null) return undefined
  try {
    return secrets.open(sealed_upload, purpose)
  } catch {
    return undefined
  }
}

/** What arrived otherwise is taken away, and sent once more. */
async function requireSame(
  { db, drive }: Delivering,
  { id, size, mismatches }: Delivery,
  copy: DriveCopy,
  md5: string,
): Promise<void> {
  if (copy.md5 === md5 && copy.size === size) return
  await drive.remove(copy.id)
  await updateDelivery(db, id, { mismatches: mismatches + 1, sealed_upload: null, sent_bytes: 0 })
  const error = driveError('checksum_mismatch')
  throw mismatches > 0
    ? error
    : Object.assign(error, { permanent: false, retry_at: retryAt({ tries: 0 }) })
}

/** Answers the error for the queue. */
async function recordFault(deps: Delivering, delivery: Delivery, error: unknown): Promise<unknown> {
  const { db, meters } = deps
  const fault = driveFaultOf(error)
  if (!fault) return error
  const { error: said, hint } = describeDriveFault(fault, languageOf())
  const drive_error = `${said} ${hint}`
  const { permanent } = Object(error)
  if (permanent && !isPassing(fault)) {
    if (await endDelivery(db, delivery.id, { drive_status: 'failed', drive_error })) {
      meters.countDelivery('failed')
      publishDelivery(deps, delivery, 'failed')
    }
    return error
  }
  meters.countDelivery('retried')
  const current = await findDelivery(db, delivery.id)
  const tries = (current?.tries ?? 0) + 1
  await updateDelivery(db, delivery.id, { tries })
  await db
    .updateTable('submission_files')
    .set({ drive_error })
    .where('id', '=', delivery.id)
    .execute()
  const { retry_at = retryAt({ tries, retryAfterMs: fault.retryAfterMs }) } = Object(error)
  return Object.assign(new Error((error as Error).message), { retry_at })
}

function publishDelivery(
  { channels }: Pick<Deps, 'channels'>,
  { id, session_id, size }: Pick<Delivery, 'id' | 'session_id' | 'size'>,
  drive_status: 'pending' | 'synced' | 'failed' | 'off',
  sent_bytes = 0,
): void {
  const data = { id, session_id, drive_status, sent_bytes, size }
  tell(channels, { session_id }, 'file.delivery', data)
}
