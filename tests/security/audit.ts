import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { type Exception, exceptions } from './exceptions.ts'

type Advisory = { url?: string; title?: string; severity?: string; name?: string }

/** What `npm audit --json` says: by package, advisories of its own and names of those it needs. */
export type Report = {
  vulnerabilities?: Record<string, { severity: string; via: (Advisory | string)[] }>
  metadata?: unknown
}

export type Verdict = { exitCode: 0 | 1 | 2; lines: string[] }

const grave = ['high', 'critical']

/**
 * Judges what `npm audit` said: 0 where nothing grave is left but what the exceptions explain, 1 where
 * something is or an exception has ended or is of no use, 2 where the registry could not be asked.
 */
export function judge(said: string, known: readonly Exception[], today: string): Verdict {
  const report = reportIn(said)
  if (!report?.vulnerabilities || !report.metadata) {
    const reason = said.trim().split('\n').slice(0, 3).join(' ')
    return { exitCode: 2, lines: ['The registry could not be asked for advisories:', reason] }
  }
  const found = advisoriesIn(report)
  const urls = new Set(found.map(({ url }) => url))
  const open = found.filter(
    ({ url }) => !known.some((each) => each.url === url && each.until >= today),
  )
  const useless = known.filter(({ url, until }) => until < today || !urls.has(url))
  const lines = [
    ...open.map(({ name, severity, title, url }) => `${severity}: ${name}: ${title} (${url})`),
    ...useless.map(({ url, until }) => `No longer needed, or past ${until}: ${url}`),
  ]
  const isFine = lines.length === 0
  return isFine
    ? { exitCode: 0, lines: [`Nothing grave; ${urls.size} explained.`] }
    : { exitCode: 1, lines }
}

function reportIn(said: string): Report | undefined {
  try {
    return JSON.parse(said)
  } catch {
    return undefined
  }
}

function advisoriesIn({ vulnerabilities = {} }: Report): Advisory[] {
  const all = Object.entries(vulnerabilities).flatMap(([name, { via }]) =>
    via.flatMap((each) => (typeof each === 'string' ? [] : [{ name, ...each }])),
  )
  return all.filter(({ severity = '' }) => grave.includes(severity))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const args = ['audit', '--omit=dev', '--audit-level=high', '--json']
  const { stdout } = spawnSync('npm', args, { encoding: 'utf8', timeout: 120_000 })
  const { exitCode, lines } = judge(stdout ?? '', exceptions, new Date().toISOString().slice(0, 10))
  process.stdout.write(`${lines.join('\n')}\n`)
  process.exitCode = exitCode
}
