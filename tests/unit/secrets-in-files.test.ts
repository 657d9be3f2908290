import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Finding, findSecrets } from '../support/secret-scan.ts'

const root = join(import.meta.dirname, '../..')

/** Made up for tests, and good for nothing else: by file, the texts that may stand in it. */
const madeUp: Record<string, readonly string[]> = {
  // Everybody may know them: they speak for mock users on a machine of one's own.
  'docs/client/usage.ts': ['mock-access-token-dev-12345'],
  'tests/accounts/sessions.test.ts': ['your-secret-key'],
  'tests/support/drive-keys.ts': ['0123456789abcdef0123456789abcdef01234567'],
  'tests/unit/config.test.ts': ['your-secret-key', 'kWq3-this-one-is-long-enough-and-made-up'],
  'tests/unit/itsm/address-guard.test.ts': ['https://user:word@example.jp'],
  // Those that Amazon's documents sign with.
  'tests/unit/s3-signature.test.ts': [
    'AKIAIOSFODNN7EXAMPLE',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  ],
  'tests/unit/schedule.test.ts': ['kWq3-this-one-is-long-enough-and-made-up'],
  'tests/support/secret-scan.ts': ['your-secret-key'],
  'tests/unit/storage-url.test.ts': [
    's3://id:secret@kaname?region=r',
    'https://id:secret@store',
    'kWq3-this-one-is-long-enough-and-made-up',
  ],
}

/** What git keeps; where there is no git, everything but what is installed, built or written. */
function tracked(): string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    return listed.split('\0').filter(Boolean)
  } catch {
    return below(root).filter((path) => !/^(node_modules|dist|data|\.git|\.env)(\/|$)/.test(path))
  }
}

function below(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) => {
    const path = join(folder, each.name)
    if (['node_modules', '.git'].includes(each.name)) return []
    return each.isDirectory() ? below(path) : [relative(root, path)]
  })
}

function secretsOf(path: string): (Finding & { path: string })[] {
  const bytes = readFileSync(join(root, path))
  if (bytes.subarray(0, 8000).includes(0)) return []
  // This file names them all.
  const isThis = path === 'tests/unit/secrets-in-files.test.ts'
  const allowed = isThis ? Object.values(madeUp).flat() : (madeUp[path] ?? [])
  return findSecrets(bytes.toString())
    .filter(({ text }) => !allowed.includes(text))
    .map((each) => ({ path, ...each }))
}

describe('the files of the project', () => {
  test('have no secret in them', () => {
    const files = tracked().filter((path) => statSync(join(root, path)).isFile())
    expect(files.length).toBeGreaterThan(500)
    expect(files).toContain('src/config.ts')
    expect(files.flatMap(secretsOf)).toEqual([])
  })

  test('that are served have none of the tests, and none of the guides', () => {
    const built = below(join(root, 'dist')).filter((path) => path.endsWith('.js'))
    expect(built.length).toBeGreaterThan(3)
    const known = /your-secret-key-here|only good for tests|wJalrXUtnFEMI/
    expect(built.filter((path) => known.test(readFileSync(join(root, path), 'utf8')))).toEqual([])
  })
})

describe('a secret', () => {
  const random = (bytes: number) => randomBytes(bytes).toString('base64url')
  // Looks random, and has the same entropy each time.
  const digest = createHash('sha256').update('no secret').digest('hex')
  const { privateKey } = generateKeyPairSync('ed25519')
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const jwt = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'hanako' })}.${random(32)}`

  test.for([
    ['a private key', String(privateKey.export({ type: 'pkcs8', format: 'pem' }))],
    ['a key of AWS', `AKIA${'Z7Q4'.repeat(4)}`],
    ['a key of Google', `AIza${'x'.repeat(35)}`],
    ['a token of GitHub', `ghp_${'a1'.repeat(18)}`],
    ['a token of npm', `npm_${'b2'.repeat(18)}`],
    ['a token of Slack', `xox${'b-1234567890'}`],
    ['a key of a model', `sk-${random(36).replaceAll(/[-_]/g, 'x')}`],
    ['a JWT', jwt],
    ['an API token', `kaname_${'c3'.repeat(20)}`],
    ['a URL with a password', ['postgres://app', 'hunter2@db/app'].join(':')],
    ['a placeholder of an example', ['change', 'this'].join('')],
    ['a random text', `JWT_SECRET=${digest}`],
    ['a random text', `"client_secret": "${digest}"`],
  ] as const)('is found that is %s', ([rule, text]) => {
    const found = findSecrets(`const a = 1\n// here: ${text}\n`)
    expect(found.map((each) => each.rule)).toContain(rule)
    expect(found[0]?.line).toBe(2)
  })

  test.for([
    'const passwordTooShortMessage = messages.password_too_short',
    'token: string | undefined',
    'POSTGRES_PASSWORD: $' + '{POSTGRES_PASSWORD:?}',
    'postgres://user:password@host:5432/name',
    'https://kaname.example.jp/a:b@c',
  ])('is none: %s', (text) => {
    expect(findSecrets(text)).toEqual([])
  })
})
