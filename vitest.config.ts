import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { chromiumPath } from './tests/support/chromium.ts'
import { libreOfficePath } from './tests/support/libreoffice.ts'
import { nginxPath } from './tests/support/nginx.ts'
import { lackingPrograms } from './tests/support/programs.ts'

const { TEST_POSTGRES_URL: postgres, TEST_REDIS_URL: redis } = process.env

/** What needs an engine that a bare machine lacks has a folder of its own. */
const needsEngine = [
  'tests/postgres/**',
  'tests/redis/**',
  'tests/browser/**',
  'tests/nginx/**',
  'tests/libreoffice/**',
  'tests/cluster/**',
]

/**
 * What asks no database, or only what others ask PostgreSQL as well: of engines of tables, workbooks,
 * shapes and web pages, and of documents.
 */
const once = [
  'tests/analysis/charts.test.ts',
  'tests/analysis/engine*.test.ts',
  'tests/docs/**',
  'tests/openapi.test.ts',
  'tests/sheets/**',
  'tests/statistics/{geo,start,tiles}.test.ts',
  'tests/web/**',
]

/** Browsers and whole clusters fill a machine, and have their own ideas of how long is too long. */
const afterwards = { maxWorkers: 2, sequence: { groupOrder: 1 } }

/** Unit tests once, everything else once per engine that this machine has. */
export default defineConfig({
  test: {
    globalSetup: 'tests/support/engines.ts',
    // Much of a test is waiting for a database or a process.
    maxWorkers: 4,
    // Some hundred databases are dropped then.
    teardownTimeout: 120_000,
    // Each project would transform every module again, and so would each run.
    experimental: { fsModuleCache: true, fsModuleCachePath: moduleCache() },
    projects: [
      project('unit', ['tests/unit/**/*.test.ts']),
      project('sqlite', ['tests/**/*.test.ts'], {
        exclude: ['tests/unit/**', ...needsEngine],
        env: { TEST_DATABASE_URL: 'sqlite::memory:' },
      }),
      ...(postgres
        ? [
            project('postgres', ['tests/**/*.test.ts'], {
              exclude: [...once, 'tests/unit/**', 'tests/sqlite/**', ...needsEngine.slice(1)],
              // Requests are refused alike on either engine; what differs are the statements.
              env: {
                TEST_DATABASE_URL: postgres,
                FUZZ_REQUESTS: process.env.FUZZ_REQUESTS ?? '2000',
              },
            }),
          ]
        : []),
      ...(redis ? [project('redis', ['tests/redis/**/*.test.ts'])] : []),
      ...(nginxPath ? [project('nginx', ['tests/nginx/**/*.test.ts'], afterwards)] : []),
      ...(lackingPrograms().length === 0
        ? [project('cluster', ['tests/cluster/**/*.test.ts'], afterwards)]
        : []),
      ...(libreOfficePath
        ? [project('libreoffice', ['tests/libreoffice/**/*.test.ts'], afterwards)]
        : []),
      ...(chromiumPath ? [project('browser', ['tests/browser/**/*.test.ts'], afterwards)] : []),
    ],
  },
})

/** No module of ours has a state, so the files that one worker runs share them. */
function project(name: string, include: string[], options = {}) {
  return {
    test: {
      name,
      include,
      isolate: false,
      // So long only on a machine that has much else to do.
      testTimeout: 180_000,
      hookTimeout: 180_000,
      expect: { poll: { timeout: 30_000 } },
      ...options,
    },
  }
}

/** A checkout has one of its own; a module is looked up by its content. */
function moduleCache(): string {
  const checkout = createHash('sha256')
    .update(import.meta.dirname)
    .digest('hex')
    .slice(0, 16)
  return join(tmpdir(), `kaname-modules-${checkout}`)
}
