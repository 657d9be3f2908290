import { defineConfig } from 'vitest/config'
import { chromiumPath } from './tests/support/chromium.ts'
import { libreOfficePath } from './tests/support/libreoffice.ts'
import { nginxPath } from './tests/support/nginx.ts'

const { TEST_POSTGRES_URL: postgres, TEST_REDIS_URL: redis } = process.env

/** What needs an engine that a bare machine lacks has a folder of its own. */
const needsEngine = [
  'tests/postgres/**',
  'tests/redis/**',
  'tests/browser/**',
  'tests/nginx/**',
  'tests/libreoffice/**',
]

/** Unit tests once, everything else once per engine that this machine has. */
export default defineConfig({
  test: {
    globalSetup: 'tests/support/engines.ts',
    // Much of a test is waiting for a database or a process.
    maxWorkers: 4,
    projects: [
      project('unit', ['tests/unit/**/*.test.ts']),
      project('sqlite', ['tests/**/*.test.ts'], {
        exclude: ['tests/unit/**', ...needsEngine],
        env: { TEST_DATABASE_URL: 'sqlite::memory:' },
      }),
      ...(postgres
        ? [
            project('postgres', ['tests/**/*.test.ts'], {
              // The document is the same whatever the engine.
              exclude: [
                'tests/unit/**',
                'tests/sqlite/**',
                'tests/openapi.test.ts',
                ...needsEngine.slice(1),
              ],
              env: { TEST_DATABASE_URL: postgres },
            }),
          ]
        : []),
      ...(redis ? [project('redis', ['tests/redis/**/*.test.ts'])] : []),
      ...(nginxPath ? [project('nginx', ['tests/nginx/**/*.test.ts'])] : []),
      ...(libreOfficePath
        ? [project('libreoffice', ['tests/libreoffice/**/*.test.ts'], { testTimeout: 120_000 })]
        : []),
      ...(chromiumPath
        ? [
            project('browser', ['tests/browser/**/*.test.ts'], {
              testTimeout: 60_000,
              hookTimeout: 60_000,
            }),
          ]
        : []),
    ],
  },
})

/** No module of ours has a state, so the files that one worker runs share them. */
function project(name: string, include: string[], options = {}) {
  return {
    test: { name, include, isolate: false, testTimeout: 60_000, hookTimeout: 60_000, ...options },
  }
}
