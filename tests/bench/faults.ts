/**
 * Faults under load for longer than the tests have them: `npm run test:faults -- [seconds] [clients]`.
 * On a cluster of its own (nginx, two instances, PostgreSQL, Redis, object store, mail server) one part
 * after the other is stopped, killed, set to a wrong time or kept busy, and the books are compared.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCluster } from '../support/cluster.ts'
import {
  faultEnv,
  mailsOf,
  restartInstance,
  restartPart,
  rollOut,
  setClocks,
  underLoad,
} from '../support/faults.ts'
import { type Books, lineOf } from '../support/ledger.ts'
import { buildNextVersion } from '../support/next-version.ts'
import { type Attack, attack, attacks, slowhttptest } from '../support/slow-clients.ts'
import { startSmtp } from '../support/smtp.ts'

const [seconds = 10, clients = 16] = process.argv.slice(2).map(Number)
const plan = { ms: seconds * 1000, clients }
const smtp = await startSmtp()
const begun = performance.now()
// As in production, longer than anything is away: past its lease a job passes to another instance.
const lease = { JOB_LEASE: `${3 * seconds}s` }
const cluster = await startCluster({ env: { ...faultEnv(smtp.url), ...lease } })
const { instances } = cluster
console.log(`cluster of ${instances.length} up in ${since(begun)} s; ${clients} clients`)

const restart = (part: 'postgres' | 'redis', how: 'SIGINT' | 'SIGKILL') => () =>
  restartPart(cluster, part, how, plan.ms)
const faults: [name: string, fault: () => Promise<unknown>][] = [
  ['nothing', () => sleep(plan.ms)],
  ['SIGTERM of an instance', () => restartInstance(cluster, 'SIGTERM', plan.ms)],
  ['SIGKILL of an instance', () => restartInstance(cluster, 'SIGKILL', plan.ms)],
  ['PostgreSQL restarted', restart('postgres', 'SIGINT')],
  ['PostgreSQL killed', restart('postgres', 'SIGKILL')],
  ['Redis killed', restart('redis', 'SIGKILL')],
  ['clock of an instance', () => setClocks(cluster, [2, -2, 0], plan.ms / 2)],
  ['rolling restart with a migration', newVersion],
]
let isGood = true
for (const [name, fault] of faults) {
  const { books, seen } = await underLoad(cluster, plan, fault)
  console.log(lineOf(name, books))
  await tellMails(books)
  const recovered = Object(seen).recoveredMs
  if (recovered !== undefined) console.log(`  every instance healthy again after ${recovered} ms`)
  isGood &&= books.failed + books.lost + books.doubled + books.refusals.length === 0
}
if (slowhttptest) for (const kind of Object.keys(attacks) as Attack[]) await slow(kind)
else console.log('slowhttptest is not there; slow clients are left out')
await cluster.stop()
smtp.close()
console.log(isGood ? 'nothing lost, nothing twice, nothing failed for good' : 'not good: see above')
process.exit(isGood ? 0 : 1)

async function newVersion(): Promise<void> {
  const folder = join(cluster.folder, 'next')
  mkdirSync(folder)
  await rollOut(cluster, await buildNextVersion(folder))
}

/** Jobs run at least once; of those that were cut off behind their mail a mail goes out again. */
async function tellMails({ submitters }: Books): Promise<void> {
  const end = performance.now() + 120_000
  while (mailsOf(smtp.mails, submitters).missing > 0 && performance.now() < end) await sleep(100)
  const { expected, missing, once, more } = mailsOf(smtp.mails, submitters)
  console.log(
    `  jobs: ${expected} mails to send, ${once} sent once, ${more} again, ${missing} never`,
  )
  isGood &&= missing === 0
}

async function slow(kind: Attack): Promise<void> {
  for (const [name, url] of [
    ['nginx', cluster.url],
    ['an instance', String(instances[0]?.url)],
  ] as const) {
    const size = { connections: 500, seconds, path: '/api/v1/items' }
    const probe = async () => (await fetch(`${url}/health`)).status
    const { probes, failed, unwell, p50, p99, max } = await attack(kind, url, size, probe)
    console.log(
      `${kind}, ${size.connections} connections to ${name}: /health ${probes} times, ${failed} failed, ${unwell} unwell, p50 ${p50} p99 ${p99} max ${max} ms`,
    )
    isGood &&= failed === 0
  }
}

function since(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(0)
}
