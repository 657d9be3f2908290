import { createReadStream, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { lockDb } from '../db/lock.ts'
import { migrate, migrateDown, pendingMigrations } from '../db/migrate.ts'
import { withPatience } from '../db/open.ts'
import { ensureAdministrator } from './accounts/administrator.ts'
import { ensureMockUsers } from './accounts/development.ts'
import { buildApp } from './app.ts'
import { runBackup, runRestore } from './cli-backup.ts'
import { loadConfig } from './config.ts'
import { createDeps } from './deps.ts'
import { loadEnvFile } from './environment.ts'
import type { FieldFault } from './failure.ts'
import type { Deps } from './fastify.ts'
import { resealWebhookSecrets } from './itsm/notices/resealing.ts'
import { fill, rules } from './messages.ts'
import { permissions } from './permissions.ts'
import { migrateQueue } from './queue.ts'
import { importFile } from './statistics/imports/import-file.ts'
import { loadStatistics } from './statistics/seed/seed.ts'
import { resealDriveCredentials } from './submissions/drive-credentials.ts'
import { newId, newSecret } from './values.ts'

type Values = Record<string, string | boolean | undefined>
type Command = {
  about: string
  options?: Record<string, { type: 'string' | 'boolean' }>
  run: (values: Values) => Promise<void>
}

const commands: Record<string, Command> = {
  'create-admin': {
    about: '--email <address> [--username <name>] [--password <text>]   make an administrator',
    options: {
      email: { type: 'string' },
      username: { type: 'string' },
      password: { type: 'string' },
    },
    run: createAdmin,
  },
  migrate: {
    about: '[--check] [--down]   bring the schema up to date; --check only says whether it is',
    options: { check: { type: 'boolean' }, down: { type: 'boolean' } },
    run: runMigrations,
  },
  seed: {
    about: 'load the bundled data and, in development, the mock users',
    run: () => writing((deps) => seed(deps)),
  },
  'import-statistics': {
    about:
      '--file <csv> --source <id> --published <2026-11> [--format own|ssdse] [--part]   take over figures of a file',
    options: {
      file: { type: 'string' },
      source: { type: 'string' },
      published: { type: 'string' },
      format: { type: 'string' },
      part: { type: 'boolean' },
    },
    run: importStatistics,
  },
  're-encrypt': {
    about: 'encrypt with SECRETS_KEY what was encrypted with one of SECRETS_KEYS_OLD',
    run: () =>
      writing(async ({ db, secrets }) => {
        const credentials = await resealDriveCredentials(db, secrets)
        say(`sealed anew: ${credentials + (await resealWebhookSecrets(db, secrets))}`)
      }),
  },
  backup: {
    about:
      '--out <file.tar or .tar.gz, or - for stdout> [--force]   everything in one archive, while the service serves',
    options: { out: { type: 'string' }, force: { type: 'boolean' } },
    run: runBackup,
  },
  restore: {
    about:
      '--from <file> [--check] [--force] [--without-key]   put a backup into an empty place; --check only reads it',
    options: {
      from: { type: 'string' },
      check: { type: 'boolean' },
      force: { type: 'boolean' },
      'without-key': { type: 'boolean' },
    },
    run: runRestore,
  },
  routes: { about: 'list every route, its permission and the roles that have it', run: listRoutes },
  openapi: {
    about: '[--out <file>]   print the OpenAPI document',
    options: { out: { type: 'string' } },
    run: printDocument,
  },
}

await main(process.argv.slice(2))

async function main([name = '', ...args]: string[]): Promise<void> {
  const command = commands[name]
  if (!command) {
    const lines = Object.entries(commands).map(([each, { about }]) => `  ${each}  ${about}`)
    fail(`Commands / コマンド:\n${lines.join('\n')}`)
  }
  try {
    loadEnvFile()
    await command.run(parseArgs({ args, options: command.options ?? {} }).values)
  } catch (error) {
    fail([Object(error).message, ...faultsIn(error)].join('\n'))
  }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** The fields, or the lines of a file, that a failure is about. */
function faultsIn(error: unknown): string[] {
  const errors: FieldFault[] = Object(error).extra?.errors ?? []
  return errors.map(({ field, rule, line, column, ...params }) => {
    const place = line === undefined ? field : `line ${line}, column ${column} (${field})`
    return `  ${place}: ${fill(rules[rule].en, params)}\n    ${fill(rules[rule].ja, params)}`
  })
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

async function using(work: (deps: Deps) => Promise<void>): Promise<void> {
  const { deps, close } = await createDeps(loadConfig())
  await work(deps).finally(close)
}

/** For commands that write: on SQLite they take the lock that a serving process holds. */
async function writing(work: (deps: Deps) => Promise<void>): Promise<void> {
  const unlock = await lockDb(loadConfig().databaseUrl)
  await using(work).finally(unlock)
}

async function createAdmin({ email, username, password = `Aa1-${newSecret()}` }: Values) {
  if (typeof email !== 'string') fail('create-admin needs --email <address>.')
  await writing(async (deps) => {
    await prepare(deps)
    const made = await ensureAdministrator(deps, {
      email,
      password: String(password),
      ...(typeof username === 'string' && { username }),
    })
    say(`${made ? 'Created' : 'Updated'}: ${email}. Password: ${password}`)
  })
}

async function runMigrations({ check, down }: Values): Promise<void> {
  if (check) {
    await using(async ({ db }) => {
      const pending = await pendingMigrations(db)
      for (const name of pending) say(`pending: ${name}`)
      if (pending.length > 0) process.exitCode = 1
      else say('up to date')
    })
    return
  }
  await writing(async (deps) => {
    for (const name of down ? await migrateDown(deps.db) : await prepare(deps)) say(name)
  })
}

async function prepare({ db, config }: Deps): Promise<string[]> {
  const names = await withPatience(config.databaseUrl, db, migrate)
  await migrateQueue(config.databaseUrl)
  return names
}

async function seed(deps: Deps): Promise<void> {
  await prepare(deps)
  say(`figures: ${await loadStatistics(deps.db)}`)
  if (deps.config.mockUsers) await ensureMockUsers(deps)
}

async function importStatistics({ file, source, published, format = 'own', part }: Values) {
  if (typeof file !== 'string' || typeof source !== 'string' || typeof published !== 'string') {
    fail('import-statistics needs --file <csv> --source <id> --published <year, month or day>.')
  }
  if (format !== 'own' && format !== 'ssdse') fail('--format is own or ssdse.')
  await writing(async (deps) => {
    await prepare(deps)
    await loadStatistics(deps.db)
    const actor = { id: null, ip: null, user_agent: 'cli', request_id: newId() }
    const query = { source, published, format, part: part === true } as const
    const { run, results } = await importFile(deps, actor, createReadStream(file), query)
    for (const { severity, check, scope, observed, expected } of results) {
      say(`${severity}: ${check} ${scope}: ${observed} (expected ${expected})`)
    }
    const { id, outcome, rows_read, rows_added, rows_changed } = run
    say(`${outcome}: ${rows_read} read, ${rows_added} added, ${rows_changed} changed (run ${id})`)
    if (outcome === 'quarantined') process.exitCode = 1
  })
}

/** A service that is never started, with secrets that open nothing. */
async function document() {
  const config = loadConfig({
    DATABASE_URL: 'sqlite::memory:',
    JWT_SECRET: newSecret(),
    SECRETS_KEY: Buffer.alloc(32).toString('base64'),
    LOG_LEVEL: 'silent',
  })
  const { deps, close } = await createDeps(config)
  const app = await buildApp(deps)
  await app.ready()
  const openapi = app.swagger()
  await app.close()
  await close()
  return openapi
}

async function printDocument({ out }: Values): Promise<void> {
  const text = JSON.stringify(await document(), null, 2)
  if (typeof out !== 'string') return say(text)
  mkdirSync(dirname(out), { recursive: true })
  writeFileSync(out, text)
}

async function listRoutes(): Promise<void> {
  const { paths = {} } = await document()
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(Object(operations))) {
      const permission = Object(operation)['x-permission']
      const roles = Object.entries(permissions)
        .filter(([, granted]) => granted.has(permission))
        .map(([role]) => role)
      const who = permission ? `${permission}  ${roles.join(' ')}` : 'open'
      say(`${method.toUpperCase().padEnd(6)} ${path.padEnd(50)} ${who}`)
    }
  }
}
