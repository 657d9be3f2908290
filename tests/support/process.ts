import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from './database.ts'

const root = join(import.meta.dirname, '../..')

export type Running = Awaited<ReturnType<typeof startServer>>

/**
 * A free port of this machine, below those that it gives to connections on their way out: one of
 * these may be taken by any other test before the service listens on it.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(12_000, 32_000)
  const server = createServer().listen(port, '127.0.0.1')
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (!isFree) return freePort()
  server.close()
  await once(server, 'close')
  return port
}

/** Whether somebody on this machine takes connections at a port. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}

/** A place for a service: a folder and, on PostgreSQL, a database; empty, or as after a first start. */
export async function newPlace({ withStatistics = false } = {}) {
  const DATA_DIR = await newFolder()
  const { url, drop } = await createDatabase({ withStatistics })
  const DATABASE_URL = url === 'sqlite::memory:' ? `sqlite:${DATA_DIR}/a.db` : url
  return { env: { DATA_DIR, DATABASE_URL }, drop }
}

/** A folder that is gone after the run. */
export const newFolder = () =>
  mkdtemp(join(process.env.TEST_RUN_DIR ?? tmpdir(), 'kaname-process-'))

/**
 * Runs the built `src/<name>.ts`, as `npm start` does, in an environment of nothing but `env`;
 * `through` is a command that prepares something and then becomes the one behind it.
 */
export function run(
  name: 'server' | 'cli',
  args: string[],
  env: Record<string, string>,
  through: string[] = [],
) {
  const node = [process.execPath, join(root, `dist/src/${name}.js`), ...args]
  const [command = '', ...rest] = [...through, ...node]
  const child = spawn(command, rest, {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.err += chunk
  })
  return { child, said, ended: ended(child) }
}

/** How it ended, when all that it said has been read. */
async function ended(child: ChildProcess): Promise<number | string> {
  const [code, signal] = await once(child, 'close')
  return code ?? signal
}

/** A service in a process of its own, that is ready for requests. */
export async function startServer(env: Record<string, string>, through?: string[]) {
  const port = await freePort()
  const service = run('server', [], { PORT: String(port), ...env }, through)
  const url = `http://127.0.0.1:${port}`
  const end = Date.now() + 120_000
  while (!(await isReady(url))) {
    if (Date.now() > end || service.child.exitCode !== null) {
      service.child.kill('SIGKILL')
      throw new Error(
        `It did not start (${service.child.exitCode}).\n${service.said.out}\n${service.said.err}`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  return { ...service, url, port }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}
