/**
 * What hostile and large workbooks do to everybody else: how long a bomb of half a megabyte takes to be
 * refused, and an .xlsx of 200,000 rows to be read, each by a new process and by one that is there; how
 * long `/health` takes meanwhile over a socket; and the memory of the service and of its processes.
 *
 *   npm run bench:workbooks
 */
import { readFileSync } from 'node:fs'
import { utils, write } from 'xlsx'
import { readWorkbookTables } from '../../src/sheet-files.ts'
import type { Workers } from '../../src/workers.ts'
import { newPlace, startServer } from '../support/process.ts'
import { bombOf, chanceOf } from '../support/workbooks.ts'

// Built, as it runs; beside a service in a process of its own, which is asked all the time.
const built: typeof import('../../src/workers.ts') = await import(
  new URL('../../dist/src/workers.js', import.meta.url).href
)
const { env, drop } = await newPlace()
const server = await startServer({ ...env, LOG_LEVEL: 'silent', RATE_LIMIT_PER_MINUTE: '1000000' })
const large = largeBook()
const bomb = bombOf(550)

line(['', 'MB', 's', 'health p50 ms', 'p99 ms', 'loop max ms', 'process MB', 'outcome'])
for (let round = 0; round < 2; round += 1) {
  await report('bomb, new process', bomb, true)
  await report('bomb, same process', bomb, false)
  await report('200,000 × 12', large, true)
}
server.child.kill('SIGTERM')
await server.ended
await drop()

async function report(name: string, bytes: Buffer, isNew: boolean): Promise<void> {
  const workers: Workers = built.createWorkers()
  if (!isNew) await read(workers, Buffer.from('PK\x03\x04')).catch(() => {})
  let isOver = false
  const times: number[] = []
  const watching = (async () => {
    while (!isOver) {
      const before = performance.now()
      await (await fetch(`${server.url}/health`)).text()
      times.push(performance.now() - before)
    }
  })()
  let [last, late, peak] = [performance.now(), 0, 0]
  const timer = setInterval(() => {
    late = Math.max(late, performance.now() - last - 5)
    last = performance.now()
    peak = Math.max(peak, childMemory())
  }, 5)
  const before = performance.now()
  const outcome = await read(workers, bytes).then(
    (sheets) => `${sheets.length} sheets, ${sheets[0]?.row_count} rows`,
    (error) => error.failure ?? error.message,
  )
  const seconds = (performance.now() - before) / 1000
  isOver = true
  clearInterval(timer)
  await watching
  await workers.close()
  times.sort((a, b) => a - b)
  const at = (part: number) => (times[Math.floor(part * (times.length - 1))] ?? 0).toFixed(1)
  const megabytes = (bytes.length / 1e6).toFixed(1)
  const figures = [seconds.toFixed(2), at(0.5), at(0.99), late.toFixed(1), peak.toFixed(0)]
  line([name, megabytes, ...figures, outcome])
}

function read(workers: Workers, bytes: Buffer) {
  return readWorkbookTables(workers, { bytes, extension: '.xlsx' })
}

/** The most that a process we have started has had, in megabytes. */
function childMemory(): number {
  try {
    const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    const peaks = children
      .trim()
      .split(' ')
      .filter((id) => Number(id) !== server.child.pid)
      .map((id) => /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0)
    return Math.max(0, ...peaks.map((each) => Number(each) / 1000))
  } catch {
    return 0
  }
}

function largeBook(): Buffer {
  const chance = chanceOf(1)
  const lines: (string | number)[][] = [
    ['年月', '地域', '商品', ...Array.from({ length: 9 }, (_, n) => `値${n + 1}`)],
  ]
  for (let row = 0; row < 200_000; row += 1) {
    const names = [`2026-${1 + (row % 12)}`, `支店${row % 997}`, `商品${row % 1009}`]
    lines.push([...names, ...Array.from({ length: 9 }, () => chance() * 1e6)])
  }
  const book = utils.book_new()
  utils.book_append_sheet(book, utils.aoa_to_sheet(lines, { dense: true }), '表')
  return write(book, { type: 'buffer', bookType: 'xlsx', compression: true })
}

function line(cells: readonly string[]): void {
  const widths = [20, 6, 7, 15, 8, 13, 12, 0]
  process.stdout.write(`${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('')}\n`)
}
