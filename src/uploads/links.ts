import { timingSafeEqual } from 'node:crypto'
import { transact } from '../../db/transact.ts'
import type { FileLink, LinkQuery, NewLink } from '../../schemas/uploads.ts'
import type { Caller } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { failure } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import { later, now } from '../values.ts'
import { getStoredFile } from './files.ts'

type LinkDeps = Pick<Deps, 'db' | 'secrets' | 'config'>

const purpose = 'file link'

/** An address under which a file can be read for a while by whoever has it. */
export function createLink(
  { db, secrets, config }: LinkDeps,
  caller: Caller,
  storedName: string,
  { expires_in }: NewLink,
): Promise<FileLink> {
  return transact(db, async (trx) => {
    const { id } = await getStoredFile(trx, caller, storedName)
    const expires = Math.floor(Date.parse(later(now(), expires_in ?? 3600)) / 1000)
    const expires_at = new Date(expires * 1000).toISOString()
    await recordAudit(trx, caller, 'file.linked', id, { expires_at })
    const signature = secrets.sign(textOf(storedName, expires), purpose)
    const path = `/api/v1/upload/links/${storedName}?expires=${expires}&signature=${signature}`
    return { url: `${config.publicUrl}${path}`, expires_at }
  })
}

/** The row of a file whose link is right. Of one that was never signed here nothing is looked up. */
export async function getLinkedFile(
  { db, secrets }: Pick<Deps, 'db' | 'secrets'>,
  storedName: string,
  { expires, signature }: LinkQuery,
  at = now(),
) {
  const right = Buffer.from(secrets.sign(textOf(storedName, expires), purpose))
  const given = Buffer.from(signature)
  if (right.length !== given.length || !timingSafeEqual(right, given)) throw failure('link_invalid')
  const expired_at = new Date(expires * 1000).toISOString()
  if (expired_at <= at) throw failure('link_expired', { expired_at })
  return db
    .selectFrom('uploads')
    .selectAll()
    .where('stored_name', '=', storedName)
    .executeTakeFirstOrThrow(() => failure('upload_not_found', { name: storedName }))
}

function textOf(storedName: string, expires: number): string {
  return `${storedName}\n${expires}`
}
