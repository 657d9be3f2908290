import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { createEstat, type EstatOptions, type Retry } from '../../../src/statistics/estat/client.ts'
import { faultOf, isTransient } from '../../../src/statistics/estat/faults.ts'
import { observationsOf } from '../../../src/statistics/estat/observations.ts'
import type { EstatFault, FaultPlan } from '../../support/estat-faults.ts'
import { startEstatServer } from '../../support/estat-server.ts'
import { type ServedTable, servedFrom } from '../../support/estat-tables.ts'

// Letters that change when they are encoded, so that every spelling differs.
const appId = 'f0e1d2c3+b4/a5 96é'

const recorded = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../statistics/estat', name), 'utf8'))

const census = servedFrom(
  recorded('getMetaInfo_0003445078_census2020_trimmed.json').GET_META_INFO.METADATA_INF,
  recorded('getStatsData_0003445078_census2020_DATA_INF_trimmed.json'),
)
const wageAnswer = recorded('getStatsData_0003425893_wage_full_response.json').GET_STATS_DATA
const wages = servedFrom(wageAnswer.STATISTICAL_DATA, wageAnswer.STATISTICAL_DATA.DATA_INF)

/** A year of an item by area, `n` areas of two levels. */
const made = (n: number, changes: Partial<ServedTable> = {}): ServedTable => ({
  id: '0000010101',
  title: 'Ａ　人口・世帯',
  updatedDate: '2026-03-27',
  statsCode: '00200502',
  axes: [
    {
      id: 'cat01',
      name: '項目',
      members: [{ code: 'A1101', name: 'A1101_総人口', level: '1', unit: '人' }],
    },
    {
      id: 'area',
      name: '地域',
      members: Array.from({ length: n }, (_, k) => ({
        code: String(k).padStart(5, '0'),
        name: `地域${k}`,
        level: k % 2 ? '3' : '2',
      })),
    },
    { id: 'time', name: '年度', members: [{ code: '2020100000', name: '2020年度', level: '1' }] },
  ],
  values: Array.from({ length: n }, (_, k) => ({
    codes: { cat01: 'A1101', area: String(k).padStart(5, '0'), time: '2020100000' },
    value: String(k * 10),
  })),
  notes: [{ char: '***', text: '調査・集計していないもの' }],
  ...changes,
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type Setup = Parameters<typeof startEstatServer>[0] & { options?: Partial<EstatOptions> }

/** A server, and a client of it that does not pause but notes the pauses. */
async function setUp({ options, ...served }: Setup = {}) {
  const server = await startEstatServer({ tables: [made(10)], appIds: [appId], ...served })
  closing.push(server.close)
  const pauses: number[] = []
  const retries: Retry[] = []
  const estat = createEstat({
    appId,
    baseUrl: server.url,
    onRetry: (retry) => retries.push(retry),
    ...options,
    backoff: {
      random: () => 0.5,
      sleep: async (ms) => {
        pauses.push(ms)
      },
      now: () => Date.UTC(2026, 0, 1),
      ...options?.backoff,
    },
  })
  return { server, estat, pauses, retries }
}

const query = { statsDataId: '0000010101' }
const always =
  (fault: EstatFault): FaultPlan =>
  () =>
    fault
const thrown = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('nothing was thrown')
    },
    (error: unknown) => error as Error,
  )

describe('the three functions', () => {
  test('read the census of 2020 as it was recorded, to observations of ours', async () => {
    const { estat } = await setUp({ tables: [census], options: { pageSize: 10 } })
    const table = await estat.getStatsTable({ statsDataId: '0003445078' })
    expect(table).toMatchObject({ total: 42, faulty: 0, duplicates: 0, isPartial: false })
    const { rows, counts, faults } = await observationsOf(table, {
      source_id: 'census',
      isArea: (code) => code !== '13100',
      indicators: [
        { where: { tab: '2020_01', cat01: '0' }, indicator: 'A1101', units: { 人: 1 } },
        { where: { tab: '2020_01', cat01: '1' }, indicator: 'A110101', units: { 人: 1 } },
        { where: { tab: '2020_01', cat01: '2' }, indicator: 'A110102', units: { 人: 1 } },
      ],
    })
    expect(faults).toEqual([])
    expect(counts).toEqual({ cells: 42, unmatched: 0, otherAreas: 3, marks: 0, duplicates: 0 })
    const value = (indicator: string, area: string) =>
      rows.find((row) => row.indicator === indicator && row.area === area)?.value as number
    expect(value('A1101', '13000')).toBe(14_047_594)
    for (const { area } of rows) {
      expect(value('A110101', area) + value('A110102', area), area).toBe(value('A1101', area))
    }
  })

  test('read wages by age, which have no area', async () => {
    const { estat } = await setUp({ tables: [wages] })
    const table = await estat.getStatsTable({
      statsDataId: '0003425893',
      narrow: { tab: { codes: ['40'] }, cat04: { from: '02', to: '04' } },
    })
    expect(table.cells.map(({ value, unit }) => [value, unit])).toEqual([
      [197, '千円'],
      [237.1, '千円'],
      [282.3, '千円'],
    ])
  })

  test('give the axes of a table', async () => {
    const { estat, server } = await setUp({ tables: [census] })
    const { info, axes } = await estat.getMetaInfo('0003445078')
    expect(info).toMatchObject({ id: '0003445078', statsCode: '00200521' })
    expect(axes.map(({ id, members }) => [id, members.length])).toEqual(
      census.axes.map(({ id, members }) => [id, members.length]),
    )
    expect(server.requests[0]?.headers['accept-encoding']).toBe('gzip')
    expect(server.requests[0]?.query.get('lang')).toBe('J')
  })

  test('list what was updated since a day, page by page', async () => {
    const tables = Array.from({ length: 7 }, (_, n) =>
      made(1, { id: `000001010${n}`, updatedDate: `2026-03-2${n}` }),
    )
    const { estat, server } = await setUp({ tables, options: { pageSize: 2 } })
    const found = await estat.getStatsList({
      statsCode: '00200502',
      updatedDate: '20260322-20261231',
    })
    expect(found.map(({ id }) => id.slice(-1))).toEqual(['2', '3', '4', '5', '6'])
    expect(found.map(({ title }) => title)).toEqual(Array(5).fill('Ａ　人口・世帯'))
    expect(server.requests.map(({ query }) => query.get('startPosition'))).toEqual(['1', '3', '5'])
    expect(await estat.getStatsList({ updatedDate: '2027' })).toEqual([])
  })

  test('give zero rows where nothing is found, also with STATUS 1 in any form', async () => {
    const { estat, server } = await setUp()
    const nothing = { ...query, narrow: { area: { codes: ['99999'] } } }
    const table = await estat.getStatsTable(nothing)
    expect(table).toMatchObject({ cells: [], total: 0, info: null })
    expect(await estat.countStatsData(nothing)).toBe(0)
    server.plan([{ kind: 'status', status: 1, http: 200 }])
    expect((await estat.getStatsTable(query)).cells).toEqual([])
    expect(server.requests).toHaveLength(1)
  })

  test('count without reading', async () => {
    const { estat, server } = await setUp({ tables: [made(250)] })
    expect(await estat.countStatsData(query)).toBe(250)
    expect(server.requests[0]?.query.get('cntGetFlg')).toBe('Y')
    expect(server.sent[0]).not.toContain('DATA_INF')
  })

  test.each([
    ['codes', { codes: ['00001', '00004'] }, ['00001', '00004']],
    ['a span', { from: '00002', to: '00004' }, ['00002', '00003', '00004']],
    ['the last', { codes: ['max'] }, ['00009']],
    ['up from the first', { from: 'min', to: '00001' }, ['00000', '00001']],
    ['a level', { level: '3' }, ['00001', '00003', '00005', '00007', '00009']],
    ['levels and a span', { level: '2-', from: '00008' }, ['00008', '00009']],
    ['levels up to', { level: '-2', to: '00003' }, ['00000', '00002']],
  ])('narrow by %s', async (_, area, codes) => {
    const { estat } = await setUp()
    const { cells } = await estat.getStatsTable({ ...query, narrow: { area } })
    expect(cells.map(({ codes }) => codes.area)).toEqual(codes)
  })

  test('read one value, member and legend as an object, packed and escaped', async () => {
    const { estat, server } = await setUp({ tables: [made(1)] })
    const table = await estat.getStatsTable(query)
    expect(table.cells).toHaveLength(1)
    expect(table.axes.map(({ members }) => members.length)).toEqual([1, 1, 1])
    expect(table.axes[0]?.members[0]?.name).toBe('総人口')
    expect(table.notes).toEqual([{ mark: '***', text: '調査・集計していないもの' }])
    expect(server.sent[0]).toContain('"VALUE":{')
    expect(server.sent[0]).toContain('\\u7dcf\\u4eba\\u53e3')
  })
})

describe('pages', () => {
  test('come one after the other, axes only with the first', async () => {
    const { estat, server } = await setUp({ tables: [made(25)], options: { pageSize: 10 } })
    const sizes: [number, number, number][] = []
    for await (const page of estat.getStatsData(query)) {
      sizes.push([page.from, page.cells.length, page.axes.length])
    }
    expect(sizes).toEqual([
      [1, 10, 3],
      [11, 10, 3],
      [21, 5, 3],
    ])
    expect(server.requests.map(({ query }) => query.get('metaGetFlg'))).toEqual([null, 'N', 'N'])
    expect(server.requests.map(({ query }) => query.get('limit'))).toEqual(['10', '10', '10'])
  })

  test('are asked for as they are read', async () => {
    const { estat, server } = await setUp({ tables: [made(25)], options: { pageSize: 10 } })
    for await (const _ of estat.getStatsData(query)) break
    expect(server.requests).toHaveLength(1)
  })

  const second = (fault: EstatFault): FaultPlan => [undefined, fault]
  const editSecond = (edit: (data: never) => void) =>
    second({ kind: 'edit', edit: (json) => edit(json.GET_STATS_DATA.STATISTICAL_DATA as never) })

  test.each<[string, FaultPlan, string]>([
    ['a NEXT_KEY without end', always({ kind: 'endless' }), 'paging_stuck'],
    ['a TOTAL_NUMBER too high', always({ kind: 'total', add: 5 }), 'total_mismatch'],
    ['a TOTAL_NUMBER too low', always({ kind: 'total', add: -5 }), 'total_mismatch'],
    ['a TOTAL_NUMBER that changes', second({ kind: 'total', add: 1 }), 'changed_while_reading'],
    ['the first page again', second({ kind: 'duplicate' }), 'paging_stuck'],
    [
      'no data in the middle',
      second({ kind: 'status', status: 1, http: 200 }),
      'changed_while_reading',
    ],
    [
      'another position than asked for',
      editSecond((data: { RESULT_INF: { FROM_NUMBER: number } }) => {
        data.RESULT_INF.FROM_NUMBER = 1
      }),
      'wrong_page',
    ],
    [
      'a figure that came with another value',
      editSecond((data: { DATA_INF: { VALUE: Record<string, string>[] } }) => {
        Object.assign(data.DATA_INF.VALUE[0] as object, { '@area': '00001', $: '11' })
      }),
      'conflicting_values',
    ],
    [
      'a table updated in between',
      editSecond((data: { TABLE_INF: { UPDATED_DATE: string } }) => {
        data.TABLE_INF.UPDATED_DATE = '2026-03-28'
      }),
      'changed_while_reading',
    ],
    [
      'a row too few',
      editSecond((data: { DATA_INF: { VALUE: unknown[] } }) => {
        data.DATA_INF.VALUE.pop()
      }),
      'total_mismatch',
    ],
  ])('with %s end the reading', async (_, plan, fault) => {
    const tables = [made(25)]
    const { estat, server } = await setUp({ tables, faults: plan, options: { pageSize: 10 } })
    const error = await thrown(estat.getStatsTable(query))
    expect(faultOf(error)?.fault).toBe(fault)
    expect(server.requests.length).toBeLessThanOrEqual(3)
  })

  test('with more rows than the setting are not read', async () => {
    const options = { pageSize: 10, maxRows: 24 }
    const { estat, server } = await setUp({ tables: [made(25)], options })
    expect(faultOf(await thrown(estat.getStatsTable(query)))?.fault).toBe('too_many_rows')
    expect(server.requests).toHaveLength(1)
  })

  test('name figures that cannot be read, with their key', async () => {
    const table = made(3)
    table.values[1] = { codes: table.values[1]?.codes ?? {}, value: '1,000' }
    const { estat } = await setUp({ tables: [table] })
    const { cells, faults, faulty } = await estat.getStatsTable(query)
    expect(cells).toHaveLength(2)
    expect(faulty).toBe(1)
    expect(faults).toEqual([
      { fault: 'bad_value', key: 'cat01=A1101 area=00001 time=2020100000', text: '1,000' },
    ])
  })
})

/** Faults of one try, what becomes of them, and how many tries there are when they stay. */
const faults: [string, EstatFault, string, number][] = [
  ['a reset connection', { kind: 'reset' }, 'network', 4],
  ['a connection reset in the body', { kind: 'reset', within: 'body' }, 'truncated', 4],
  ['500', { kind: 'http', status: 500 }, 'unavailable', 4],
  ['502', { kind: 'http', status: 502 }, 'unavailable', 4],
  ['503 with Retry-After', { kind: 'http', status: 503, retryAfter: '3' }, 'unavailable', 4],
  ['429', { kind: 'http', status: 429 }, 'throttled', 4],
  ['408', { kind: 'http', status: 408 }, 'unavailable', 4],
  ['403 of the firewall', { kind: 'firewall' }, 'blocked', 4],
  ['HTML with 200', { kind: 'html' }, 'not_estat', 4],
  ['an empty body', { kind: 'http', status: 200, body: '' }, 'truncated', 4],
  ['204', { kind: 'http', status: 204, body: '' }, 'truncated', 4],
  ['JSON of somebody else', { kind: 'http', status: 200, body: '{"ok":true}' }, 'not_estat', 4],
  ['JSON cut short, length right', { kind: 'truncated', length: 'right' }, 'truncated', 4],
  ['JSON cut short, length wrong', { kind: 'truncated', length: 'wrong' }, 'truncated', 4],
  ['gzip that is none', { kind: 'encoding', as: 'plain' }, 'truncated', 4],
  ['gzip cut short', { kind: 'encoding', as: 'cut' }, 'truncated', 4],
  ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:9/x' }, 'redirected', 1],
  ['404', { kind: 'http', status: 404 }, 'unexpected_http', 1],
  ['STATUS 100 with 403', { kind: 'status', status: 100, http: 403 }, 'app_id_refused', 1],
  ['STATUS 100 with 200', { kind: 'status', status: 100 }, 'app_id_refused', 1],
  ['STATUS 102 with 400', { kind: 'status', status: 102, http: 400 }, 'request_refused', 1],
  ['STATUS 300 with 200', { kind: 'status', status: 300 }, 'request_refused', 1],
  ['STATUS 0 with 403', { kind: 'status', status: 0, http: 403 }, 'blocked', 4],
  ['a huge body', { kind: 'huge', bytes: 300_000 }, 'too_large', 1],
  ['a huge body in a small one', { kind: 'huge', bytes: 50_000_000, gzip: true }, 'too_large', 1],
  ['deep nesting', { kind: 'deep', levels: 50_000 }, 'too_deep', 1],
]

describe('faults', () => {
  const options = { limits: { maxBytes: 200_000 } }

  test.each(faults)('%s: %o ends as %s after %d tries', async (_, fault, code, tries) => {
    const { estat, server, pauses } = await setUp({ faults: always(fault), options })
    const error = await thrown(estat.getStatsTable(query))
    expect(faultOf(error)?.fault).toBe(code)
    expect(isTransient(error)).toBe(tries > 1)
    expect(server.requests).toHaveLength(tries)
    expect(pauses).toHaveLength(tries - 1)
  })

  test.each(faults.filter(([, , , tries]) => tries > 1))(
    '%s three times does not hinder',
    async (_, fault) => {
      const { estat, server, retries } = await setUp({ faults: [fault, fault, fault], options })
      expect((await estat.getStatsTable(query)).cells).toHaveLength(10)
      expect(server.requests).toHaveLength(4)
      expect(retries.map(({ failed }) => failed)).toEqual([1, 2, 3])
    },
  )

  test('pauses grow, and are at least what Retry-After says, within bounds', async () => {
    const http = (status: number, retryAfter?: string): EstatFault =>
      retryAfter ? { kind: 'http', status, retryAfter } : { kind: 'http', status }
    const plain = await setUp({ faults: always(http(500)) })
    await thrown(plain.estat.getMetaInfo('0000010101'))
    expect(plain.pauses).toEqual([250, 500, 1000])
    const told = [http(503, '3'), http(429, 'Thu, 01 Jan 2026 00:00:20 GMT'), http(503, '86400')]
    const { estat, pauses } = await setUp({ faults: told })
    await estat.getMetaInfo('0000010101')
    expect(pauses).toEqual([3000, 20_000, 120_000])
  })

  test('a body that takes too long is tried again', async () => {
    const slow: EstatFault = { kind: 'slow', pauseMs: 20, pieces: 100 }
    const { estat, retries } = await setUp({
      faults: [slow, { kind: 'silent' }],
      options: { timeoutMs: 500 },
    })
    expect((await estat.getStatsTable(query)).cells).toHaveLength(10)
    expect(retries.map(({ fault }) => fault.fault)).toEqual(['timeout', 'timeout'])
    const patient = await setUp({ faults: always({ ...slow, pauseMs: 2 }) })
    expect((await patient.estat.getStatsTable(query)).cells).toHaveLength(10)
  })

  test('no server at all is a network fault', async () => {
    const { estat, server } = await setUp()
    await server.close()
    closing.length = 0
    const error = await thrown(estat.getMetaInfo('0000010101'))
    expect(faultOf(error)).toEqual({ fault: 'network', message: 'no answer (ECONNREFUSED)' })
  })

  test('a redirect is not followed', async () => {
    const other = await startEstatServer({ tables: [made(10)], appIds: [appId] })
    closing.push(other.close)
    const { estat } = await setUp({ faults: always({ kind: 'redirect', location: other.url }) })
    await thrown(estat.getStatsTable(query))
    expect(other.requests).toEqual([])
  })

  test('a page that fails for a while is asked again, not the table', async () => {
    const tables = [made(25)]
    const plan: FaultPlan = [undefined, { kind: 'reset' }, undefined, { kind: 'html' }]
    const { estat, server } = await setUp({ tables, faults: plan, options: { pageSize: 10 } })
    expect((await estat.getStatsTable(query)).cells).toHaveLength(25)
    const positions = server.requests.map(({ query }) => query.get('startPosition'))
    expect(positions).toEqual(['1', '11', '11', '21', '21'])
  })

  test('what e-Stat refuses is told in its words', async () => {
    const { estat } = await setUp()
    const error = await thrown(estat.getMetaInfo('0000099999'))
    expect(error.message).toBe('e-Stat: request_refused 300: 指定した統計表は存在しません。')
    const stranger = await setUp({ appIds: ['another'], refusalStatus: 200 })
    expect(faultOf(await thrown(stranger.estat.getStatsTable(query)))).toMatchObject({
      fault: 'app_id_refused',
      status: 100,
    })
  })

  test('a query that e-Stat would refuse is not sent', async () => {
    const { estat, server } = await setUp()
    const codes = Array.from({ length: 101 }, (_, n) => String(n).padStart(5, '0'))
    const error = await thrown(estat.getStatsTable({ ...query, narrow: { area: { codes } } }))
    expect(faultOf(error)?.fault).toBe('bad_query')
    expect(server.requests).toEqual([])
  })
})

describe('many calls', () => {
  test('are two at a time', async () => {
    const { estat, server } = await setUp({ answerMs: 10 })
    const calls = Array.from({ length: 9 }, () => estat.getMetaInfo('0000010101'))
    expect(await Promise.all(calls)).toHaveLength(9)
    expect(server.mostAtOnce()).toBe(2)
  })

  test('go on while one of them pauses', async () => {
    const order: string[] = []
    let wake = () => {}
    const asleep = new Promise<void>((resolve) => {
      wake = resolve
    })
    const { estat } = await setUp({
      faults: [{ kind: 'http', status: 500 }],
      options: { concurrency: 1, backoff: { sleep: () => asleep } },
    })
    const first = estat.getMetaInfo('0000010101').then(() => order.push('first'))
    await estat.getMetaInfo('0000010101').then(() => order.push('second'))
    wake()
    await first
    expect(order).toEqual(['second', 'first'])
  })
})

describe('a signal', () => {
  test('ends an answer that does not come, a pause, and waiting for a place', async () => {
    const { estat, server } = await setUp({ faults: always({ kind: 'silent' }) })
    const controller = new AbortController()
    const calls = Array.from({ length: 4 }, () =>
      thrown(estat.getStatsTable(query, controller.signal)),
    )
    await expect.poll(() => server.requests.length).toBe(2)
    controller.abort(new Error(appId))
    for (const error of await Promise.all(calls)) {
      expect(faultOf(error)).toEqual({ fault: 'aborted', message: 'the caller gave up' })
      expect(isTransient(error)).toBe(false)
    }
    expect(server.requests).toHaveLength(2)
    server.plan([])
    expect((await estat.getStatsTable(query)).cells).toHaveLength(10)
  })

  test('ends reading between two pages', async () => {
    const { estat, server } = await setUp({ tables: [made(25)], options: { pageSize: 10 } })
    const controller = new AbortController()
    const read = async () => {
      for await (const _ of estat.getStatsData(query, controller.signal)) controller.abort()
    }
    expect(faultOf(await thrown(read()))?.fault).toBe('aborted')
    expect(server.requests).toHaveLength(1)
  })
})

describe('the appId', () => {
  const options = { limits: { maxBytes: 200_000 }, timeoutMs: 300 }
  const spellings = [
    appId,
    encodeURIComponent(appId),
    new URLSearchParams({ x: appId }).toString().slice(2),
    JSON.stringify(appId).slice(1, -1),
  ].map((text) => text.toLowerCase())

  const expectClean = (...parts: unknown[]) => {
    const texts = parts.flatMap((part) => [
      inspect(part, { depth: null, showHidden: true }),
      JSON.stringify(part) ?? '',
      part instanceof Error ? `${part.message} ${part.stack} ${inspect(part.cause)}` : '',
    ])
    for (const text of texts) {
      for (const spelling of spellings) expect(text.toLowerCase()).not.toContain(spelling)
    }
  }

  const echo: EstatFault = {
    kind: 'status',
    status: 200,
    message: `appId ${appId} ${encodeURIComponent(appId)} is wrong`,
  }
  const inFigures: EstatFault = {
    kind: 'edit',
    edit: ({ GET_STATS_DATA: { STATISTICAL_DATA: data } }) => {
      data.DATA_INF.VALUE[0].$ = `?${appId}`
      data.DATA_INF.VALUE[1]['@area'] = `${'x'.repeat(75)}${appId}`
    },
  }
  const asCode: EstatFault = {
    kind: 'edit',
    edit: ({ GET_STATS_DATA: { STATISTICAL_DATA: data } }) => {
      data.CLASS_INF.CLASS_OBJ[1].CLASS[0]['@code'] = appId
      for (const n of [0, 1]) data.DATA_INF.VALUE[n]['@area'] = appId
    },
  }

  test.each<[string, EstatFault]>([
    ...faults.map(([name, fault]): [string, EstatFault] => [name, fault]),
    ['silence', { kind: 'silent' }],
    ['its echo in a message', echo],
    ['its echo as a code that comes twice', asCode],
    ['an endless NEXT_KEY', { kind: 'endless' }],
    ['a wrong total', { kind: 'total', add: 1 }],
  ])('is in no error or retry after %s', async (_, fault) => {
    const { estat, server, retries } = await setUp({ faults: always(fault), options })
    const error = await thrown(estat.getStatsTable(query))
    expect(faultOf(error)).toBeDefined()
    expectClean(error, retries, estat)
    // It did go out, so that this test can fail.
    expect(server.requests[0]?.query.get('appId')).toBe(appId)
  })

  test('is repeated by the server in some of these', async () => {
    const { estat, server } = await setUp({ faults: always(echo) })
    expect((await thrown(estat.getStatsTable(query))).message).toContain('[appId] [appId] is wrong')
    expect(server.sent[0]?.toLowerCase()).toContain(encodeURIComponent(appId).toLowerCase())
  })

  test('is in no fault of a figure', async () => {
    const { estat } = await setUp({ faults: always(inFigures) })
    const { faults } = await estat.getStatsTable(query)
    expect(faults.map(({ fault }) => fault)).toEqual(['bad_value', 'unknown_code'])
    expect(faults[0]?.text).toBe('?[appId]')
    expectClean(faults, estat.redact(spellings.join(' ')))
  })

  test('is not in errors of an address that is none', async () => {
    const estat = createEstat({ appId, baseUrl: 'no address', backoff: { sleep: async () => {} } })
    const error = await thrown(estat.getStatsTable(query))
    expect(faultOf(error)?.fault).toBe('network')
    expectClean(error, estat)
  })

  test('goes nowhere but into the query', async () => {
    const { estat, server } = await setUp()
    await estat.getStatsTable(query)
    expectClean(server.requests[0]?.headers, server.requests[0]?.name)
  })
})
