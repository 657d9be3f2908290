import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type Daemon, daemonOf } from './daemons.ts'
import { freePort } from './process.ts'
import { programs } from './programs.ts'

/** A Redis of one's own, set up as in compose.yaml; not started yet. */
export async function createRedis(
  folder: string,
  { apart }: { apart?: boolean | undefined } = {},
): Promise<Daemon & { url: string }> {
  const port = await freePort()
  const password = randomBytes(18).toString('base64url')
  const config = join(folder, 'redis.conf')
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `requirepass ${password}`,
    `dir ${folder}`,
    'save ""',
    'maxmemory 256mb',
    'maxmemory-policy noeviction',
  ]
  writeFileSync(config, `${settings.join('\n')}\n`, { mode: 0o600 })
  const daemon = daemonOf({
    name: 'Redis',
    command: () => ({ path: String(programs.redis), args: [config] }),
    log: join(folder, 'redis-server'),
    answers: () => pongs(port, password),
    apart,
  })
  return Object.assign(daemon, { url: `redis://:${password}@127.0.0.1:${port}` })
}

async function pongs(port: number, password: string): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk
  })
  socket.on('error', () => {})
  socket.write(`AUTH ${password}\r\nPING\r\nQUIT\r\n`)
  await once(socket, 'close').catch(() => {})
  return said.includes('+PONG')
}
