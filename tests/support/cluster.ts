import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Daemon, daemonOf, type Process } from './daemons.ts'
import { startNginx } from './nginx.ts'
import { createPostgres } from './postgres-daemon.ts'
import { freePort, run } from './process.ts'
import { createRedis } from './redis-daemon.ts'
import { startStore } from './s3-store.ts'

type Options = {
  instances?: number
  /** Of nginx. */
  port?: number
  /** Of every instance, besides what a cluster needs. */
  env?: Record<string, string>
  /** An empty database, and a Redis, that are there already: then they are not the cluster's to stop. */
  postgresUrl?: string
  redisUrl?: string
  /** Empty, and kept; without one, a temporary one that goes with the cluster. */
  folder?: string
  /** Out of reach of Ctrl-C in a terminal, so that all of it is stopped in order. */
  apart?: boolean
}

export type Instance = Process & {
  name: string
  url: string
  /** What it is started with the next time. */
  env: Record<string, string>
  /** What it runs: the built server, or a copy of it. */
  program: string
}

export type Cluster = Awaited<ReturnType<typeof startCluster>>

const built = join(import.meta.dirname, '../../dist/src/server.js')

/**
 * The topology of compose.yaml from the programs of this machine: nginx, instances, PostgreSQL and
 * Redis, and for the object store the one of the tests. All of it listens on 127.0.0.1 only.
 */
export async function startCluster(options: Options = {}) {
  const { instances: count = 2, port = await freePort(), postgresUrl, redisUrl, apart } = options
  const folder = folderOf(options.folder)
  /** What is to be undone, the last first. */
  const undo: (() => Promise<void> | void)[] = []
  const running: Daemon[] = []
  const leave = () => void running.map((each) => each.stop('SIGKILL'))
  process.once('exit', leave)

  async function stop(): Promise<void> {
    for (const each of undo.splice(0).reverse()) await each()
    process.off('exit', leave)
    if (!options.folder) rmSync(folder, { recursive: true, force: true })
  }
  const keep = async <Each extends Daemon>(daemon: Each): Promise<Each> => {
    running.push(daemon)
    undo.push(() => daemon.stop())
    await daemon.start()
    return daemon
  }

  try {
    const store = await startStore({ apart })
    undo.push(store.close)
    const own = postgresUrl ? undefined : await createPostgres(folder, { apart })
    if (own) await keep(own)
    await own?.prepare()
    const postgres = own ?? foreign('PostgreSQL', String(postgresUrl))
    const redis = redisUrl
      ? foreign('Redis', redisUrl)
      : await keep(await createRedis(folder, { apart }))
    const url = `http://127.0.0.1:${port}`
    const environment = environmentOf({ postgres, redis, store, url }, options.env)
    const ports = await Promise.all(Array.from({ length: count }, freePort))
    const instances = ports.map((each, index) =>
      instanceOf(`api-${index + 1}`, each, { folder, apart, environment }),
    )
    await Promise.all(instances.map(keep))
    const administrator = await makeAdministrator(instances[0] as Instance)
    const nginxFolder = join(folder, 'nginx')
    mkdirSync(nginxFolder)
    const nginx = await startNginx(port, ports, { folder: nginxFolder, apart })
    running.push(nginx)
    undo.push(() => nginx.stop())
    return { url, folder, instances, postgres, redis, nginx, store, administrator, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function folderOf(named: string | undefined): string {
  const folder = named ? resolve(named) : mkdtempSync(join(tmpdir(), 'kaname-cluster-'))
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).length > 0) {
    throw new Error(
      `${folder} is not empty; name another folder. / ${folder} は空ではありません。別のフォルダーを指定してください。`,
    )
  }
  // PostgreSQL and the workers of nginx are other users when this is root.
  chmodSync(folder, 0o755)
  return folder
}

/** Something that others run. */
function foreign(name: string, url: string): Daemon & { url: string } {
  const refuse = async () => {
    throw new Error(`${name} at ${new URL(url).host} is not the cluster's own.`)
  }
  return { url, start: refuse, stop: refuse, isRunning: () => true }
}

type Parts = Record<'postgres' | 'redis' | 'store', { url: string }> & {
  store: Awaited<ReturnType<typeof startStore>>
  url: string
}

function environmentOf({ postgres, redis, store, url }: Parts, more: Options['env']) {
  return {
    NODE_ENV: 'production',
    AUTH_MODE: 'production',
    LISTEN_EARLY: 'false',
    PUBLIC_URL: url,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: `cluster-${randomBytes(6).toString('hex')}:`,
    STORAGE_URL: store.url,
    AWS_ACCESS_KEY_ID: store.place.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: store.place.credentials.secretAccessKey,
    JWT_SECRET: randomBytes(48).toString('base64'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    METRICS_TOKEN: randomBytes(24).toString('base64url'),
    TRUST_PROXY: '127.0.0.1',
    ...more,
  }
}

type Place = {
  folder: string
  apart: boolean | undefined
  environment: Record<string, string>
}

function instanceOf(name: string, port: number, { folder, apart, environment }: Place): Instance {
  const url = `http://127.0.0.1:${port}`
  const env = { ...environment, PORT: String(port), DATA_DIR: join(folder, name) }
  const daemon = daemonOf({
    name,
    command: () => ({ path: process.execPath, args: [instance.program], env: instance.env }),
    log: join(folder, name),
    answers: () =>
      fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    apart,
  })
  // Not spread: what it has said and how it has ended are asked for each time.
  const instance: Instance = Object.assign(daemon, { name, url, env, program: built })
  return instance
}

async function makeAdministrator({ env }: Instance) {
  const email = 'admin@kaname.example'
  const { said, ended } = run('cli', ['create-admin', '--email', email], env)
  const password = (await ended) === 0 && /Password: (\S+)/.exec(said.out)?.[1]
  if (!password) throw new Error(`No administrator could be made.\n${said.err}`)
  return { email, password }
}
