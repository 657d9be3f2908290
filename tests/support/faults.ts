import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Cluster, Instance } from './cluster.ts'
import { type Books, startLoad, type Work } from './ledger.ts'

/** What instances of a cluster need so that these clients may do what they do. */
export const faultEnv = (smtpUrl: string) => ({
  NODE_ENV: 'development',
  AUTH_MODE: 'development',
  RATE_LIMIT_PER_MINUTE: '1000000',
  JOB_LEASE: '5s',
  LOG_LEVEL: 'warn',
  SMTP_URL: smtpUrl,
})

export type Plan = {
  /** How long there is load before, during and after a fault. */
  ms: number
  clients: number
  only?: readonly Work[]
}

/** Load on a cluster while `fault` does something to it; it answers what it has seen. */
export async function underLoad<Seen>(
  { url, postgres }: Pick<Cluster, 'url' | 'postgres'>,
  { ms, clients, only }: Plan,
  fault: () => Promise<Seen>,
): Promise<{ books: Books; seen: Seen }> {
  const load = startLoad({ url, databaseUrl: postgres.url, clients, ...(only && { only }) })
  await sleep(ms)
  const seen = await fault().catch(async (error) => {
    await load.stop()
    throw error
  })
  const before = load.answered()
  await sleep(ms)
  while (load.answered() < before + clients) await sleep(50)
  return { books: await load.stop(), seen }
}

/** The first instance ends, as told or at once, and comes back. */
export async function restartInstance(
  { instances: [first] }: Pick<Cluster, 'instances'>,
  how: 'SIGTERM' | 'SIGKILL',
  ms: number,
): Promise<number | string> {
  if (!first) throw new Error('There is no instance.')
  await first.stop(how)
  const end = await first.ended
  await sleep(ms)
  await first.start()
  return end
}

export type Health = { status: number; text: string; ms: number }

/** What one instance says of itself, and how long that takes. */
export async function healthOf(url: string): Promise<Health> {
  const begun = performance.now()
  const response = await fetch(`${url}/health`)
  const { status: text } = (await response.json()) as { status: unknown }
  return { status: response.status, text: String(text), ms: Math.round(performance.now() - begun) }
}

/** PostgreSQL or Redis goes and comes back: how each instance is meanwhile, and how soon it is well. */
export async function restartPart(
  cluster: Cluster,
  part: 'postgres' | 'redis',
  how: 'SIGINT' | 'SIGTERM' | 'SIGKILL',
  ms: number,
): Promise<{ meanwhile: Health[]; recoveredMs: number }> {
  await cluster[part].stop(how)
  await sleep(ms)
  const meanwhile = await Promise.all(cluster.instances.map(({ url }) => healthOf(url)))
  await cluster[part].start()
  const begun = performance.now()
  for (const { url } of cluster.instances) {
    while ((await healthOf(url)).text !== 'healthy') await sleep(20)
  }
  return { meanwhile, recoveredMs: Math.round(performance.now() - begun) }
}

/**
 * The wall clock of the first instance is set so many hours ahead of the right time, one after the
 * other; answers how far ahead the instance then said that it was.
 */
export async function setClocks(
  { instances, folder }: Pick<Cluster, 'instances' | 'folder'>,
  hours: number[],
  ms: number,
): Promise<number[]> {
  const [first] = instances as [Instance]
  const file = join(folder, 'clock')
  const set = (each: number) => writeFileSync(file, `${each * 3_600_000}`)
  const preload = pathToFileURL(join(import.meta.dirname, 'shifted-clock.mjs')).href
  Object.assign(first.env, { CLOCK_FILE: file, NODE_OPTIONS: `--import ${preload}` })
  set(0)
  await first.stop()
  await first.start()
  const seen: number[] = []
  for (const each of hours) {
    set(each)
    await sleep(ms)
    const { timestamp } = (await (await fetch(`${first.url}/health`)).json()) as {
      timestamp: string
    }
    // Without the sign that a zero may have.
    seen.push(Math.round((Date.parse(timestamp) - Date.now()) / 3_600_000) + 0)
  }
  return seen
}

/**
 * A new version takes over, one instance after the other. The old one serves on beside it, and may
 * even start again.
 */
export async function rollOut(
  { instances }: Pick<Cluster, 'instances'>,
  dist: string,
): Promise<void> {
  const [first, second] = instances as [Instance, Instance]
  const program = join(dist, 'src/server.js')
  await first.stop()
  first.program = program
  await first.start()
  await second.stop('SIGKILL')
  await second.start()
  second.program = program
  await second.stop()
  await second.start()
}

/** How often each of those who were to get one mail has got it. */
export function mailsOf(mails: { to: string[] }[], submitters: string[]) {
  const counts = new Map(submitters.map((each) => [each, 0]))
  for (const to of mails.flatMap((each) => each.to)) {
    if (counts.has(to)) counts.set(to, (counts.get(to) ?? 0) + 1)
  }
  const all = [...counts.values()]
  return {
    expected: all.length,
    missing: all.filter((count) => count === 0).length,
    once: all.filter((count) => count === 1).length,
    more: all.filter((count) => count > 1).length,
  }
}
