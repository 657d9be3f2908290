import { sql } from 'kysely'
import { hold } from '../../db/hold.ts'
import type { Db, Trx } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import type { AuditVerdict } from '../../schemas/accounts/audit.ts'
import type { Secrets } from '../secrets.ts'
import { now } from '../values.ts'

const batch = 500
const start = 'start'
const headId = 1

const chained = [
  'id',
  'actor_id',
  'action',
  'subject_id',
  'changes',
  'ip',
  'user_agent',
  'request_id',
  'created_at',
] as const

type Row = Record<(typeof chained)[number], string | null>
type Head = { length: number; hash: string }

/**
 * Takes up new rows of the audit log into the chain: each gets the next number and an HMAC over
 * itself and the one before it. Writers do not wait for each other to do this; a moment later one
 * instance at a time does it for all of them. Answers how many rows it took up.
 */
export async function chainAudit(db: Db, secrets: Secrets): Promise<number> {
  if (!(await unchained(db).executeTakeFirst())) return 0
  let taken = 0
  for (let last = batch; last === batch; taken += last) last = await chainBatch(db, secrets)
  return taken
}

/**
 * Recomputes the chain from its first row. A row that was edited breaks it there, a row that was
 * taken out leaves a gap, and a tail that was cut off is missed by the signed head.
 */
export async function verifyAudit(db: Db, secrets: Secrets): Promise<AuditVerdict> {
  await chainAudit(db, secrets)
  const head = await readHead(db)
  let seen: Head = { length: 0, hash: start }
  for (;;) {
    const rows = await db
      .selectFrom('audit_log')
      .select([...chained, 'seq', 'previous_hash', 'hash'])
      .where('seq', '>', seen.length)
      .orderBy('seq')
      .limit(batch)
      .execute()
    for (const row of rows) {
      const { hash } = row
      const isNext = row.seq === seen.length + 1 && row.previous_hash === seen.hash
      if (!isNext || hash === null || !secrets.isSigned(linkOf(seen, row), 'audit-chain', hash)) {
        return broken(seen, head, seen.length + 1)
      }
      seen = { length: seen.length + 1, hash }
    }
    if (rows.length < batch) break
    // A long chain leaves room for other requests.
    await new Promise(setImmediate)
  }
  const isSigned = head
    ? secrets.isSigned(textOf(head), 'audit-head', head.signature)
    : seen.length === 0
  if (!isSigned || (head && (head.length !== seen.length || head.hash !== seen.hash))) {
    return broken(seen, head, seen.length + 1)
  }
  return { valid: true, checked: seen.length, length: seen.length }
}

/** What to write into a log that the database's administrator does not keep. */
export async function auditHead(db: Db): Promise<(Head & { signature: string }) | undefined> {
  return readHead(db)
}

function broken(seen: Head, head: Head | undefined, first_broken: number): AuditVerdict {
  return { valid: false, checked: seen.length, length: head?.length ?? seen.length, first_broken }
}

function chainBatch(db: Db, secrets: Secrets): Promise<number> {
  return transact(db, async (trx) => {
    await hold(trx, 'audit chain')
    const rows = await unchained(trx).limit(batch).execute()
    if (rows.length === 0) return 0
    let head: Head = (await readHead(trx)) ?? { length: 0, hash: start }
    const links = rows.map((row) => {
      const next = follow(secrets, head, row)
      const link = sql`(${row.id}, cast(${next.length} as bigint), ${head.hash}, ${next.hash})`
      head = next
      return link
    })
    await sql`with links (id, seq, previous_hash, hash) as (values ${sql.join(links)})
      update audit_log set seq = links.seq, previous_hash = links.previous_hash, hash = links.hash
      from links where audit_log.id = links.id`.execute(trx)
    await writeHead(trx, secrets, head)
    return rows.length
  })
}

function unchained(db: Db) {
  return db.selectFrom('audit_log').select(chained).where('seq', 'is', null).orderBy('id')
}

function readHead(db: Db) {
  return db
    .selectFrom('audit_heads')
    .select(['length', 'hash', 'signature'])
    .where('id', '=', headId)
    .executeTakeFirst()
}

async function writeHead(trx: Trx, secrets: Secrets, head: Head): Promise<void> {
  const row = { ...head, signature: secrets.sign(textOf(head), 'audit-head'), updated_at: now() }
  await trx
    .insertInto('audit_heads')
    .values({ id: headId, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

function follow(secrets: Secrets, head: Head, row: Row): Head {
  return { length: head.length + 1, hash: secrets.sign(linkOf(head, row), 'audit-chain') }
}

function linkOf({ length, hash }: Head, row: Row): string {
  return JSON.stringify([length + 1, hash, ...chained.map((name) => row[name])])
}

function textOf({ length, hash }: Head): string {
  return JSON.stringify([length, hash])
}

const everyMs = 1000

/** Takes up what was written since, every second, until the answered function is called. */
export function startChaining(
  db: Db,
  secrets: Secrets,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let chaining: Promise<unknown> | undefined
  const chain = () => {
    chaining ??= chainAudit(db, secrets)
      .catch(onError)
      .finally(() => {
        chaining = undefined
      })
    return chaining
  }
  const timer = setInterval(chain, everyMs)
  return async function stop() {
    clearInterval(timer)
    await chaining
    await chain()
  }
}
