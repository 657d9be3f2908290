import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CFB, read, utils } from 'xlsx'
import { exportTypes } from '../../schemas/exports.ts'
import { loadConfig } from '../../src/config.ts'
import { sendExport, toCsv, toWorkbook } from '../../src/exports.ts'
import { createServer } from '../../src/http.ts'
import { installFailures } from '../../src/problem-details.ts'
import { builtWorkers } from '../support/workers.ts'

const workers = builtWorkers()
const deps = { workers }

afterAll(() => workers.close())

type Row = Record<string, unknown>

async function written(rows: Iterable<Row> | AsyncIterable<Row>, columns: string[], sheet = 'a') {
  const book = read(await toWorkbook(deps, rows, columns, sheet), { cellFormula: true })
  const [name = ''] = book.SheetNames
  const cells = book.Sheets[name] ?? {}
  return { book, name, cells }
}

/** The texts of column A as the format says (ECMA-376, ST_Xstring); SheetJS decodes them once too often. */
async function textsOf(values: string[]): Promise<string[]> {
  const bytes = await toWorkbook(
    deps,
    values.map((a) => ({ a })),
    ['a'],
    'a',
  )
  const { content } =
    CFB.find(CFB.read(bytes, { type: 'buffer' }), '/xl/worksheets/sheet1.xml') ?? {}
  const xml = Buffer.from(content as Uint8Array).toString()
  return [...xml.matchAll(/<c r="A\d+" t="str"[^>]*><v[^>]*>([^<]*)<\/v>/g)]
    .slice(1)
    .map(([, text = '']) =>
      text
        .replace(
          /&(\w+);/g,
          (_, name) =>
            ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' })[name as string] ?? '?',
        )
        .replace(/_x([\da-f]{4})_/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16))),
    )
}

describe('a workbook', () => {
  test('has numbers as numbers, texts as texts, and nothing where there is nothing', async () => {
    const row = {
      text: '提出書類 & <b> "x" \'y\'\nline 👍',
      number: -1.5,
      large: 9_007_199_254_740_991,
      yes: true,
      no: false,
      none: null,
      infinite: Number.POSITIVE_INFINITY,
      at: '2026-01-02T03:04:05.678Z',
      day: '2026-01-02',
      code: '00123',
      list: ['a', { b: 1 }],
      left_out: 'x',
    }
    const columns = Object.keys(row).filter((name) => name !== 'left_out')
    const { cells } = await written([row], [...columns, 'missing'])
    const [header, values] = utils.sheet_to_json(cells, { header: 1, defval: null }) as unknown[][]
    expect(header).toEqual([...columns, 'missing'])
    expect(values).toEqual([
      row.text,
      -1.5,
      9_007_199_254_740_991,
      true,
      false,
      null,
      null,
      row.at,
      row.day,
      '00123',
      '["a",{"b":1}]',
      null,
    ])
  })

  test('has no formula and no link, whatever a text begins with', async () => {
    const texts = [
      '=1+1',
      "=cmd|' /C calc'!A0",
      '=HYPERLINK("https://evil.example","x")',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '＝1+1',
      '"=1',
      '</v><f>1+1</f><v>',
      ']]>',
    ]
    const { cells, name } = await written(
      texts.map((each) => ({ [texts[0] as string]: each, f: { f: '1+1', t: 'n' } })),
      [texts[0] as string, 'f'],
      '=1+1',
    )
    expect(name).toBe('=1+1')
    const found = utils.sheet_to_json(cells, { header: 1 }) as unknown[][]
    expect(found.map(([first]) => first)).toEqual([texts[0], ...texts])
    for (const [address, cell] of Object.entries(cells).filter(([key]) => !key.startsWith('!'))) {
      expect(cell.t, address).toBe('s')
      expect(cell, address).not.toHaveProperty('f')
      expect(cell, address).not.toHaveProperty('l')
    }
  })

  test('takes every character, and what looks like an escape of the format', async () => {
    const control = Array.from({ length: 32 }, (_, n) => String.fromCharCode(n)).join('')
    const texts = [`a${control}z`, '_x0041_', '_x005F_x000a_', '&lt;', '__proto__', ' a ', '\uffff']
    expect(await textsOf([...texts, '\ud800 half'])).toEqual([...texts, '\ufffd half'])
  })

  test('cuts a text that is too long for a cell', async () => {
    const most = 'x'.repeat(32_767)
    const escapes = '_x0041_'.repeat(4681)
    const [fits, cut, escaped] = await textsOf([most, `${most}x`, escapes])
    expect(fits).toBe(most)
    expect(cut).toBe(`${most.slice(1)}…`)
    expect(escaped).toMatch(/^(_x0041_){2000,}.*…$/)
  })

  test('has columns as wide as what is in them, within reason', async () => {
    const rows = [{ id: 1, name: '山田太郎', note: 'x'.repeat(500), none: null }]
    const bytes = await toWorkbook(deps, rows, ['id', 'name', 'note', 'none'], 'a')
    const book = read(bytes, { cellStyles: true })
    const widths = book.Sheets.a?.['!cols']?.map(({ wch = 0 }) => Math.round(wch))
    expect(widths).toEqual([4, 10, 60, 6])
  })

  test.each([
    ['a/b:c*d', 'a_b_c_d'],
    ['History', 'History_'],
    ['', '_'],
    ["'quoted'", '_quoted_'],
    ['x'.repeat(40), 'x'.repeat(31)],
  ])('may be called anything: %s', async (sheet, name) => {
    expect((await written([], ['a'], sheet)).name).toBe(name)
  })

  test('of no rows has its header', async () => {
    const { cells } = await written([], ['a', 'b'])
    expect(cells['!ref']).toBe('A1:B1')
    expect(cells.B1?.v).toBe('b')
  })

  test('keeps many rows in order', async () => {
    async function* rows() {
      for (let n = 0; n < 1501; n += 1) yield { n }
    }
    const { cells } = await written(rows(), ['n'])
    const found = (utils.sheet_to_json(cells) as Row[]).map(({ n }) => n)
    expect(found).toEqual(Array.from({ length: 1501 }, (_, n) => n))
  })

  test('holds 100,000 rows; of more the rest is not even read', async () => {
    let read = 0
    function* rows(count: number) {
      for (read = 0; read < count; read += 1) yield { a: read }
    }
    const { cells } = await written(rows(100_000), ['a'])
    expect(cells['!ref']).toBe('A1:A100001')
    await expect(toWorkbook(deps, rows(200_000), ['a'], 'a')).rejects.toMatchObject({
      failure: 'export_too_large',
      statusCode: 422,
      detail: { limit: 100_000 },
    })
    expect(read).toBe(100_000)
  })

  test('holds so many bytes', async () => {
    const note = 'x'.repeat(30_000)
    let read = 0
    function* rows() {
      for (; read < 50_000; read += 1) yield { note }
    }
    await expect(toWorkbook(deps, rows(), ['note'], 'a')).rejects.toMatchObject({
      failure: 'task_too_large',
    })
    expect(read).toBeLessThan(3000)
  })

  test('fails as its rows do', async () => {
    async function* rows() {
      yield { a: 1 }
      throw Object.assign(new Error('gone'), { code: 'ECONNRESET' })
    }
    await expect(toWorkbook(deps, rows(), ['a'], 'a')).rejects.toMatchObject({ message: 'gone' })
  })
})

describe('a table as CSV', () => {
  test('has no formula, whatever stands before its sign, and leaves numbers alone', async () => {
    const signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠']
    const blanks = ['', ' ', '\t', '\r', '\n', '\uFEFF', '\u3000', '\u200B', '  \n ']
    const within = ['a\n=1+1', 'a\r=1+1', 'a\r\n=1+1']
    const begins = signs.flatMap((sign) => blanks.map((blank) => `${blank}${sign}1+1`))
    const texts = [...begins, ...within]
    const column = ' =HYPERLINK("https://evil.example")'
    const rows = texts.map((each) => ({ [column]: each, n: -5 }))
    const csv = await text(toCsv(Readable.from(rows), [column, 'n']))
    const { Sheets, SheetNames } = read(csv, { type: 'string', cellFormula: true, raw: true })
    const cells = Object.entries(Sheets[SheetNames[0] as string] ?? {})
    expect(cells.filter(([, cell]) => cell.f !== undefined)).toEqual([])
    const shown = cells.flatMap(([at, cell]) => (/^A\d+$/.test(at) ? [String(cell.v)] : []))
    expect(shown).toHaveLength(texts.length + 1)
    for (const each of shown) expect(each).toMatch(/^['a]/)
    expect(csv.match(/,-5\r\n/g)).toHaveLength(texts.length)
  })
})

describe('an export', () => {
  const app = createServer(
    loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', SECRETS_KEY: key() }),
  )

  beforeAll(async () => {
    app.decorate('workers', workers)
    installFailures(app)
    const rows = [{ a: '=1', b: '二' }]
    const tooMany = Array.from({ length: 100_001 }, () => ({ a: 1 }))
    app.get<{ Params: { format: 'csv' | 'xlsx' } }>('/:format', ({ params }, reply) =>
      sendExport(reply, params.format, 'sessions 提出', rows, ['a', 'b']),
    )
    app.get('/too-many', (_request, reply) => sendExport(reply, 'xlsx', 'a', tooMany, ['a']))
    await app.ready()
  })

  afterAll(() => app.close())

  test.each(['csv', 'xlsx'] as const)('is a file with a name: %s', async (format) => {
    const { statusCode, headers, rawPayload } = await app.inject(`/${format}`)
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'content-type': exportTypes[format] + (format === 'csv' ? '; charset=utf-8' : ''),
      'content-disposition': `attachment; filename="sessions __.${format}"; filename*=UTF-8''sessions%20%E6%8F%90%E5%87%BA.${format}`,
      'cache-control': 'private, no-store',
    })
    if (format === 'csv') expect(rawPayload.toString()).toBe("\ufeffa,b\r\n'=1,二\r\n")
    else expect(utils.sheet_to_json(read(rawPayload).Sheets['sessions 提出'] ?? {})).toHaveLength(1)
  })

  test('says that there are too many rows, and what to do', async () => {
    const refused = await app.inject({ url: '/too-many', headers: { 'accept-language': 'en' } })
    expect(refused.statusCode).toBe(422)
    expect(refused.headers).not.toHaveProperty('content-disposition')
    expect(refused.json()).toMatchObject({
      code: 'export_too_large',
      detail: 'A workbook holds at most 100000 rows here. Narrow it with filters, or ask for CSV.',
    })
  })
})

function key(): string {
  return Buffer.alloc(32, 1).toString('base64')
}
