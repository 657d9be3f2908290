import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config.ts'
import { readEnvironment } from '../../src/environment.ts'

type Service = {
  image: string
  user?: string
  ports?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  secrets?: (string | { source: string; target: string })[]
  networks: string[] | Record<string, { ipv4_address?: string }>
  depends_on?: Record<string, { condition: string }>
  healthcheck: { test?: string[]; disable?: boolean }
  read_only: boolean
  cap_drop: string[]
  security_opt: string[]
  logging: { options: Record<string, string> }
  restart: string
  mem_limit: string
  cpus: number
  stop_grace_period?: string
}
type Network = { internal?: boolean } | null
type Compose = {
  services: Record<string, Service>
  networks: Record<string, Network>
  volumes: Record<string, null>
  secrets: Record<string, { file: string }>
}

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const compose: Compose = parse(read('compose.yaml'), { merge: true })
const services = Object.entries(compose.services)
const known = Object.keys(readEnvironment({}))

describe.each(services)('%s of compose.yaml', (_, service) => {
  test('has no more rights, memory and log than it needs', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      logging: { options: { 'max-size': expect.any(String), 'max-file': expect.any(String) } },
      mem_limit: expect.stringMatching(/^\d+[gm]$/),
      cpus: expect.any(Number),
    })
  })

  test('is looked after as long as it runs', () => {
    const isOneShot = service.restart === 'no'
    expect(service.healthcheck).toMatchObject(
      isOneShot ? { disable: true } : { test: expect.any(Array) },
    )
    if (!isOneShot) expect(service.stop_grace_period).toMatch(/^\d+s$/)
  })

  test('runs what its image names by a version', () => {
    expect(service.image).toMatch(/^(kaname:\$\{KANAME_VERSION:-latest\}|[\w/]+:\S*\d\S*)$/)
  })

  test('mounts and uses only what is there', () => {
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':')
      if (source.startsWith('.')) expect(existsSync(join(root, source)), source).toBe(true)
      else expect(Object.keys(compose.volumes)).toContain(source)
    }
    for (const secret of service.secrets ?? []) {
      const name = typeof secret === 'string' ? secret : secret.source
      expect(Object.keys(compose.secrets)).toContain(name)
    }
    const named = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks)
    for (const name of named) expect(Object.keys(compose.networks)).toContain(name)
    for (const name of Object.keys(service.depends_on ?? {})) {
      expect(Object.keys(compose.services)).toContain(name)
    }
  })
})

describe('compose.yaml', () => {
  const api = ['api-1', 'api-2', 'migrate'].map((name) => compose.services[name] as Service)
  const addressOf = (name: string) => {
    const { networks = {} } = compose.services[name] ?? {}
    return Array.isArray(networks) ? undefined : networks.back?.ipv4_address
  }

  test('gives instances only variables that they know, and secrets only as files', () => {
    const secret = /SECRET|PASSWORD|TOKEN$|_KEY$|KEYS|DATABASE_URL|REDIS_URL|SMTP_URL/
    for (const { environment = {}, secrets } of api) {
      for (const [name, value] of Object.entries(environment)) {
        if (name === 'NODE_OPTIONS') continue
        expect([...known, ...known.map((each) => `${each}_FILE`)]).toContain(name)
        if (secret.test(name)) expect(name).toMatch(/_FILE$/)
        if (!name.endsWith('_FILE')) continue
        const [, file] = /^\/run\/secrets\/(\w+)$/.exec(value) ?? []
        expect(secrets, name).toContain(file)
      }
    }
  })

  test('lets nobody but nginx be reached from outside, and instances reach out', () => {
    const outside = services.filter(([, { ports }]) => ports).map(([name]) => name)
    expect(outside).toEqual(['nginx'])
    expect(compose.networks.back?.internal).toBe(true)
    const onBackOnly = services.filter(([, { networks }]) => String(networks) === 'back')
    expect(onBackOnly.map(([name]) => name)).toEqual(
      expect.arrayContaining(['postgres', 'redis', 'store', 'migrate', 'bucket', 'prometheus']),
    )
    for (const each of ['api-1', 'api-2']) {
      expect(Object.keys(compose.services[each]?.networks ?? {})).toEqual(['back', 'out'])
    }
  })

  test('trusts the address that nginx has, and nginx finds the instances by fixed ones', () => {
    expect(compose.services['api-1']?.environment?.TRUST_PROXY).toBe(addressOf('nginx'))
    expect(addressOf('api-1')).toBeTruthy()
    expect(addressOf('api-2')).not.toBe(addressOf('api-1'))
    for (const name of ['api-1', 'api-2']) expect(read('nginx.conf')).toContain(`${name}:8000`)
  })

  test('migrates before anything serves, and gives instances longer to stop than they take', () => {
    for (const name of ['api-1', 'api-2']) {
      const { depends_on, stop_grace_period } = compose.services[name] as Service
      expect(depends_on?.migrate?.condition).toBe('service_completed_successfully')
      expect(Number.parseInt(String(stop_grace_period), 10)).toBeGreaterThan(30)
    }
  })

  test('names no variable that is explained nowhere, and has no password in it', () => {
    const files = ['compose.yaml', 'docs/operations/compose.tls.yaml']
    const explained = read('.env.example') + read('docs/operations/deployment.md')
    for (const text of files.map(read)) {
      for (const [, name = ''] of text.matchAll(/\$\{(\w+)/g)) expect(explained).toContain(name)
    }
    expect(read('compose.yaml')).not.toMatch(/(PASSWORD|SECRET|TOKEN): [^$/\s]/)
  })

  test('has secrets that make-secrets.sh makes, and that a service in production takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kaname-secrets-'))
    const make = () =>
      execFileSync('sh', ['docs/operations/make-secrets.sh', folder], { cwd: root })
    make()
    expect(readdirSync(folder).sort()).toEqual(
      Object.values(compose.secrets)
        .map(({ file }) => file.replace('./secrets/', ''))
        .sort(),
    )
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const { environment = {} } = compose.services['api-1'] as Service
    const here = Object.entries(environment).map(([name, value]) => [
      name,
      value.replace('/run/secrets', folder).replace(/\$\{\w+:-(.*)\}/, '$1'),
    ])
    const load = () =>
      loadConfig({
        ...Object.fromEntries(here),
        NODE_ENV: 'production',
        PUBLIC_URL: 'https://a.example',
      })
    const config = load()
    expect(config.databaseUrl).toMatch(/^postgres:\/\/kaname:\w{48}@postgres:5432\/kaname$/)
    expect(config.redisUrl).toContain(
      readFileSync(join(folder, 'redis_conf'), 'utf8').split(' ')[1],
    )
    expect(config).toMatchObject({ estat: { appId: '' }, smtpUrl: '' })
    make()
    expect(load()).toEqual(config)
  })
})

describe('Dockerfile', () => {
  const text = read('Dockerfile')
  const stages = text.split(/^(?=FROM )/m).slice(1)
  const final = stages.at(-1) ?? ''

  test('puts what runs, and nothing that builds, into the last of its stages', () => {
    expect(stages.map((stage) => stage.split('\n')[0]?.split(' AS ')[1])).toEqual([
      'deps',
      'build',
      'runtime',
    ])
    expect(text).toMatch(/^ARG RUN_IMAGE=node:\$\{NODE\}-bookworm-slim$/m)
    const copied = [...final.matchAll(/^COPY (.*)$/gm)].map(([, what]) => what)
    expect(copied).toHaveLength(3)
    for (const what of copied)
      expect(what).toMatch(/^--from=build \/app\/(package|node_modules|dist)/)
    expect(final).not.toMatch(/npm|apt-get/)
  })

  test('runs as nobody in particular, and hears its signals itself', () => {
    expect(final).toMatch(/^USER 10001:10001$/m)
    expect(final).toMatch(/^CMD \["node", "dist\/src\/server.js"\]$/m)
    expect(final).toMatch(/^HEALTHCHECK [\s\S]*?CMD \["node"/m)
    expect(final).toMatch(/^STOPSIGNAL SIGTERM$/m)
    expect(final.match(/^ENV (.*)$/m)?.[1]?.split(' ')).toEqual([
      'NODE_ENV=production',
      'HOST=0.0.0.0',
      'PORT=8000',
      'DATA_DIR=/data',
    ])
    expect(final).toMatch(/^VOLUME \/data$/m)
  })

  test('is given what the build reads, and nothing else', () => {
    const [all, ...given] = read('.dockerignore')
      .split('\n')
      .filter((line) => /^[^#]/.test(line))
    expect(all).toBe('*')
    expect(given.map((line) => line.slice(1)).sort()).toEqual(
      [
        'package.json',
        'package-lock.json',
        'tsconfig.json',
        'db',
        'routes',
        'schemas',
        'src',
      ].sort(),
    )
  })
})

describe('kaname@.service', () => {
  const unit = read('docs/operations/kaname@.service')
  const settingsOf = (name: string) =>
    [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value)

  test('gives the service only variables that it knows, and secrets as credentials', () => {
    const credentials = settingsOf('LoadCredential').map((each) => each.split(':')[0])
    for (const setting of settingsOf('Environment').flatMap((each) => each.split(' '))) {
      const [name = '', value = ''] = setting.split('=')
      expect(known).toContain(name.replace(/_FILE$/, ''))
      if (name.endsWith('_FILE')) expect(credentials).toContain(value.replace('%d/', ''))
    }
    expect(settingsOf('Environment').join(' ')).toContain('AUTH_MODE=production')
  })

  test('stops it gently, in more time than it takes', () => {
    expect(settingsOf('KillSignal')).toEqual(['SIGTERM'])
    expect(Number(settingsOf('TimeoutStopSec')[0])).toBeGreaterThan(30)
    expect(settingsOf('Restart')).toEqual(['on-failure'])
  })

  test('lets it write to its own folder only, and never less than V8 needs', () => {
    expect(settingsOf('ProtectSystem')).toEqual(['strict'])
    expect(settingsOf('CapabilityBoundingSet')).toEqual([''])
    expect(settingsOf('NoNewPrivileges')).toEqual(['yes'])
    expect(settingsOf('MemoryDenyWriteExecute')).toEqual([])
    expect(settingsOf('StateDirectory')).toEqual(['kaname/%i'])
  })
})
