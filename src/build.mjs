/**
 * Builds `dist`: the sources bundled with the packages they are made of, which halves the time to
 * start, the bundled data, the web files and the OpenAPI document. With `--if-stale` only when something has changed.
 * Plain JavaScript, so that it starts at once; types are checked by `npm run typecheck`.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const stampFile = join(dist, '.stamp')

const entries = ['src/server.ts', 'src/cli.ts', 'src/workers.ts', 'src/workers/entry.ts']

/** Left in node_modules: what is native or has files of its own, and whatever `import()` loads. */
const external = [
  '@aws-sdk/client-s3',
  '@duckdb/node-api',
  '@fastify/swagger-ui',
  'argon2',
  'better-sqlite3',
  'file-type',
  'googleapis',
  'graphile-worker',
  'ioredis',
  'jose',
  'nodemailer',
  'pg-native',
  'pino-pretty',
  'redoc',
  'sharp',
  'xlsx',
]

/** What packages of the older module system expect to find. */
const banner = `import { createRequire as __createRequire } from 'node:module'
import { dirname as __folderOf } from 'node:path'
import { fileURLToPath as __pathOf } from 'node:url'
const require = __createRequire(import.meta.url)
const __filename = __pathOf(import.meta.url)
const __dirname = __folderOf(__filename)`

const stamp = stampOf(['db', 'routes', 'schemas', 'src'], ['package-lock.json', 'tsconfig.json'])
const isFresh = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
if (!(isFresh && process.argv.includes('--if-stale'))) await build()

async function build() {
  const { build: bundle } = await import('esbuild')
  rmSync(dist, { recursive: true, force: true })
  await bundle({
    entryPoints: entries.map((entry) => join(root, entry)),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outdir: dist,
    outbase: root,
    chunkNames: 'src/chunk-[hash]',
    external,
    banner: { js: banner },
    define: { __build: JSON.stringify(stamp.slice(0, 16)) },
    logLevel: 'warning',
    logOverride: { 'require-resolve-not-external': 'silent' },
  })
  const isData = (path) => !path.endsWith('.ts') && !path.endsWith('.mjs')
  cpSync(join(root, 'db/seeds'), join(dist, 'db/seeds'), { recursive: true, filter: isData })
  cpSync(join(root, 'src/web'), join(dist, 'src/web'), { recursive: true })
  const redoc = createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js')
  cpSync(redoc, join(dist, 'src/web/redoc.standalone.js'))
  const document = join(dist, 'src/web/openapi.json')
  const print = [join(dist, 'src/cli.js'), 'openapi', '--out', document]
  execFileSync(process.execPath, print, { stdio: 'inherit' })
  writeFileSync(document, JSON.stringify(JSON.parse(readFileSync(document, 'utf8'))))
  writeFileSync(stampFile, stamp)
}

/** A hash over the names and contents of everything that is built. */
function stampOf(folders, files) {
  const hash = createHash('sha256')
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  )
  for (const path of [...inFolders.sort(), ...files.map((file) => join(root, file))]) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0')
  }
  return hash.digest('hex')
}
