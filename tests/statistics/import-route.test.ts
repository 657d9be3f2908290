import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readObservations } from '../../src/statistics/store.ts'
import { createDatabase } from '../support/database.ts'
import { newFolder, run } from '../support/process.ts'
import { expect, signInTo } from '../support/service.ts'
import { describe, test } from '../support/statistics.ts'

const url = '/api/v1/statistics/import?source=ssdse-e-2024&published=2026-11'
const csv = { 'content-type': 'text/csv; charset=utf-8' }

/** Libraries, which the bundled figures have up to 2021; areas in `left` are not in the file. */
const fileOf = (year: number, factor = 1, left: string[] = []) => {
  const rows = Array.from({ length: 47 }, (_, n) => `${String(n + 1).padStart(2, '0')}000`)
    .filter((area) => !left.includes(area))
    .map((area, n) => `G1401,${area},${year},${(60 + n + (year - 2022) * (1 + (n % 3))) * factor}`)
  return ['indicator,area,period,value', ...rows, ''].join('\r\n')
}

describe('POST /api/v1/statistics/import', () => {
  test('publishes a file once, and says so', async ({ app }) => {
    const ann = await signInTo(app, 'SystemAdmin')
    const first = await ann.post(url, fileOf(2022), csv)
    expect(first.statusCode).toBe(200)
    expect(first.json().run).toMatchObject({
      kind: 'csv',
      source_id: 'ssdse-e-2024',
      outcome: 'published',
      rows_read: 47,
      rows_added: 47,
      vintage: '2026-11',
      errors: 0,
    })
    const { run: again } = (await ann.post(url, fileOf(2022), csv)).json()
    expect(again).toMatchObject({ outcome: 'unchanged', rows_added: 0, rows_changed: 0 })
    const { events } = (
      await ann.get('/api/v1/admin/audit?action=statistics_run.imported&limit=10')
    ).json()
    expect(events[0]).toMatchObject({ actor_id: ann.id, subject_id: again.id })
    const quality = await app.inject(`/api/v1/statistics/quality?run_id=${again.id}`)
    expect(quality.json().total).toBeGreaterThan(10)
  })

  test('keeps back what is off by a thousand, with the reason', async ({ app }) => {
    const ann = await signInTo(app, 'SystemAdmin')
    await ann.post(url, fileOf(2024), csv)
    const { run: kept, results } = (await ann.post(url, fileOf(2024, 1000), csv)).json()
    expect(kept).toMatchObject({ outcome: 'quarantined', rows_added: 0, decision: null })
    expect(results[0]).toMatchObject({ check: 'unit_jump', severity: 'error', failing: 47 })
    const held = await readObservations(app.db, {
      indicators: ['G1401'],
      areas: ['13000'],
      from: 2024,
    })
    expect(held).toMatchObject([{ value: 60 + 12 + 2, source_id: 'ssdse-e-2024' }])
    const dropped = await ann.post(`/api/v1/statistics/sync/${kept.id}/reject`)
    expect(dropped.json()).toMatchObject({ id: kept.id, decision: 'rejected' })
  })

  test('takes part of what there is when it is told so', async ({ app }) => {
    const ann = await signInTo(app, 'SystemAdmin')
    const text = fileOf(2023, 1, ['01000', '02000'])
    expect((await ann.post(url, text, csv)).json().run.outcome).toBe('quarantined')
    const part = (await ann.post(`${url}&part=true`, text, csv)).json()
    expect(part).toMatchObject({
      run: { outcome: 'published', rows_added: 45, errors: 0 },
      results: [{ check: 'completeness', severity: 'warning' }],
    })
  })

  test('refuses a file with faults whole, and names their places', async ({ app }) => {
    const ann = await signInTo(app, 'SystemAdmin')
    const text = 'indicator,area,periode,value\r\nG1401,13000,2024,5\r\n'
    const wrong = await ann.post(url, text, { ...csv, 'accept-language': 'en' })
    expect(wrong.json()).toMatchObject({
      status: 422,
      code: 'import_malformed',
      errors: [
        { field: 'header', line: 1, column: 3, message: expect.stringContaining('periode') },
        { field: 'header', line: 1, message: expect.stringContaining('period') },
      ],
    })
    const cells = 'indicator,area,period,value\r\nG1401,99999,2024,5\r\nG1401,13000,2024,=1\r\n'
    const { errors } = (await ann.post(url, cells, csv)).json()
    expect(errors.map(({ line, column }: Record<string, number>) => [line, column])).toEqual([
      [2, 2],
      [3, 4],
    ])
  })

  test('refuses other types, sources, days and people', async ({ app }) => {
    const ann = await signInTo(app, 'SystemAdmin')
    const bob = await signInTo(app, 'User')
    const text = fileOf(2022)
    expect((await bob.post(url, text, csv)).json().code).toBe('permission_required')
    expect((await app.inject({ method: 'POST', url })).statusCode).toBe(401)
    expect((await ann.post(url, { a: 1 })).json().code).toBe('unsupported_type')
    expect((await ann.post(url)).json().code).toBe('unsupported_type')
    const to = (query: string) => ann.post(`/api/v1/statistics/import?${query}`, text, csv)
    expect((await to('source=nobody&published=2026')).json().code).toBe('source_not_found')
    expect((await to('source=derived&published=2026')).json().code).toBe('source_not_found')
    expect((await to('source=census&published=2026-13')).json().errors).toMatchObject([
      { field: 'published', message: expect.stringContaining('2025-04-01') },
    ])
    expect((await to('source=census')).json().errors).toMatchObject([{ field: 'published' }])
    expect((await to('source=census&published=2026&format=xml')).json().errors).toMatchObject([
      { field: 'format' },
    ])
  })

  test('says in Japanese how large a file may be', async ({ app }) => {
    const ann = await signInTo(app, 'SystemAdmin')
    const lines = fileOf(2022).repeat(4400).replaceAll('indicator,area,period,value\r\n', '')
    const many = await ann.post(url, `indicator,area,period,value\r\n${lines}`, csv)
    expect(many.json()).toMatchObject({
      status: 413,
      code: 'import_too_many',
      detail: expect.stringContaining('200000 個'),
    })
  })
})

test('import-statistics does the same from the command line', async () => {
  const { url: DATABASE_URL, drop } = await createDatabase({ withStatistics: true })
  const folder = await newFolder()
  const env = { DATA_DIR: folder, DATABASE_URL, LOG_LEVEL: 'silent' }
  const file = join(folder, 'libraries.csv')
  const cli = async (text: string) => {
    await writeFile(file, text)
    const args = ['--file', file, '--source', 'ssdse-e-2024', '--published', '2026-11']
    const { ended, said } = run('cli', ['import-statistics', ...args], env)
    return { code: await ended, ...said }
  }
  expect(await cli(fileOf(2022))).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^published: 47 read, 47 added/m),
  })
  expect(await cli(fileOf(2022))).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^unchanged/m),
  })
  expect(await cli(fileOf(2022, 1000))).toMatchObject({
    code: 1,
    out: expect.stringMatching(/error: unit_jump/),
  })
  expect(await cli('indicator,area\n')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/line 1, column 3/),
  })
  await drop()
})
