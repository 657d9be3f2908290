import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

type Locked = {
  name?: string
  version: string
  resolved?: string
  integrity?: string
  license?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  hasInstallScript?: boolean
  engines?: { node?: string }
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const manifest = read('package.json')
const { packages } = read('package-lock.json') as { packages: Record<string, Locked> }
const locked = Object.entries(packages).flatMap(([path, each]) =>
  path === ''
    ? []
    : [{ ...each, path, name: each.name ?? (path.split('node_modules/').at(-1) as string) }],
)
const production = locked.filter(({ dev }) => !dev)

/** By package, the first version without a fault that was published about it. */
const fixedIn: Record<string, string> = {
  fastify: '5.12.2',
  'fast-jwt': '6.2.4',
  '@e965/xlsx': '0.20.3',
  ws: '8.17.1',
  'find-my-way': '9.0.1',
  nodemailer: '7.0.11',
  'tar-fs': '2.1.4',
}

/** What nobody may bring in again: they are no longer mended where npm has them. */
const banned = ['xlsx', 'request', 'traverse', 'unzipper', 'event-stream', 'node-uuid']

const licences = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
])

/** By package, why a licence that is not on the list is all right. */
const excepted: [RegExp, string][] = [
  [/^@img\/sharp-/, 'LGPL: libvips is loaded as a library of its own, and can be replaced'],
  [/^url-template$/, 'says BSD; its file is that of BSD-3-Clause'],
]

const numbersOf = (version: string) => version.split(/[-+]/)[0]?.split('.').map(Number) ?? []

function isBelow(version: string, other: string): boolean {
  const [mine, theirs] = [numbersOf(version), numbersOf(other)]
  const at = mine.findIndex((each, n) => each !== theirs[n])
  return at >= 0 && (mine[at] as number) < (theirs[at] ?? 0)
}

/** Whether a range of npm lets a version in, for the forms that ranges of Node have. */
function admits(range: string, version: string): boolean {
  return range.split('||').some((part) =>
    part
      .replaceAll(/(>=|<=|<|>|\^)\s+/g, '$1')
      .trim()
      .split(/\s+/)
      .every((each) => {
        const [, sign = '', wanted = ''] = /^(>=|<=|<|>|\^|)(.*)$/.exec(each) ?? []
        const full = wanted.replace(/(\.[x*])+$/, '')
        if (full === '' || full === '*') return true
        const precise = numbersOf(full)
        if (sign === '>=') return !isBelow(version, full)
        if (sign === '<') return isBelow(version, full)
        if (sign === '>') return isBelow(full, version)
        if (sign === '<=') return !isBelow(full, version)
        const isSame = precise.every((number, at) => numbersOf(version)[at] === number)
        if (sign === '^') return numbersOf(version)[0] === precise[0] && !isBelow(version, full)
        return isSame
      }),
  )
}

/** The names in a licence, as SPDX writes them: of `A OR B` one is enough, of `A AND B` none is too much. */
function isFree(licence: string): boolean {
  return licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => licences.has(each)))
}

describe('the packages that are installed', () => {
  test('are pinned exactly where the project names them', () => {
    const named = { ...manifest.dependencies, ...manifest.devDependencies } as Record<
      string,
      string
    >
    const loose = Object.entries(named).filter(
      ([, version]) => !/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    )
    expect(loose).toEqual([])
    const installed = Object.keys(named).filter((name) => packages[`node_modules/${name}`])
    expect(installed).toEqual(Object.keys(named))
  })

  test('come from the registry, and each is what it was when it was chosen', () => {
    const odd = locked.filter(
      ({ resolved = 'https://registry.npmjs.org/', integrity = '', version }) =>
        !resolved.startsWith('https://registry.npmjs.org/') ||
        !integrity.startsWith('sha512-') ||
        !/^\d+\.\d+\.\d+/.test(version),
    )
    expect(locked.length).toBeGreaterThan(400)
    expect(odd.map(({ path }) => path)).toEqual([])
  })

  test('are not below the versions in which known faults were mended', () => {
    for (const [wanted, fixed] of Object.entries(fixedIn)) {
      const versions = locked.filter(({ name }) => name === wanted).map(({ version }) => version)
      expect(versions, wanted).not.toEqual([])
      expect(
        versions.filter((version) => isBelow(version, fixed)),
        wanted,
      ).toEqual([])
    }
    expect(locked.filter(({ name }) => banned.includes(name)).map(({ path }) => path)).toEqual([])
  })

  test('run a script when they are installed only where the project says so', () => {
    const scripts = locked.filter(({ hasInstallScript }) => hasInstallScript)
    const names = [...new Set(scripts.map(({ name }) => name))].sort()
    expect(Object.keys(manifest.allowScripts).sort()).toEqual(names)
    const allowed = names.filter((name) => manifest.allowScripts[name])
    expect(allowed).toEqual(['argon2', 'better-sqlite3', 'esbuild'])
  })

  test('may be used in what is served', () => {
    const odd = production.filter(
      ({ name, license = '' }) =>
        !isFree(license) && !excepted.some(([pattern]) => pattern.test(name)),
    )
    expect(odd.map(({ name, license }) => `${name}: ${license}`)).toEqual([])
  })

  test('run on the oldest Node that the project promises', () => {
    const oldest = numbersOf(manifest.engines.node.replace('>=', ''))
    const version = [...oldest, 0].slice(0, 3).join('.')
    const odd = production.filter(({ engines }) => !admits(engines?.node ?? '*', version))
    expect(version).toBe('20.19.0')
    expect(odd.map(({ path, engines }) => `${path}: ${engines?.node}`)).toEqual([])
  })
})

describe('a comparison', () => {
  test.for([
    ['5.12.1', '5.12.2', true],
    ['5.12.2', '5.12.2', false],
    ['5.9.9', '5.12.2', true],
    ['6.0.0', '5.12.2', false],
    ['10.0.0', '9.9.9', false],
  ] as const)('of %s with %s says %s', ([version, other, below]) => {
    expect(isBelow(version, other)).toBe(below)
  })

  test.for([
    ['>=22', false],
    ['>= 20.19', true],
    ['^18 || ^20 || >= 21', true],
    ['>=18 <20', false],
    ['20.x || 22.x', true],
    ['^22.13.0 || >=24', false],
    ['*', true],
    ['>=20.20.0', false],
  ] as const)('of Node 20.19.0 with %s says %s', ([range, isIn]) => {
    expect(admits(range, '20.19.0')).toBe(isIn)
  })
})
