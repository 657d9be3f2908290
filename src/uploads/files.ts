import { hold } from '../../db/hold.ts'
import type { UploadTables } from '../../db/tables/uploads.ts'
import type { Db, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { FileQuery, UploadedFile } from '../../schemas/uploads.ts'
import type { Caller } from '../access.ts'
import { holdCaller } from '../accounts/hold.ts'
import { recordAudit } from '../audit.ts'
import { type Failure, failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { type CheckedFile, checkFile } from '../file-content.ts'
import { type Kept, keepFile } from '../incoming.ts'
import { enqueue } from '../jobs.ts'
import { paginate } from '../page.ts'
import { can } from '../permissions.ts'
import { newId, now } from '../values.ts'
import { enqueueThumbnail, pictureTypes, thumbnailKeysOf } from './thumbnail-keys.ts'

export type FileDeps = Pick<Deps, 'db' | 'storage' | 'config'>

/** Where uploads are in the storage. */
export const folder = 'uploads'

/** What a client says of a file that it sends. */
export type FileClaim = { name: string; description: string | null }

export function listFiles(db: Db, caller: Caller, { owner_id, ...page }: FileQuery) {
  const query = visibleFiles(db, caller)
    .where('owner_id', '=', owner_id ?? caller.id)
    .orderBy('id', 'desc')
  return paginate(query, page, 'files').then(({ files, ...rest }) => ({
    files: files.map(fileOf),
    ...rest,
  }))
}

/**
 * Takes a file in, whichever way it came. `also` is done in the transaction that writes it down.
 * The description is read when the body has ended: in a form it may stand behind the file.
 */
export async function createFile(
  { db, storage, config }: FileDeps,
  caller: Caller,
  claim: FileClaim,
  body: AsyncIterable<Buffer>,
  maxBytes: number,
  also: (trx: Trx, file: UploadedFile) => Promise<void> = async () => {},
): Promise<UploadedFile> {
  const {
    file,
    place,
    body: checked,
  } = await checkFile(storage, { folder, maxBytes }, claim.name, body)
  return keepFile({ db, storage }, place, checked, async (trx, kept) => {
    await holdCaller(trx, caller)
    await hold(trx, `uploads:${caller.id}`)
    const fault = await quotaFault(trx, config, caller, kept.size)
    if (fault) throw fault
    const written = await insertFile(trx, caller, file, claim.description, kept)
    await also(trx, written)
    return written
  })
}

/** Takes that the caller's uploads are held: of two at once each sees the other. */
export async function quotaFault(
  trx: Trx,
  { uploadQuotaBytes: quota_bytes }: Deps['config'],
  { id }: Caller,
  size: number,
): Promise<Failure | undefined> {
  const { total } = await trx
    .selectFrom('uploads')
    .select((eb) => eb.fn.sum('size').as('total'))
    .where('owner_id', '=', id)
    .executeTakeFirstOrThrow()
  const used_bytes = Number(total ?? 0)
  if (used_bytes + size <= quota_bytes) return undefined
  return failure('quota_exceeded', { used_bytes, quota_bytes }, { used_bytes, quota_bytes })
}

export async function insertFile(
  trx: Trx,
  caller: Caller,
  { name, type, extension }: CheckedFile,
  description: string | null,
  kept: Kept,
): Promise<UploadedFile> {
  const row = {
    id: newId(),
    stored_name: `${crypto.randomUUID()}${extension}`,
    original_name: name,
    content_type: type,
    description,
    owner_id: caller.id,
    created_at: now(),
    ...kept,
  }
  await trx.insertInto('uploads').values(row).execute()
  await enqueueThumbnail(trx, row, caller)
  await recordAudit(trx, caller, 'file.uploaded', row.id, { name, size: kept.size })
  return fileOf(row)
}

/** A row with its place in the storage. Fails with `upload_not_found` for other people's files. */
export function getStoredFile(db: Db, caller: Caller, storedName: string) {
  return visibleFiles(db, caller)
    .where('stored_name', '=', storedName)
    .executeTakeFirstOrThrow(() => failure('upload_not_found', { name: storedName }))
}

export function deleteFile(db: Db, caller: Caller, storedName: string): Promise<void> {
  return transact(db, async (trx) => {
    const row = await getStoredFile(trx, caller, storedName)
    await trx.deleteFrom('uploads').where('id', '=', row.id).execute()
    for (const key of keysOf(row)) await enqueue(trx, 'remove_file', { key }, { from: caller })
    await recordAudit(trx, caller, 'file.deleted', row.id, { name: row.original_name })
  })
}

/** Somebody leaves, and so do their files: how many there are does not hold them up. */
export function forgetOwner(trx: Trx, ownerId: string): Promise<void> {
  return enqueue(trx, 'remove_uploads', { owner_id: ownerId })
}

/** Removes all files of somebody, some at a time; where it breaks off it can be done again. */
export async function removeUploads(
  { db, storage }: Pick<Deps, 'db' | 'storage'>,
  ownerId: string,
): Promise<void> {
  for (;;) {
    const rows = await db
      .selectFrom('uploads')
      .select(['id', 'key'])
      .where('owner_id', '=', ownerId)
      .orderBy('id', 'desc')
      .limit(100)
      .execute()
    if (rows.length === 0) return
    for (const key of rows.flatMap(keysOf)) await storage.remove(key)
    const ids = rows.map(({ id }) => id)
    await db.deleteFrom('uploads').where('id', 'in', ids).execute()
  }
}

/** Everything that the storage may have of a file: itself, and what was made of it. */
export function keysOf({ id, key }: Pick<UploadTables['uploads'], 'id' | 'key'>): string[] {
  return [key, ...thumbnailKeysOf(id)]
}

function visibleFiles(db: Db, caller: Caller) {
  const query = db.selectFrom('uploads').selectAll()
  return can(caller, 'upload.manage') ? query : query.where('owner_id', '=', caller.id)
}

export function fileOf(row: UploadTables['uploads']): UploadedFile {
  const { id, stored_name, size, content_type, description, sha256, created_at } = row
  const isPicture = pictureTypes.includes(content_type)
  return {
    id,
    filename: row.original_name,
    stored_name,
    size,
    content_type,
    url: `/api/v1/upload/files/${stored_name}`,
    thumbnail_url: isPicture ? `/api/v1/upload/thumbnails/${stored_name}` : null,
    description,
    sha256,
    created_at,
  }
}
