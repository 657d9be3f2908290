import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { sql } from 'kysely'
import { describeTables } from '../../db/catalogue.ts'
import { transact } from '../../db/transact.ts'
import type { BackupManifest } from '../../schemas/backup.ts'
import { ensureAdministrator } from '../../src/accounts/administrator.ts'
import { chainAudit } from '../../src/accounts/audit-chain.ts'
import { enqueue } from '../../src/jobs.ts'
import type { Storage } from '../../src/storage.ts'
import { leftOut, writeBackup } from '../../src/system/backup.ts'
import { createArchive } from '../../src/system/backup-archive.ts'
import { register } from './analysis-files.ts'
import { openAnalysis } from './analysis-life.ts'
import { create } from './items.ts'
import { incidents, report } from './itsm-core.ts'
import { newFolder, run } from './process.ts'
import { uploadTo } from './project-files.ts'
import { type Client, expect, type Service, signInTo } from './service.ts'
import { addSession, part, upload } from './submission-files.ts'
import { flat, uploadTreeFile } from './tree-files.ts'
import { samples, sendFile, sendForm } from './uploads.ts'

export const root = { username: 'root', email: 'root@example.jp', password: 'Momiji-2026-akaku' }

/** The variables by which a process of its own serves, or backs up, what a service in this process has. */
export function envOf({ deps: { config } }: Service): Record<string, string> {
  return {
    DATA_DIR: config.dataDir,
    DATABASE_URL: config.databaseUrl,
    SECRETS_KEY: config.secretsKey.toString('base64'),
    LOG_LEVEL: 'silent',
  }
}

/** Something in every area that keeps files, and what else a restore has to get right. */
export async function furnish(service: Service): Promise<Client> {
  const { app, deps } = service
  await ensureAdministrator(deps, root)
  const desk = await signInTo(app, 'SystemAdmin')
  for (const title of ['議事録', 'It\u2019s "quoted"\n\\ and 100 %', '𠮷野家 😀']) {
    await create(desk, { title, tags: ['会議', 'a'], status: 'published' })
  }
  await sendFile(desk, 'note.pdf', Buffer.concat([samples.pdf, Buffer.alloc(300_000, 'x')]))
  await sendFile(desk, 'picture.png', samples.png)
  const session = await addSession(service, desk)
  expect((await upload(service, session.id, [part('契約書.pdf')])).statusCode).toBe(201)
  const incident = await report(desk, { title: '庁内メールが送信できない' })
  await report(desk, { title: '複合機が動かない' })
  const attached = await sendForm(
    desk,
    [part('画面.pdf')],
    `${incidents}/${incident.id}/attachments`,
  )
  expect(attached.statusCode, attached.body).toBe(201)
  const place = await openAnalysis(desk)
  await register(desk, place, 'results.csv', '年度,部門,売上\n2023,営業,1000\n2024,開発,0.1\n')
  await uploadTo(desk, place.project_id, 'plan.csv', 'a,b\n1,2\n')
  await uploadTreeFile(desk, { 実績: flat })
  await leaveJob(service)
  await chainAudit(deps.db, deps.secrets)
  // A few thousand figures are as good as all of them, and sooner copied.
  await deps.db.deleteFrom('observations').where('area', 'not like', '13%').execute()
  return desk
}

/** A job that an instance had begun when its database was copied. */
async function leaveJob({ deps }: Service): Promise<void> {
  await transact(deps.db, (trx) => enqueue(trx, 'remove_file', { key: 'uploads/left' }))
  await deps.db
    .updateTable('jobs')
    .set({
      attempts: 1,
      started_at: '2026-01-02T03:04:05.678Z',
      locked_until: '2026-01-02T03:05:05.678Z',
    })
    .where('kind', '=', 'remove_file')
    .execute()
}

/** Every row of every table that travels, as text, but for the trace that a restore leaves. */
export async function rowsIn({
  db,
}: Pick<Service['deps'], 'db'>): Promise<Record<string, string[]>> {
  const tables = (await describeTables(db)).filter(({ name }) => !leftOut.includes(name))
  const all: Record<string, string[]> = {}
  for (const { name, columns } of tables) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(
      db,
    )
    const names = columns.map((each) => each.name).sort()
    all[name] = rows
      .filter((row) => row.action !== 'system.restored')
      .map((row) => JSON.stringify(names.map((column) => [column, row[column]])))
      .sort()
  }
  return all
}

/** The keys of the files in an archive. */
export function keysIn({ entries }: BackupManifest): string[] {
  return entries.flatMap(({ name }) => (name.startsWith('files/') ? [name.slice(6)] : []))
}

export async function bytesOf(storage: Storage, keys: readonly string[]) {
  const found = keys.map(async (key) => [
    key,
    (await buffer(await storage.get(key))).toString('hex'),
  ])
  return Object.fromEntries(await Promise.all(found))
}

/** Runs a command of the command line to its end. */
export async function cli(args: string[], env: Record<string, string>) {
  const { ended, said } = run('cli', args, { LOG_LEVEL: 'silent', ...env })
  return { code: await ended, ...said }
}

/** An archive that is not compressed, made in this process; answers its path. */
export async function archiveOf({ deps }: Service): Promise<string> {
  const path = join(await newFolder(), 'a.tar')
  const archive = createArchive(createWriteStream(path, { mode: 0o600 }))
  await writeBackup(deps, archive)
  return path
}
