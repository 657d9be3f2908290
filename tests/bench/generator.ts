import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import autocannon from 'autocannon'

export type Asked = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH'
  path: string
  token?: string
  body?: { type: string; bytes: Buffer }
  /** Whom a proxy says it asks for. */
  address?: string
}

/** Times in milliseconds. */
export type Slice = {
  requests: number
  seconds: number
  p50: number
  p95: number
  p99: number
  failed: number
}

type Load = { url: string; asked: Asked[]; connections: number; seconds: number; folder: string }

const hasWrk = has('wrk')

export const tool = hasWrk ? 'wrk' : 'autocannon'

/** Sends `asked` one after the other, again and again, over so many connections. */
export function load(given: Load): Promise<Slice> {
  return hasWrk ? byWrk(given) : byAutocannon(given)
}

/** Whether a command is there and, where it is asked for something, can do it. */
export function has(command: string, args: string[] = []): boolean {
  const { error, status } = spawnSync(command, args, { stdio: 'ignore' })
  return error === undefined && (args.length === 0 || status === 0)
}

/** A file of whole requests, each behind its length. */
const script = `
local all, at = {}, 0
init = function(args)
  local file = io.open(args[1], "rb")
  local size = file:read("*n")
  while size do
    file:read(1)
    all[#all + 1] = file:read(size)
    size = file:read("*n")
  end
end
request = function()
  at = at % #all + 1
  return all[at]
end
done = function(summary, latency)
  local e = summary.errors
  local at = function(share) return latency:percentile(share) / 1e3 end
  io.write(string.format("\\nRESULT %d %f %f %f %f %d\\n", summary.requests, summary.duration / 1e6,
    at(50), at(95), at(99), e.connect + e.read + e.write + e.status + e.timeout))
end
`

async function byWrk({ url, asked, connections, seconds, folder }: Load): Promise<Slice> {
  const [lua, list] = [join(folder, 'load.lua'), join(folder, 'asked.bin')]
  await writeFile(lua, script)
  const whole = asked.map((each) => wireOf(each, new URL(url).host))
  const framed = whole.flatMap((bytes) => [Buffer.from(`${bytes.length}\n`), bytes])
  await writeFile(list, Buffer.concat(framed))
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-s', lua, url]
  const child = spawn('wrk', [...args, '--', list], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  await once(child, 'close')
  const figures = /RESULT (.+)/.exec(said)?.[1]?.split(' ').map(Number)
  if (figures?.length !== 6) throw new Error(`wrk said nothing of use:\n${said}`)
  const [requests = 0, duration = 0, p50 = 0, p95 = 0, p99 = 0, failed = 0] = figures
  return { requests, seconds: duration, p50, p95, p99, failed }
}

function wireOf({ method = 'GET', path, body, ...asked }: Asked, host: string): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${host}`,
    ...Object.entries(headersOf({ ...asked, body })).map((each) => each.join(': ')),
    ...(body ? [`content-length: ${body.bytes.length}`] : []),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body?.bytes ?? Buffer.of()])
}

async function byAutocannon({ url, asked, connections, seconds }: Load): Promise<Slice> {
  const requests = asked.map(({ method = 'GET', path, body, ...more }) => ({
    method,
    path,
    headers: headersOf({ ...more, body }),
    ...(body && { body: body.bytes }),
  }))
  const times: number[] = []
  const found = await new Promise<autocannon.Result>((resolve, reject) => {
    const options = { url, connections, duration: seconds, requests }
    const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)))
    run.on('response', (_client, _status, _bytes, time) => void times.push(time))
  })
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  return {
    requests: found.requests.total,
    seconds: found.duration,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    failed: found.non2xx + found.errors,
  }
}

export function headersOf({
  token,
  body,
  address,
}: Pick<Asked, 'token' | 'address'> & { body?: Asked['body'] | undefined }): Record<
  string,
  string
> {
  return {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': body.type }),
    ...(address && { 'x-forwarded-for': address }),
  }
}

/** Starts a clock of the processor time that processes have; its answer is in milliseconds. */
export function startCpuClock(pids: number[]): () => number {
  const before = new Map(pids.map((pid) => [pid, cpuOf(pid)]))
  // One that has ended meanwhile, such as a connection nobody needed, is left out.
  return () => pids.reduce((sum, pid) => sum + Math.max(0, cpuOf(pid) - (before.get(pid) ?? 0)), 0)
}

function cpuOf(pid: number): number {
  try {
    const after = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(after[11]) + Number(after[12])) * 10
  } catch {
    return 0
  }
}
