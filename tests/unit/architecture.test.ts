import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Which folders each folder may import besides itself. */
const folders: Record<string, string[]> = {
  schemas: [],
  db: ['schemas'],
  src: ['db', 'schemas'],
  routes: ['src', 'schemas'],
}

/** Which areas each area may import besides itself. */
const areas: Record<string, string[]> = {
  accounts: [],
  system: ['accounts'],
  realtime: ['accounts'],
  items: ['accounts'],
  uploads: ['accounts'],
  submissions: ['accounts'],
  statistics: [],
  itsm: ['accounts'],
  projects: ['accounts'],
  analysis: ['accounts', 'projects'],
  'driver-tree': ['accounts', 'projects'],
  workers: [
    'accounts',
    'items',
    'uploads',
    'submissions',
    'statistics',
    'itsm',
    'projects',
    'analysis',
    'driver-tree',
  ],
}

/** Packages that several files may import; every other belongs to one file. */
const packages: Record<string, RegExp> = {
  '@sinclair/typebox': /^(schemas|src|routes)\//,
  '@sinclair/typebox/compiler': /^src\//,
  fastify: /^src\//,
  pino: /^src\//, // its types
  'prom-client': /^src\/system\//,
  'simple-statistics': /^src\/statistics\//, // pure functions
  kysely: /^(db|src)\//,
  pg: /^db\//,
  'better-sqlite3': /^db\//,
}

/** Root files of `src/` that put areas together; the others know none. */
const composers = [
  'src/app.ts',
  'src/cli-backup.ts',
  'src/cli.ts',
  'src/deps.ts',
  'src/handlers.ts',
  'src/project-parts.ts',
  'src/rooms.ts',
  'src/server.ts',
]

const root = join(import.meta.dirname, '../..')
const files = Object.keys(folders).flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => read(join(folder, path))),
)

function read(path: string) {
  const text = readFileSync(join(root, path), 'utf8')
  const imports = [...text.matchAll(/(?:from|import) '([^']+)'/g)].map(([, name = '']) => name)
  return {
    path,
    text,
    local: imports.filter((name) => name.startsWith('.')).map((name) => join(dirname(path), name)),
    foreign: imports.filter((name) => !/^(\.|node:)/.test(name)),
  }
}

const folderOf = (path: string) => path.split('/')[0] as string

/** `items` for `src/items/items.ts` and `routes/items/index.ts`, nothing for root files. */
const areaOf = (path: string) => path.match(/^(?:src|routes)\/([^/]+)\//)?.[1]

describe.each(files)('$path', ({ path, text, local, foreign }) => {
  test('imports only what its folder may', () => {
    const mayImport = [folderOf(path), ...(folders[folderOf(path)] ?? [])]
    if (path === 'src/app.ts') mayImport.push('routes')
    for (const target of local) expect(mayImport, target).toContain(folderOf(target))
  })

  test('imports only the areas its area may', () => {
    const area = areaOf(path)
    if (area) expect(Object.keys(areas)).toContain(area)
    const composes = composers.includes(path) || path === 'routes/index.ts'
    const mayImport = composes ? Object.keys(areas) : [area, ...(areas[area ?? ''] ?? [])]
    for (const target of local) {
      const other = areaOf(target)
      if (other) expect(mayImport, target).toContain(other)
      if (other && folderOf(target) === 'routes' && !composes) expect(other).toBe(area)
    }
  })

  test('leaves packages where they belong', () => {
    for (const name of foreign) {
      const importers = files.filter((file) => file.foreign.includes(name)).map((file) => file.path)
      if (packages[name]) expect(path, name).toMatch(packages[name])
      else expect(importers, name).toEqual([path])
    }
  })

  test('declares no class', () => {
    expect(text).not.toMatch(/^\s*(export |default |abstract )*class /m)
  })
})
