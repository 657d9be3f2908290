import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Debian keeps it, unless told otherwise. */
const path = process.env.NGINX_PATH ?? '/usr/sbin/nginx'

/** The nginx of this machine; undefined where there is none. */
export const nginxPath = existsSync(path) ? path : undefined

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

/** Our nginx.conf, in a folder of its own, listening here and in front of what runs here. */
export async function startNginx(port: number, upstream: number) {
  const folder = await mkdtemp(join(tmpdir(), 'kaname-nginx-'))
  // Its workers are another user when it is started by root.
  await chmod(folder, 0o777)
  const text = await readFile(join(import.meta.dirname, '../../nginx.conf'), 'utf8')
  const own = temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')
  const config = join(folder, 'nginx.conf')
  const here = text
    .replaceAll(/api-[12]:8000/g, `127.0.0.1:${upstream}`)
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
    .replaceAll('/dev/stdout', join(folder, 'access.log'))
    .replaceAll('/dev/stderr', join(folder, 'error.log'))
    .replace('http {', `http {\n${own}`)
  await writeFile(config, here)
  const options = ['-p', folder, '-c', config, '-e', join(folder, 'start.log')]
  const globals = ['-g', `daemon off; pid ${folder}/nginx.pid;`]
  const checked = spawnSync(path, ['-t', ...options, ...globals], { encoding: 'utf8' })
  const child = spawn(path, [...options, ...globals], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const end = Date.now() + 30_000
  while (!(await listens(port))) {
    if (Date.now() > end || child.exitCode !== null) throw new Error(checked.stderr)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    url: `http://127.0.0.1:${port}`,
    checked,
    logged: async () =>
      (
        await Promise.all(
          ['access.log', 'error.log', 'start.log'].map((name) =>
            readFile(join(folder, name), 'utf8').catch(() => ''),
          ),
        )
      ).join('\n'),
    async close() {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}
