import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'

const path = process.env.SLOWHTTPTEST_PATH ?? '/usr/bin/slowhttptest'

/** The attacker of this machine; undefined where there is none. */
export const slowhttptest = existsSync(path) ? path : undefined

export const attacks = {
  'slow headers': ['-H', '-i', '2'],
  'slow body': ['-B', '-i', '2', '-s', '8192'],
  ranges: ['-R', '-a', '5', '-b', '2000'],
  'slow reading': ['-X', '-n', '2', '-w', '10', '-y', '20', '-z', '5'],
} as const

export type Attack = keyof typeof attacks

/**
 * So many clients that are slow on purpose for so many seconds; answers how often and how fast
 * `probe`, which answers a status, was answered meanwhile, in milliseconds.
 */
export async function attack(
  kind: Attack,
  url: string,
  { connections, seconds, path: page }: { connections: number; seconds: number; path: string },
  probe: () => Promise<number>,
) {
  const size = ['-c', `${connections}`, '-r', `${connections}`, '-l', `${seconds}`, '-p', '20']
  const child = spawn(
    String(slowhttptest),
    [...attacks[kind], ...size, '-u', `${url}${page}`, '-v', '0'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk
    })
  }
  const ended = once(child, 'exit')
  const times: number[] = []
  let failed = 0
  let unwell = 0
  while (child.exitCode === null) {
    const begun = performance.now()
    const status = await probe().catch(() => 0)
    if (status === 0) failed += 1
    else times.push(performance.now() - begun)
    if (status >= 400) unwell += 1
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await ended
  times.sort((a, b) => a - b)
  const at = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? 0)
  return {
    said,
    probes: times.length,
    failed,
    unwell,
    p50: at(0.5),
    p99: at(0.99),
    max: at(0.9999),
  }
}
