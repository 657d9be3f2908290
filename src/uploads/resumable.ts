import type { ResumableUploadTables } from '../../db/tables/resumable-uploads.ts'
import type { Db, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { ResumableUpload } from '../../schemas/resumable-uploads.ts'
import type { Caller } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure, invalid } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { extensionOf } from '../file-content.ts'
import { nameOf } from '../file-names.ts'
import { enqueue } from '../jobs.ts'
import { later, now } from '../values.ts'
import { fileOf, quotaFault } from './files.ts'

export type ResumableRow = ResumableUploadTables['resumable_uploads']

/** How long a client may take. */
export const lifeSeconds = 24 * 60 * 60

/** How many files somebody may have begun. */
const maxUnfinished = 100

type NewResumable = {
  id: string
  size: number
  /** As it was sent, and what it says. */
  metadata: string
  claims: Record<string, string | null>
}

/** Refuses now what would be refused when all of it had come. */
export function createResumable(
  { db, config }: Pick<Deps, 'db' | 'config'>,
  caller: Caller,
  { id, size, metadata, claims }: NewResumable,
): Promise<void> {
  const created_at = now()
  const row: ResumableRow = {
    id,
    owner_id: caller.id,
    name: nameIn(claims),
    description: textIn(claims, 'description', 1000),
    metadata,
    size,
    received: 0,
    stored_name: null,
    expires_at: later(created_at, lifeSeconds),
    created_at,
  }
  return transact(db, async (trx) => {
    await requireRoom(trx, caller, created_at)
    const fault = await quotaFault(trx, config, caller, size)
    if (fault) throw fault
    await trx.insertInto('resumable_uploads').values(row).execute()
    await recordAudit(trx, caller, 'upload.started', id, { name: row.name, size })
  })
}

/** Fails with 404 for other people's uploads, and with 410 for those that took too long. */
export async function getResumable(
  db: Db,
  caller: Caller,
  id: string,
  at = now(),
): Promise<ResumableRow> {
  const row = await db
    .selectFrom('resumable_uploads')
    .selectAll()
    .where('id', '=', id)
    .where('owner_id', '=', caller.id)
    .executeTakeFirstOrThrow(() => failure('resumable_upload_not_found'))
  if (row.expires_at < at) throw failure('resumable_upload_expired')
  return row
}

/** How far it has come and, in the end, what has become of it. */
export async function describeResumable(
  db: Db,
  caller: Caller,
  id: string,
): Promise<ResumableUpload> {
  const row = await getResumable(db, caller, id)
  const file = await db
    .selectFrom('uploads')
    .selectAll()
    .where('stored_name', '=', row.stored_name ?? '')
    .executeTakeFirst()
  return {
    id,
    filename: row.name,
    description: row.description,
    size: row.size,
    offset: row.received,
    expires_at: row.expires_at,
    file: file ? fileOf(file) : null,
    created_at: row.created_at,
  }
}

/** Ends an upload. The file of one that is finished stays: it is a file like any other. */
export function deleteResumable(db: Db, caller: Caller, id: string): Promise<void> {
  return transact(db, async (trx) => {
    const { name, received } = await trx
      .deleteFrom('resumable_uploads')
      .where('id', '=', id)
      .where('owner_id', '=', caller.id)
      .returning(['name', 'received'])
      .executeTakeFirstOrThrow(() => failure('resumable_upload_not_found'))
    await enqueue(trx, 'remove_parts', { upload_id: id })
    await recordAudit(trx, caller, 'upload.ended', id, { name, received })
  })
}

/** A last look before somebody stores what nobody will finish. */
async function requireRoom(trx: Trx, caller: Caller, at: string): Promise<void> {
  const { begun } = await trx
    .selectFrom('resumable_uploads')
    .select((eb) => eb.fn.countAll<number>().as('begun'))
    .where('owner_id', '=', caller.id)
    .where('stored_name', 'is', null)
    .where('expires_at', '>=', at)
    .executeTakeFirstOrThrow()
  if (begun >= maxUnfinished) throw failure('too_many_resumable_uploads', { limit: maxUnfinished })
}

function nameIn(claims: Record<string, string | null>): string {
  const sent = textIn(claims, 'filename', 1000) ?? textIn(claims, 'name', 1000) ?? ''
  const name = nameOf(sent, 'upload-metadata.filename')
  extensionOf(name)
  return name
}

/** What is no UTF-8 came out of the decoder as U+FFFD. */
function textIn(claims: Record<string, string | null>, key: string, limit: number) {
  const text = claims[key] ?? null
  const field = `upload-metadata.${key}`
  if (text === null || text === '') return null
  const forbidden = key === 'description' ? /[^\P{Cc}\t\r\n]|\uFFFD/u : /[\p{Cc}\uFFFD]/u
  if (forbidden.test(text)) throw failure('forbidden_character')
  if (text.length > limit) throw invalid({ field, rule: 'maxLength', limit })
  return text
}
