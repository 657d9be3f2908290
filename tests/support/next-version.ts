import { execFile } from 'node:child_process'
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')
const sources = [
  'db',
  'routes',
  'schemas',
  'src',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
]

const migration = `import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('items').addColumn('colour', 'text').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('items').dropColumn('colour').execute()
}
`

/** This service as its next version would be, with a migration that only adds; answers its `dist`. */
export async function buildNextVersion(folder: string): Promise<string> {
  for (const each of sources) cpSync(join(root, each), join(folder, each), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const index = join(folder, 'db/migrations/index.ts')
  const text = readFileSync(index, 'utf8')
    .replace(/^/, "import * as m9999 from './9999-colours.ts'\n")
    .replace(/\n}\s*$/, "\n  '9999-colours': m9999,\n}\n")
  writeFileSync(index, text)
  writeFileSync(join(folder, 'db/migrations/9999-colours.ts'), migration)
  await promisify(execFile)(process.execPath, ['src/build.mjs'], { cwd: folder })
  return join(folder, 'dist')
}
