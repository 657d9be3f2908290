import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type Daemon, daemonOf } from './daemons.ts'
import { freePort } from './process.ts'
import { programs } from './programs.ts'

type Options = {
  apart?: boolean | undefined
  /** What it is run through, which makes it its user, and where its database then is. */
  disk?: { through: string[]; folder: string }
  settings?: Record<string, string>
}

/** A PostgreSQL of one's own, with one database whose owner is no superuser; not started yet. */
export async function createPostgres(
  folder: string,
  { apart, disk, settings = {} }: Options = {},
): Promise<
  Daemon & { url: string; adminUrl: string; prepare(): Promise<void>; mainPid(): number }
> {
  const data = join(folder, 'postgres')
  const port = await freePort()
  const urlOf = (user: string, database: string) =>
    `postgres://${user}:${passwords[user as 'postgres']}@127.0.0.1:${port}/${database}`
  const passwords = { postgres: newPassword(), kaname: newPassword() }
  const as = ownerOf()
  initialise(data, passwords.postgres, as)
  const daemon = daemonOf({
    name: 'PostgreSQL',
    command: () => {
      const words = [String(programs.postgres), '-D', data, ...optionsOf(port, settings)]
      const [path = '', ...args] = [...(disk?.through ?? []), ...words]
      return { path, args }
    },
    log: join(folder, 'postgres-server'),
    answers: () => works(urlOf('postgres', 'postgres')),
    // Its fast shutdown: SIGTERM would wait for all connections to go.
    signal: 'SIGINT',
    insists: true,
    as: disk ? undefined : as,
    apart,
  })
  return Object.assign(daemon, {
    url: urlOf('kaname', 'kaname'),
    adminUrl: urlOf('postgres', 'postgres'),
    mainPid: () => Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10),
    async prepare() {
      const admin = new pg.Client(urlOf('postgres', 'postgres'))
      await admin.connect()
      await admin.query(`create role kaname login password '${passwords.kaname}'`)
      if (disk) await admin.query(`create tablespace small location '${disk.folder}'`)
      await admin.query(`create database kaname owner kaname ${disk ? 'tablespace small' : ''}`)
      await admin.end()
    },
  })
}

const newPassword = () => randomBytes(18).toString('base64url')

const optionsOf = (port: number, settings: Record<string, string>) =>
  Object.entries({
    ...settings,
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])

/** Text sorts by code point, as it does in SQLite, and lower() knows more than ASCII. */
function initialise(data: string, password: string, as: ReturnType<typeof ownerOf>): void {
  mkdirSync(data, { mode: 0o700 })
  const file = `${data}-password`
  writeFileSync(file, password, { mode: 0o600 })
  if (as) for (const path of [data, file]) chownSync(path, as.uid, as.gid)
  if (as && spawnSync('test', ['-r', file], as).status !== 0) {
    throw new Error(
      `PostgreSQL runs as another user than root, who cannot reach ${data}; name a folder below /var/tmp. / PostgreSQL は root 以外のユーザーで動くため、${data} に届きません。/var/tmp の下などを指定してください。`,
    )
  }
  const options = ['--encoding=UTF8', '--locale=C.UTF-8', '--auth=scram-sha-256', '--no-sync']
  const args = ['-D', data, '-U', 'postgres', `--pwfile=${file}`, ...options]
  execFileSync(String(programs.initdb), args, { stdio: ['ignore', 'ignore', 'pipe'], ...as })
  rmSync(file)
}

/** PostgreSQL refuses to run as root: then it is the user of its package, or nobody. */
export function ownerOf(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const user of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = ['-u', '-g'].map((option) =>
        Number(execFileSync('id', [option, user], { stdio: 'pipe' })),
      )
      if (uid && gid) return { uid, gid }
    } catch {}
  }
  return { uid: 65_534, gid: 65_534 }
}

async function works(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
