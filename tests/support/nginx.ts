import { execFileSync, spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { daemonOf } from './daemons.ts'
import { listens } from './process.ts'
import { programs } from './programs.ts'

/** The nginx of this machine; undefined where there is none. */
export const nginxPath = programs.nginx

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
const logs = ['access.log', 'error.log', 'start.log']

type Options = {
  /** Of what it writes; its own below the one for temporary files, unless told. */
  folder?: string
  /** Where it speaks TLS as well, with a certificate of its own making. */
  tlsPort?: number
  apart?: boolean | undefined
}

/** Our nginx.conf, in a folder of its own, listening here and in front of what runs here. */
export async function startNginx(
  port: number,
  upstreams: number[],
  { folder: named, tlsPort, apart }: Options = {},
) {
  const folder = named ?? (await mkdtemp(join(tmpdir(), 'kaname-nginx-')))
  // Its workers are another user when it is started by root.
  await chmod(folder, 0o755)
  const config = join(folder, 'nginx.conf')
  await writeFile(config, await configurationOf(folder, port, upstreams))
  if (tlsPort) await addTls(folder, tlsPort)
  const options = ['-p', folder, '-c', config, '-e', join(folder, 'start.log')]
  const args = [...options, '-g', `daemon off; pid ${folder}/nginx.pid;`]
  const checked = spawnSync(String(nginxPath), ['-t', ...args], { encoding: 'utf8' })
  if (checked.status !== 0) throw new Error(checked.stderr)
  const daemon = daemonOf({
    name: 'nginx',
    command: () => ({ path: String(nginxPath), args }),
    log: join(folder, 'said'),
    answers: () => listens(port),
    apart,
  })
  await daemon.start()
  return Object.assign(daemon, {
    url: `http://127.0.0.1:${port}`,
    checked,
    logged: async () =>
      (
        await Promise.all(logs.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')))
      ).join('\n'),
    async close() {
      await daemon.stop()
      await rm(folder, { recursive: true })
    },
  })
}

/** nginx.conf with the addresses and the files of this machine; nothing else about it is changed. */
async function configurationOf(folder: string, port: number, upstreams: number[]) {
  const text = await readFile(join(import.meta.dirname, '../../nginx.conf'), 'utf8')
  const own = temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')
  const server = /^ *server api-1:8000(.*)\n( *server api-\d:8000.*\n)+/m
  return text
    .replace(server, (_, rules) =>
      upstreams.map((each) => `server 127.0.0.1:${each}${rules}\n`).join(''),
    )
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
    .replaceAll('/dev/stdout', join(folder, 'access.log'))
    .replaceAll('/dev/stderr', join(folder, 'error.log'))
    .replace('http {', `http {\n${own}`)
}

/** The file that docs/operations has for it, with a certificate that nobody trusts. */
async function addTls(folder: string, port: number): Promise<void> {
  const tls = join(folder, 'tls')
  await mkdir(tls)
  const files = ['-keyout', join(tls, 'privkey.pem'), '-out', join(tls, 'fullchain.pem')]
  const about = ['-subj', '/CN=localhost', '-days', '1', '-newkey', 'rsa:2048', '-nodes']
  execFileSync('openssl', ['req', '-x509', ...about, ...files], { stdio: 'pipe' })
  const file = join(import.meta.dirname, '../../docs/operations/nginx-tls.conf')
  const text = (await readFile(file, 'utf8'))
    .replace('listen 443', `listen 127.0.0.1:${port}`)
    .replaceAll('/etc/nginx/tls', tls)
  await writeFile(join(tls, 'tls.conf'), text)
}
