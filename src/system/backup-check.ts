import type { Static, TSchema } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import { migrations } from '../../db/migrations/index.ts'
import { BackupHeader, BackupManifest } from '../../schemas/backup.ts'
import type { Secrets } from '../secrets.ts'
import { entryOf, format, sealPurpose } from './backup.ts'
import {
  type ArchiveEntry,
  type EntryRead,
  hashing,
  readEntries,
  sha256Of,
  wholeOf,
} from './backup-archive.ts'
import { createKeyFinder } from './backup-files.ts'
import { refusal } from './backup-refusals.ts'
import { parseRows } from './backup-rows.ts'

const isHeader = TypeCompiler.Compile(BackupHeader)
const isManifest = TypeCompiler.Compile(BackupManifest)

/** Larger ones are not ours: a batch of rows is some MiB, unless a single row is more. */
export const maxTableBytes = 2 ** 28
const maxHeaderBytes = 2 ** 22
const maxManifestBytes = 2 ** 28

/** Keys as this service makes them: no way leads out of the storage. */
const key = /^[a-z][a-z0-9-]*(\/[A-Za-z0-9_-]{1,100}){1,4}$/

export type Checked = { header: BackupHeader; manifest: BackupManifest }

/**
 * Reads the whole of an archive and throws unless it is as it was written: every entry there, once, in its
 * order and with its bytes; every row of its table; every file named by a row.
 */
export async function checkBackup(
  path: string,
  secrets: Secrets,
  { withoutKey = false }: { withoutKey?: boolean } = {},
): Promise<Checked> {
  try {
    const checked = await readAll(path, (header) => {
      if (!withoutKey) requireKey(header, secrets)
    })
    if (!withoutKey) requireSignature(checked.manifest, secrets)
    return checked
  } catch (error) {
    const { refusal: isRefused, syscall, message: reason } = Object(error)
    if (isRefused) throw error
    throw refusal(syscall ? 'not_readable' : 'not_an_archive', { file: path, reason })
  }
}

async function readAll(path: string, look: (header: BackupHeader) => void): Promise<Checked> {
  const seen: ArchiveEntry[] = []
  let state: ReturnType<typeof createState> | undefined
  let manifest: BackupManifest | undefined
  for await (const entry of readEntries(path)) {
    if (manifest) throw new Error(`${entry.name} comes after the end`)
    if (!state) {
      const { header, read } = await readHeader(entry)
      look(header)
      state = createState(header)
      seen.push(read)
    } else if (entry.name === 'manifest.json') {
      manifest = parse(isManifest, await wholeOf(entry, maxManifestBytes), entry.name)
    } else {
      seen.push(await state.take(entry))
    }
  }
  if (!state) throw new Error('it is empty')
  if (!manifest) throw new Error('its end is missing')
  compare(seen, manifest.entries)
  state.finish(manifest)
  return { header: state.header, manifest }
}

async function readHeader(entry: EntryRead) {
  if (entry.name !== 'header.json') throw new Error('it begins with something else')
  const bytes = await wholeOf(entry, maxHeaderBytes)
  const { format: found, version } = Object(JSON.parse(bytes.toString()))
  if (found > format) throw refusal('too_new', { version })
  const header = parse(isHeader, bytes, entry.name)
  const isKnown = header.migrations.every((name) => Object.hasOwn(migrations, name))
  if (!isKnown) throw refusal('too_new', { version: header.version })
  return { header, read: { name: entry.name, size: bytes.length, sha256: sha256Of(bytes) } }
}

/** What has come so far, and what may come next. */
function createState(header: BackupHeader) {
  const tables = new Map(header.tables.map((table) => [table.name, table]))
  const order = header.tables.map(({ name }) => name)
  const rows: Record<string, number> = Object.fromEntries(order.map((name) => [name, 0]))
  const named = new Set<string>()
  const files = new Set<string>()
  let [at, part] = [0, 0]

  async function takeTable(entry: EntryRead): Promise<ArchiveEntry> {
    const name = entry.name.split('/')[1] ?? ''
    const table = tables.get(name)
    const isLater = order.indexOf(name) > at || (at === 0 && part === 0)
    if (isLater) [at, part] = [order.indexOf(name), 0]
    part += 1
    if (!table || name !== order[at] || entry.name !== entryOf(name, part) || files.size > 0) {
      throw new Error(`${entry.name} is out of place`)
    }
    const bytes = await wholeOf(entry, maxTableBytes)
    const found = parseRows(table, bytes.toString())
    const keysIn = createKeyFinder(table as never)
    for (const each of found.flatMap(keysIn)) named.add(each)
    rows[name] = (rows[name] ?? 0) + found.length
    return { name: entry.name, size: bytes.length, sha256: sha256Of(bytes) }
  }

  async function takeFile({ name, size, body }: EntryRead): Promise<ArchiveEntry> {
    const file = name.slice('files/'.length)
    if (!key.test(file) || !named.has(file) || files.has(file)) {
      throw new Error(`${JSON.stringify(name)} belongs to no row`)
    }
    files.add(file)
    const hashed = hashing(body)
    for await (const _ of hashed.body);
    return { name, size, sha256: hashed.sha256() }
  }

  return {
    header,
    take(entry: EntryRead): Promise<ArchiveEntry> {
      if (entry.name.startsWith('tables/')) return takeTable(entry)
      if (entry.name.startsWith('files/')) return takeFile(entry)
      throw new Error(`${JSON.stringify(entry.name)} is out of place`)
    },
    finish(manifest: BackupManifest): void {
      if (order.some((name) => manifest.rows[name] !== rows[name]))
        throw new Error('rows are missing')
      const missing = new Set(manifest.missing.map((each) => each.key))
      for (const each of named) {
        if (files.has(each) === missing.has(each)) throw new Error(`the file ${each} is missing`)
      }
    },
  }
}

function compare(seen: readonly ArchiveEntry[], told: readonly ArchiveEntry[]): void {
  const differs = (at: number) =>
    seen[at]?.name !== told[at]?.name ||
    seen[at]?.size !== told[at]?.size ||
    seen[at]?.sha256 !== told[at]?.sha256
  const length = Math.max(seen.length, told.length)
  for (let at = 0; at < length; at += 1) {
    if (differs(at)) throw new Error(`${(told[at] ?? seen[at])?.name} is damaged`)
  }
}

function parse<Schema extends TSchema>(
  check: TypeCheck<Schema>,
  bytes: Buffer,
  name: string,
): Static<Schema> {
  const value: unknown = JSON.parse(bytes.toString())
  if (!check.Check(value)) throw new Error(`${name} is not of its form`)
  return value
}

function requireKey({ seal }: BackupHeader, secrets: Secrets): void {
  try {
    secrets.open(seal, sealPurpose)
  } catch {
    throw refusal('other_key')
  }
}

function requireSignature({ signature, entries, rows, missing }: BackupManifest, secrets: Secrets) {
  const text = JSON.stringify({ entries, rows, missing })
  if (!secrets.isSigned(text, sealPurpose, signature)) throw refusal('forged')
}
