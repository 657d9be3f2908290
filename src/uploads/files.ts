import { extname } from 'node:path'
import type { UploadTables } from '../../db/tables/uploads.ts'
import type { Db, Trx } from '../../db/tables.ts'
import type { UploadedFile } from '../../schemas/uploads.ts'
import type { Caller } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { keepFile } from '../incoming.ts'
import { can } from '../permissions.ts'
import { newId, now } from '../values.ts'

export type FileDeps = Pick<Deps, 'db' | 'storage'>

/** What a client says of a file that it sends. */
export type FileClaim = { name: string; description: string | null }

const pictureTypes = ['image/jpeg', 'image/png', 'image/gif']

/**
 * Takes a file in, whichever way it came. `also` is done in the transaction that writes it down.
 */
export function createFile(
  { db, storage }: FileDeps,
  caller: Caller,
  { name, description }: FileClaim,
  body: AsyncIterable<Buffer>,
  maxBytes: number,
  also: (trx: Trx, file: UploadedFile) => Promise<void> = async () => {},
): Promise<UploadedFile> {
  return keepFile({ db, storage }, { folder: 'uploads', maxBytes }, body, async (trx, kept) => {
    const row = {
      id: newId(),
      stored_name: `${crypto.randomUUID()}${extname(name).toLowerCase()}`,
      original_name: name,
      content_type: 'application/octet-stream',
      description,
      owner_id: caller.id,
      created_at: now(),
      ...kept,
    }
    await trx.insertInto('uploads').values(row).execute()
    await also(trx, fileOf(row))
    await recordAudit(trx, caller, 'file.uploaded', row.id, { name, size: kept.size })
    return fileOf(row)
  })
}

/** A row with its place in the storage. Fails with `file_not_found` for other people's files. */
export function getStoredFile(db: Db, caller: Caller, storedName: string) {
  return visibleFiles(db, caller)
    .where('stored_name', '=', storedName)
    .executeTakeFirstOrThrow(() => failure('upload_not_found', { name: storedName }))
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
