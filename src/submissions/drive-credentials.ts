import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { Db } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { driveNotices } from '../../schemas/messages/drive.ts'
import type { DriveCredentials } from '../../schemas/submissions/drive.ts'
import type { Caller } from '../access.ts'
import { recordAudit } from '../audit.ts'
import { type FieldFault, failure, invalid } from '../failure.ts'
import type { Deps } from '../fastify.ts'
import type { Language } from '../messages.ts'
import type { ReceivedFile } from '../multipart.ts'
import type { Secrets } from '../secrets.ts'
import { now } from '../values.ts'

/** Of the file that Google gives no more is kept: the rest could name addresses to call. */
export type ServiceAccount = {
  client_email: string
  project_id: string
  private_key: string
  private_key_id: string
}

export const maxCredentialBytes = 16 * 1024

const purpose = 'drive-credentials'
const rowId = 1

/** The credentials as they are stored; `sealed` tells one set from another. */
export type StoredCredentials = { sealed: string; client_email: string; project_id: string }

export function findDriveCredentials(db: Db): Promise<StoredCredentials | undefined> {
  return db
    .selectFrom('drive_credentials')
    .select(['sealed', 'client_email', 'project_id'])
    .where('id', '=', rowId)
    .executeTakeFirst()
}

/** What was stored, decrypted; undefined where the key for it is not there any more. */
export function openCredentials(
  secrets: Pick<Secrets, 'open'>,
  { sealed }: Pick<StoredCredentials, 'sealed'>,
): ServiceAccount | undefined {
  try {
    return JSON.parse(secrets.open(sealed, purpose))
  } catch {
    return undefined
  }
}

/** Stores the key file of a service account, encrypted, in the place of the one before. */
export async function setDriveCredentials(
  { db, secrets }: Pick<Deps, 'db' | 'secrets'>,
  caller: Caller,
  file: ReceivedFile,
  language: Language,
): Promise<DriveCredentials> {
  const { account, fingerprint } = await readAccount(file)
  const { client_email, project_id } = account
  const row = {
    sealed: secrets.seal(JSON.stringify(account), purpose),
    client_email,
    project_id,
    fingerprint,
    uploaded_by: caller.id,
    uploaded_at: now(),
  }
  await transact(db, async (trx) => {
    await trx
      .insertInto('drive_credentials')
      .values({ id: rowId, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
    const changes = { client_email, project_id, fingerprint }
    await recordAudit(trx, caller, 'drive_credentials.uploaded', null, changes)
  })
  return { message: driveNotices.credentials_stored[language], client_email, project_id }
}

export function deleteDriveCredentials(db: Db, caller: Caller): Promise<void> {
  return transact(db, async (trx) => {
    const { client_email, fingerprint } = await trx
      .deleteFrom('drive_credentials')
      .where('id', '=', rowId)
      .returning(['client_email', 'fingerprint'])
      .executeTakeFirstOrThrow(() => failure('drive_credentials_not_found'))
    const changes = { client_email, fingerprint }
    await recordAudit(trx, caller, 'drive_credentials.deleted', null, changes)
  })
}

/** Seals anew what an earlier key has sealed; answers how many that were. */
export async function resealDriveCredentials(db: Db, secrets: Secrets): Promise<number> {
  const stored = await findDriveCredentials(db)
  if (!stored || secrets.isCurrent(stored.sealed)) return 0
  const sealed = secrets.seal(secrets.open(stored.sealed, purpose), purpose)
  // Whatever was uploaded meanwhile stays.
  const { numUpdatedRows } = await db
    .updateTable('drive_credentials')
    .set({ sealed })
    .where('id', '=', rowId)
    .where('sealed', '=', stored.sealed)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

async function readAccount({ name, body }: ReceivedFile) {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  if (!/\.json$/i.test(name)) throw failure('drive_credentials_not_json_file')
  return accountIn(parse(Buffer.concat(chunks)))
}

function parse(bytes: Buffer): object {
  try {
    const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (json !== null && typeof json === 'object' && !Array.isArray(json)) return json
  } catch {
    // Said below, without a word of what the file says.
  }
  throw failure('drive_credentials_malformed')
}

function accountIn(json: object): { account: ServiceAccount; fingerprint: string } {
  const given = new Map(Object.entries(json))
  if (given.get('type') !== 'service_account') {
    throw invalid({ field: 'credentials.type', rule: 'service_account' })
  }
  const faults: FieldFault[] = []
  const take = (name: keyof ServiceAccount, limit: number): string => {
    const value = given.get(name)
    const field = `credentials.${name}`
    if (value === undefined || value === '') faults.push({ field, rule: 'required' })
    else if (typeof value !== 'string') faults.push({ field, rule: 'type', type: 'string' })
    else if (value.length > limit) faults.push({ field, rule: 'maxLength', limit })
    else return value
    return ''
  }
  const account = {
    client_email: take('client_email', 254),
    project_id: take('project_id', 100),
    private_key: take('private_key', maxCredentialBytes),
    private_key_id: take('private_key_id', 200),
  }
  if (account.client_email && !/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(account.client_email)) {
    faults.push({ field: 'credentials.client_email', rule: 'client_email' })
  }
  if (account.project_id && !/^[\w.:-]+$/.test(account.project_id)) {
    faults.push({ field: 'credentials.project_id', rule: 'other' })
  }
  const key = account.private_key && keyIn(account.private_key)
  if (key === undefined) faults.push({ field: 'credentials.private_key', rule: 'rsa_key' })
  if (faults.length > 0 || !key) throw invalid(...faults)
  return { account, fingerprint: fingerprintOf(key) }
}

/** A key that can sign for Google. A bad one would show only when the first file is delivered. */
function keyIn(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem)
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
    return key.asymmetricKeyType === 'rsa' && bits >= 2048 ? key : undefined
  } catch {
    return undefined
  }
}

/** Tells keys apart, and tells nothing about them. */
function fingerprintOf(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('base64url')
}
