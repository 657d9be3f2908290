/**
 * What large tables cost over HTTP: how long, the memory of the service and of the process that parses,
 * and how late the event loop was. A CSV file of 1,000,000 rows of ten columns is registered, filtered,
 * aggregated and drawn; an .xlsx of 200,000 rows of twelve is registered.
 *
 *   npm run bench:analysis-register
 */
import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { utils, write } from 'xlsx'
import { transact } from '../../db/transact.ts'
import { createUser } from '../../src/accounts/registration.ts'
import { newId, now } from '../../src/values.ts'
import { insertSession } from '../support/analysis.ts'
import { insertProject } from '../support/projects.ts'
import { chanceOf } from '../support/workbooks.ts'
import { askAs, openService, type Question } from './service.ts'

const { app, close } = await openService('sqlite')
const owner = await transact(app.db, (trx) => createUser(trx, { email: `${newId()}@example.org` }))
const ask = await askAs(app, owner.id)
const project = await insertProject(app.db, { project_manager: owner })
const chance = chanceOf(1)

line(['', 's', 'service MB', 'process MB', 'loop p99 ms', 'loop max ms', 'answer'])
for (let round = 0; round < 2; round += 1) {
  const text = await register('1,000,000 × 10 .csv: register', 'a.csv', largeText())
  await work(text)
  await app.engine.forget(text.session_id)
  await register('200,000 × 12 .xlsx: register', 'a.xlsx', largeBook())
}
await close()

type Registered = { session_id: string; file_id: string }

async function register(what: string, file: string, body: Buffer): Promise<Registered> {
  const { session_id } = await insertSession(app.db, project)
  const project_file_id = await keep(file, body)
  const url = `/analysis/session/${session_id}/file`
  const answer = await report(what, { url, body: () => ({ project_file_id }) })
  return { session_id, file_id: String(answer.id) }
}

/** What people do with a large table: choose it, filter it, aggregate it, draw it. */
async function work({ session_id, file_id }: Registered): Promise<void> {
  const url = `/analysis/session/${session_id}`
  const sales = { 科目: ['売上'] }
  const above = { filter_type: 'range', min_value: 9_000_000 }
  const sums = [{ name: '売上合計', method: 'sum', subject: '売上' }]
  const chart = { graph_type: 'line', x_axis: '年月', y_axis: '値', legend_axis: '部門' }
  const step = (type: string, config: object, input = 'original') => ({
    url: `${url}/step`,
    body: () => ({ name: type, type, input, config }),
  })
  await report('choose', { url: `${url}/input`, body: () => ({ file_id }) })
  await report('first rows', { url: `${url}/input/rows?limit=50` })
  await report('filter', step('filter', { category_filter: sales, numeric_filter: above }))
  const groups = { group_by_axis: ['年月', '部門'], aggregation_config: sums }
  await report('aggregate', step('aggregate', groups))
  await report('chart', step('summary', { chart_config: chart }, 'step_1'))
  await report('all results again', { url: `${url}/result` })
}

/** Asks once, and says how long it took, the memory of both processes, and how late others were. */
async function report(what: string, question: Question): Promise<{ id?: string }> {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  let [own, child] = [0, 0]
  const timer = setInterval(() => {
    own = Math.max(own, process.memoryUsage.rss())
    child = Math.max(child, childMemory())
  }, 20)
  delay.enable()
  const begun = performance.now()
  const response = await ask(question)
  const seconds = (performance.now() - begun) / 1000
  delay.disable()
  clearInterval(timer)
  const answer = JSON.parse(response.body)
  const rows = answer.config_list?.[0]?.row_count ?? answer.row_count ?? answer.total
  line([
    what,
    seconds.toFixed(2),
    (own / 1e6).toFixed(0),
    (child / 1e6).toFixed(0),
    (delay.percentile(99) / 1e6).toFixed(1),
    (delay.max / 1e6).toFixed(1),
    response.statusCode < 300 ? `${rows ?? '–'} rows` : response.body.slice(0, 200),
  ])
  return answer
}

/** A file of the project, as an upload leaves it. */
async function keep(name: string, body: Buffer): Promise<string> {
  const [id, key] = [newId(), `projects/${newId()}`]
  await app.storage.put(key, Readable.from([body]), body.length)
  await app.db
    .insertInto('project_files')
    .values({
      id,
      project_id: project,
      original_name: name,
      name_key: id,
      version: 1,
      is_latest: 1,
      content_type: 'application/octet-stream',
      uploaded_by: owner.id,
      created_at: now(),
      key,
      size: body.length,
      sha256: '0'.repeat(64),
    })
    .execute()
  return id
}

/** The most that a process we have started has had, in bytes. */
function childMemory(): number {
  try {
    const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    const peaks = children
      .trim()
      .split(' ')
      .map((id) => {
        const [, kilobytes = 0] =
          /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? []
        return Number(kilobytes) * 1024
      })
    return Math.max(0, ...peaks)
  } catch {
    return 0
  }
}

function largeText(): Buffer {
  const pieces = ['年月,地域,部門,商品,顧客ID,売上,コスト,数量,単価,備考\n']
  for (let row = 0; row < 1_000_000; row += 1) {
    const names = `${2020 + (row % 6)}-${1 + (row % 12)},支店${row % 47},部門${row % 20},商品${row % 1009},C${row}`
    const [sales, cost, count] = [chance() * 1e7, chance() * 1e6, chance() * 100]
    const price = Math.floor(1000 + chance() * 9000).toLocaleString('en')
    pieces.push(
      `${names},${sales.toFixed(0)},${cost.toFixed(2)},${count.toFixed(0)},"${price}",備考${row % 300}\n`,
    )
  }
  return Buffer.from(pieces.join(''))
}

function largeBook(): Buffer {
  const lines: (string | number)[][] = [
    ['年月', '地域', '商品', ...Array.from({ length: 9 }, (_, n) => `値${n + 1}`)],
  ]
  for (let row = 0; row < 200_000; row += 1) {
    const names = [`2026-${1 + (row % 12)}`, `支店${row % 997}`, `商品${row % 1009}`]
    lines.push([...names, ...Array.from({ length: 9 }, () => Math.round(chance() * 1e6))])
  }
  const book = utils.book_new()
  utils.book_append_sheet(book, utils.aoa_to_sheet(lines, { dense: true }), '表')
  return write(book, { type: 'buffer', bookType: 'xlsx', compression: true })
}

function line(cells: readonly string[]): void {
  const widths = [31, 8, 12, 12, 13, 13, 0]
  process.stdout.write(`${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('')}\n`)
}
