/**
 * Sends more than the tests do, or something else:
 * `npm run test:fuzz -- [--requests N] [--seed N] [--postgres]`.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '60000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    postgres: { type: 'boolean', default: false },
  },
})
const { requests, seed, postgres } = values
for (const [name, value] of Object.entries({ requests, seed })) {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new Error(`--${name} takes a number, not ${value}.`)
}
if (postgres && !process.env.TEST_POSTGRES_URL)
  throw new Error('--postgres needs TEST_POSTGRES_URL.')

const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...['--project', postgres ? 'postgres' : 'sqlite', 'tests/security/fuzz.test.ts'],
  ],
  { stdio: 'inherit', env: { ...process.env, FUZZ_REQUESTS: requests, FUZZ_SEED: seed } },
)
process.exitCode = status ?? 1
