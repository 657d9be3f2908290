import { afterAll } from 'vitest'
import { utils, write } from 'xlsx'
import { readWorkbookTables, workbookLimits } from '../../src/sheet-files.ts'
import type { TableFile } from '../../src/sheet-tables.ts'
import { createWorkers, type Workers } from '../../src/workers.ts'
import { describe, expect, test } from '../support/service.ts'
import type { SheetTasks } from '../support/sheet-tasks.ts'
import { turnsDuring } from '../support/turns.ts'
import {
  bombOf,
  chanceOf,
  mutated,
  partsOf,
  sheetXml,
  stringsXml,
  zipOf,
} from '../support/workbooks.ts'

const entry = new URL('../support/sheet-tasks.ts', import.meta.url)
const workers = createWorkers<SheetTasks>({ entry, threads: 2 })
afterAll(() => workers.close())

type Extension = TableFile['extension']
type Given = Partial<TableFile['limits']> & { residentMb?: number; timeoutMs?: number }

function sizesOf(bytes: Uint8Array, extension: Extension = '.xlsx', given: Given = {}) {
  const { residentMb = 600, timeoutMs = 60_000, ...more } = given
  const limits = { ...workbookLimits, ...more }
  const size = { isolation: 'process', heapMb: 192, residentMb, timeoutMs } as const
  return workers.run('sizes', { bytes, extension, limits }, size)
}

const sheet = (rows: string, after = '') =>
  zipOf(partsOf([{ name: 'a', xml: sheetXml(rows, after) }]))
const well = [{ name: 'a', rows: 1, skipped_reason: null }]
const good = sheet('<row><c><v>1</v></c></row>')

describe('hostile workbooks', () => {
  test('are refused while the service answers', async ({ app }) => {
    const bomb = bombOf(550)
    const end = readWorkbookTables(workers as unknown as Workers, {
      bytes: bomb,
      extension: '.xlsx',
    })
    const pings = Array.from({ length: 5 }, () => app.inject('/health'))
    const { outcome, turns } = await turnsDuring(end)
    expect(outcome).toMatchObject({
      reason: { failure: 'workbook_too_large', statusCode: 422, detail: { megabytes: 256 } },
    })
    expect(turns).toBeGreaterThan(5)
    for (const ping of pings) expect((await ping).statusCode).toBe(200)
  })

  test.each<[string, () => Buffer]>([
    [
      'a million texts, shared by cells that are as long as a cell may be',
      () => {
        const strings = stringsXml(Array(1_000_000).fill('<t>x</t>'))
        const rows = '<row><c t="s"><v>999999</v></c></row>'
        return zipOf(partsOf([{ name: 'a', xml: sheetXml(rows) }], { strings }))
      },
    ],
    ['many rows of nothing', () => sheet('<row/>'.repeat(1_500_000))],
    ['no end of tags', () => sheet('<row><c><v>'.repeat(300_000))],
    ['a tag without an end', () => sheet(`<row ${'r="1" '.repeat(500_000)}`)],
    [
      'texts within texts',
      () => sheet(`<row><c t="inlineStr">${'<is>'.repeat(300_000)}</c></row>`),
    ],
    ['very many cells', () => sheet(`<row>${'<c><v>1</v></c>'.repeat(16_000)}</row>`.repeat(250))],
    [
      'very many sheets',
      () => zipOf(partsOf(Array.from({ length: 1500 }, (_, n) => ({ name: `${n}`, xml: '' })))),
    ],
  ])('come to a table or a clear answer: %s', async (_, make) => {
    const bytes = make()
    const outcome = await sizesOf(bytes, '.xlsx', { timeoutMs: 2000 }).catch((error) => error)
    if (outcome instanceof Error) {
      expect(Object(outcome).failure).toMatch(
        /^(workbook_(too_large|unreadable)|task_too_(large|slow))$/,
      )
    } else expect(outcome).toHaveLength(1)
    expect(await sizesOf(good)).toEqual(well)
  })

  test('end nothing but their process, and that is told as one too large', async () => {
    const link = '<hyperlinks><hyperlink ref="A1:XFD1048576" display="a"/></hyperlinks>'
    const bytes = sheet('<row><c><v>1</v></c></row>', link)
    const limits = { residentMb: 300, timeoutMs: 30_000 }
    const bad = sizesOf(bytes, '.xlsx', limits)
    const others = [good, good, good].map((each) => sizesOf(each, '.xlsx', limits))
    const { outcome, turns } = await turnsDuring(bad)
    expect(outcome).toMatchObject({ reason: { failure: 'task_too_large' } })
    expect(turns).toBeGreaterThan(5)
    expect(await Promise.all(others)).toEqual([well, well, well])
  })
})

describe('damaged workbooks', () => {
  const book = utils.book_new()
  const lines = Array.from({ length: 60 }, (_, n) => [`行${n % 7}`, n, n / 3, n % 2 === 0])
  utils.book_append_sheet(book, utils.aoa_to_sheet([['名', '数', '比', '可'], ...lines]), '表')
  const made = (bookType: 'xlsx' | 'biff8', compression: boolean): Buffer =>
    write(book, { type: 'buffer', bookType, compression })

  test.each<[string, Extension, Buffer]>([
    ['packed', '.xlsx', made('xlsx', true)],
    ['not packed', '.xlsx', made('xlsx', false)],
    ['of the older kind', '.xls', made('biff8', false)],
    ['in text', '.csv', Buffer.from(utils.sheet_to_csv(book.Sheets.表 ?? {}))],
  ])('come to a table or a clear answer: %s', async (_, extension, bytes) => {
    const chance = chanceOf(4)
    expect(await sizesOf(bytes, extension)).toMatchObject([{ rows: 61 }])
    const noise = Buffer.from(Array.from({ length: 3000 }, () => Math.floor(chance() * 256)))
    const marked = Buffer.concat([bytes.subarray(0, 512), noise])
    const bad = [noise, marked, ...Array.from({ length: 30 }, () => mutated(bytes, chance))]
    const pieces = [bad.filter((_, n) => n % 2 === 0), bad.filter((_, n) => n % 2 === 1)]
    const said = new Set<string>()
    const readAll = async (files: Buffer[]) => {
      for (const file of files) {
        const read = sizesOf(file, extension, { timeoutMs: 2000 })
        const outcome = await read.then(
          () => 'read',
          (error) => error.failure ?? String(error),
        )
        said.add(outcome)
      }
    }
    await Promise.all(pieces.map(readAll))
    const clear = ['read', 'workbook_unreadable', 'workbook_encrypted', 'workbook_too_large']
    for (const each of said) expect([...clear, 'task_too_large', 'task_too_slow']).toContain(each)
    expect(said).toContain('workbook_unreadable')
    expect(await sizesOf(bytes, extension)).toMatchObject([{ rows: 61 }])
  })
})
