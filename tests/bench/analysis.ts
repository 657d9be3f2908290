/**
 * A table of 1,000,000 lines with eight figures in the engine: its long form, a filter and aggregates,
 * over one figure and over all of them; with the memory that it takes and how late others are.
 *
 *   npm run bench:analysis
 */
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createEngine, createParquetWriter, type Tables } from '../../src/analysis/engine.ts'
import { openInput } from '../../src/analysis/parsing/input.ts'
import type { SnapshotInput } from '../../src/analysis/steps/model.ts'
import { diskStorage } from '../../src/storage.ts'
import { newId } from '../../src/values.ts'

const lines = 1_000_000
const rounds = 9
const root = mkdtempSync(join(tmpdir(), 'bench-analysis-'))
const storage = diskStorage(join(root, 'files'))
const engine = createEngine({ storage, folder: join(root, 'engine'), megabytes: 512, threads: 2 })
const delay = monitorEventLoopDelay({ resolution: 1 })
let residentMb = 0
const watch = setInterval(() => {
  residentMb = Math.max(residentMb, process.memoryUsage.rss() / 2 ** 20)
}, 20)

const columns: SnapshotInput['columns'] = [
  { name: '年度', role: '推移', is_number: true },
  { name: '店舗', role: '軸', is_number: false },
  { name: '分類', role: '軸', is_number: false },
  ...Array.from({ length: 8 }, (_, at) => {
    return { name: `科目${at}`, role: '値' as const, is_number: true }
  }),
]

async function timed<Result>(what: string, work: () => Promise<Result>, times = 1) {
  const taken: number[] = []
  let result: Result | undefined
  delay.reset()
  residentMb = 0
  for (let round = 0; round < times; round += 1) {
    const begun = performance.now()
    result = await work()
    taken.push(performance.now() - begun)
  }
  taken.sort((a, b) => a - b)
  const at = (share: number) => Math.round(taken[Math.ceil(share * taken.length) - 1] ?? 0)
  const ms = times === 1 ? `${at(1)} ms` : `${at(0.5)} ms (p95 ${at(0.95)})`
  const late = Math.round(delay.max / 1e6)
  process.stdout.write(`${what}: ${ms}, ${Math.round(residentMb)} MB, others ${late} ms late\n`)
  return result as Result
}

async function write(): Promise<string> {
  const path = join(root, 'table.parquet')
  const named = columns.map(({ is_number }, at) => ({ name: `c${at}`, is_number }))
  const writer = await createParquetWriter(path, named)
  for (let start = 0; start < lines; start += 10_000) {
    const part = Array.from({ length: 10_000 }, (_, at) => start + at)
    const figures = columns
      .slice(3)
      .map((_, n) => part.map((at) => (at % (50 + n) === 0 ? null : (at * 7919 * (n + 1)) % 1e6)))
    await writer.append([
      part.map((at) => 2000 + (at % 24)),
      part.map((at) => `店舗${at % 5000}`),
      part.map((at) => `商品分類${at % 40}`),
      ...figures,
    ])
  }
  await writer.close()
  const key = `analysis/${newId()}`
  await storage.put(key, createReadStream(path), 2 ** 30)
  return key
}

async function measure(what: string, input: SnapshotInput): Promise<void> {
  const id = newId()
  const use = <Result>(work: (tables: Tables) => Promise<Result>) => engine.use(id, work)
  const open = () => use((tables) => openInput(tables, input))
  const { table, row_count } = await timed(`${what}, long form`, open)
  process.stdout.write(`  ${row_count} rows\n`)
  const filter = `select * from ${table} where a0 in ('2010', '2011') and v > 500000`
  await timed(
    '  filter',
    () =>
      use((tables) =>
        tables.once(newId(), () => tables.run(`create or replace table filtered as ${filter}`)),
      ),
    rounds,
  )
  const groups = [
    ['aggregate by 24 × 40', 'a0, a2'],
    ['aggregate by 5,000', 'a1'],
  ]
  for (const [name, by] of groups) {
    const sql = `select ${by}, s, sum(v), min(n) from ${table} group by ${by}, s order by min(n)`
    await timed(`  ${name}`, () => use((tables) => tables.rows(sql)), rounds)
  }
  await timed('  a page in the middle', () =>
    use((tables) => tables.rows(`select * from ${table} where n > $1 order by n limit 100`, [5e5])),
  )
  await timed('  closing', () => engine.forget(id))
}

delay.enable()
const key = await timed('writing the table', write)
const layout = 'flat' as const
const whole = { file_id: newId(), sheet_id: newId(), sheet_name: '売上', key, layout, columns }
const one = columns.map((column, at) =>
  at > 3 ? { ...column, role: '利用しない' as const } : column,
)
await measure('one figure', { ...whole, columns: one })
await measure('eight figures', whole)
await engine.close()
clearInterval(watch)
rmSync(root, { recursive: true })
