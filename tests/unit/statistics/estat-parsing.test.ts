import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type CellFault, cellParser, keyOf } from '../../../src/statistics/estat/cells.ts'
import { type Fault, isFault } from '../../../src/statistics/estat/faults.ts'
import {
  parseDataHead,
  parseMetaInfo,
  parseStatsList,
  resultOf,
  statusFaultOf,
} from '../../../src/statistics/estat/parse.ts'
import type { Axis } from '../../../src/statistics/estat/shapes.ts'

const recorded = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../statistics/estat', name), 'utf8'))

function parsed<T extends object>(result: T | Fault): T {
  if (isFault(result)) throw new Error(JSON.stringify(result))
  return result
}

const done = { STATUS: 0, ERROR_MSG: '正常に終了しました。', DATE: '2026-01-01T00:00:00.000+09:00' }

/** An answer of getStatsData around what a test is about. */
const answer = (data: object, { total = 1, classes = [] as unknown } = {}) => ({
  GET_STATS_DATA: {
    RESULT: done,
    STATISTICAL_DATA: {
      RESULT_INF: { TOTAL_NUMBER: total, FROM_NUMBER: 1, TO_NUMBER: total },
      TABLE_INF: { '@id': '0000010101', TITLE: 'A' },
      CLASS_INF: { CLASS_OBJ: classes },
      DATA_INF: data,
    },
  },
})

describe('recorded answers', () => {
  test('wages by age of 2021: 24 figures in two units, and no area', () => {
    const head = parsed(parseDataHead(recorded('getStatsData_0003425893_wage_full_response.json')))
    expect(head).toMatchObject({ total: 24, from: 1, next: null, isPartial: false })
    expect(head.info).toMatchObject({
      id: '0003425893',
      statsCode: '00450091',
      organisation: '厚生労働省',
      title: '一般_産業大・中分類_年齢階級別DB',
      surveyDate: '',
      cycle: '',
      description: '',
      updatedDate: '2021-07-16',
      totalNumber: 1_168_128,
    })
    expect(head.axes.map(({ id }) => id)).not.toContain('area')
    expect(head.axes.find(({ id }) => id === 'cat03')?.members).toEqual([
      { code: '02', name: '男', level: 2, unit: null, parent: '01' },
    ])
    const cells = head.values.map(cellParser(head.axes, head.notes))
    expect(cells).toHaveLength(24)
    expect(cells.filter((cell) => 'fault' in cell)).toEqual([])
    expect(cells[12]).toMatchObject({ value: 197, text: '197.0', unit: '千円', mark: null })
    expect(cells[11]).toMatchObject({ value: 73, unit: '歳', codes: { tab: '33', cat04: '13' } })
  })

  test('the census of 2020: male and female make the total in all 14 areas', () => {
    const meta = parsed(parseMetaInfo(recorded('getMetaInfo_0003445078_census2020_trimmed.json')))
    const data = recorded('getStatsData_0003445078_census2020_DATA_INF_trimmed.json')
    const head = parsed(parseDataHead(answer(data, { total: 42 })))
    expect(head.notes).toEqual([
      { mark: '***', text: '当該数値がないもの' },
      { mark: '-', text: '当該数値がないもの' },
    ])
    const values = new Map<string, number>()
    for (const cell of head.values.map(cellParser(meta.axes, head.notes))) {
      if ('fault' in cell) throw new Error(cell.key)
      values.set(`${cell.codes.area} ${cell.codes.cat01}`, cell.value as number)
    }
    expect(values.size).toBe(42)
    expect(values.get('00000 0')).toBe(126_146_099)
    expect(values.get('13000 0')).toBe(14_047_594)
    const areas = new Set([...values.keys()].map((key) => key.slice(0, 5)))
    for (const area of areas) {
      const [total, male = 0, female = 0] = [0, 1, 2].map((sex) => values.get(`${area} ${sex}`))
      expect(male + female, area).toBe(total)
    }
  })

  test('axes of the census: one item as an object, parents, two cities of one name', () => {
    const { info, axes } = parsed(
      parseMetaInfo(recorded('getMetaInfo_0003445078_census2020_trimmed.json')),
    )
    expect(info).toMatchObject({ titleNumber: '1-1-1', surveyDate: '202010' })
    const [tab, , area] = axes as [Axis, Axis, Axis]
    expect(tab.members).toEqual([
      { code: '2020_01', name: '人口', level: null, unit: '人', parent: null },
    ])
    const cities = area.members.filter(({ name }) => name === '府中市')
    expect(cities.map(({ code, parent }) => [code, parent])).toEqual([
      ['13206', '13000'],
      ['34208', '34000'],
    ])
  })

  test('axes of the price index: codes taken out of names, time codes with parents', () => {
    const { axes } = parsed(
      parseMetaInfo(recorded('getMetaInfo_0004052037_cpi_monthly_trimmed.json')),
    )
    const members = (id: string) => axes.find((axis) => axis.id === id)?.members ?? []
    expect(members('cat01').map(({ name }) => name)).toEqual(['総合', '食料', '生鮮食品を除く総合'])
    expect(members('area')[0]).toMatchObject({ code: '13100', name: '東京都区部' })
    expect(members('tab').map(({ unit }) => unit)).toEqual([null, '%', '%'])
    expect(members('time')[0]).toMatchObject({ code: '2026000909', parent: '2026000709', level: 4 })
  })

  test('lists of one table and of several', () => {
    const one = parsed(parseStatsList(recorded('getStatsList_limit1_single_object.json')))
    expect(one).toMatchObject({ total: 230_034, from: 1, next: 2 })
    expect(one.tables.map(({ id, surveyDate }) => [id, surveyDate])).toEqual([
      ['0003288322', '201601-201612'],
    ])
    const several = parsed(parseStatsList(recorded('getStatsList_multiple.json')))
    expect(several).toMatchObject({ total: 12, next: null })
    expect(several.tables.map(({ id }) => id)).toEqual(['0003412191', '0004003060'])
  })

  test('nothing found is an empty list; an appId that is not accepted is a fault', () => {
    const none = parseStatsList(recorded('getStatsList_no_data_status1.json'))
    expect(none).toEqual({ total: 0, from: null, next: null, tables: [] })
    const refused = recorded('error_auth_status100.json')
    expect(parseStatsList(refused)).toMatchObject({ fault: 'app_id_refused', status: 100 })
    // The body says GET_STATS_LIST whatever was asked.
    expect(parseDataHead(refused)).toMatchObject({ fault: 'app_id_refused' })
  })
})

describe('status', () => {
  test.each([
    [0, undefined],
    [1, undefined],
    [2, undefined],
    ['0', undefined],
    [100, 'app_id_refused'],
    ['100', 'app_id_refused'],
    [101, 'request_refused'],
    [300, 'request_refused'],
    [7, 'request_refused'],
  ])('%j means %s', (STATUS, fault) => {
    const result = resultOf({ GET_STATS_DATA: { RESULT: { STATUS, ERROR_MSG: 'text' } } })
    expect(result && statusFaultOf(result)?.fault).toBe(fault)
  })

  test.each([
    ['null', null],
    ['a text', 'GET_STATS_DATA'],
    ['an array', []],
    ['another object', { error: 'x' }],
    ['no STATUS', { GET_STATS_DATA: { RESULT: '' } }],
    ['a STATUS in words', { GET_STATS_DATA: { RESULT: { STATUS: 'ok' } } }],
    ['done and nothing more', { GET_STATS_DATA: { RESULT: done } }],
    ['another function', { GET_META_INFO: { RESULT: done, METADATA_INF: {} } }],
  ])('%s is no answer of e-Stat', (_, json) => {
    expect(parseDataHead(json)).toMatchObject({ fault: 'not_estat' })
  })

  test('a page in part says so', () => {
    const json = answer({ VALUE: [] }, { total: 0 })
    json.GET_STATS_DATA.RESULT = { ...done, STATUS: 2 }
    expect(parseDataHead(json)).toMatchObject({ isPartial: true })
  })
})

describe('drifting forms', () => {
  const axis = { '@id': 'area', '@name': '地域', CLASS: { '@code': '13000', '@name': '東京都' } }

  test('one value, one axis, one member and one note may be objects', () => {
    const value = { '@area': '13000', $: '1' }
    const note = { '@char': '-', $: 'なし' }
    const head = parsed(parseDataHead(answer({ NOTE: note, VALUE: value }, { classes: axis })))
    expect(head.values).toEqual([value])
    expect(head.axes).toHaveLength(1)
    expect(head.axes[0]?.members).toHaveLength(1)
    expect(head.notes).toEqual([{ mark: '-', text: 'なし' }])
    const same = parseDataHead(answer({ NOTE: [note], VALUE: [value] }, { classes: [axis] }))
    expect(same).toEqual(head)
  })

  test.each([
    ['numbers as texts', { TOTAL_NUMBER: '7', FROM_NUMBER: '1', NEXT_KEY: '5' }, 7, 5],
    ['an empty NEXT_KEY', { TOTAL_NUMBER: 7, FROM_NUMBER: 1, NEXT_KEY: '' }, 7, null],
  ])('%s in RESULT_INF', (_, range, total, next) => {
    const json = answer({ VALUE: [] })
    Object.assign(json.GET_STATS_DATA.STATISTICAL_DATA, { RESULT_INF: range })
    expect(parseDataHead(json)).toMatchObject({ total, next })
  })

  test.each([
    ['a TOTAL_NUMBER in words', { TOTAL_NUMBER: 'many' }],
    ['no TOTAL_NUMBER', ''],
    ['a negative TOTAL_NUMBER', { TOTAL_NUMBER: -1 }],
    ['NEXT_KEY as an object', { TOTAL_NUMBER: 1, NEXT_KEY: {} }],
  ])('%s is a fault', (_, range) => {
    const json = answer({ VALUE: [] })
    Object.assign(json.GET_STATS_DATA.STATISTICAL_DATA, { RESULT_INF: range })
    expect(parseDataHead(json)).toMatchObject({ fault: 'not_estat' })
  })

  test('an axis that the interface does not have is a fault', () => {
    const json = answer({ VALUE: [] }, { classes: { ...axis, '@id': '__proto__' } })
    expect(parseDataHead(json)).toMatchObject({ fault: 'not_estat' })
  })

  test('titles are objects or texts or numbers, descriptions texts or objects, dates either', () => {
    const titleOf = (table: object) => {
      const list = { NUMBER: 1, RESULT_INF: {}, TABLE_INF: { '@id': '1', ...table } }
      return parsed(parseStatsList({ GET_STATS_LIST: { RESULT: done, DATALIST_INF: list } }))
        .tables[0]
    }
    expect(titleOf({ TITLE: { '@no': 3, $: '人口' } })).toMatchObject({
      title: '人口',
      titleNumber: '3',
    })
    expect(titleOf({ TITLE: '人口' })).toMatchObject({ title: '人口', titleNumber: '' })
    expect(titleOf({ TITLE: 2020 })).toMatchObject({ title: '2020' })
    expect(titleOf({ DESCRIPTION: { TABULATION: 'x' } })).toMatchObject({ description: '' })
    expect(titleOf({ SURVEY_DATE: 202_010 })).toMatchObject({ surveyDate: '202010' })
    expect(titleOf({ UPDATED_DATE: 20_240_930 })).toMatchObject({ updatedDate: '2024-09-30' })
  })

  test('text escapes are read', () => {
    const text = '{"@char":"-","$":"\\u5f53\\u8a72\\u6570\\u5024"}'
    const head = parsed(parseDataHead(answer({ NOTE: JSON.parse(text), VALUE: [] })))
    expect(head.notes[0]?.text).toBe('当該数値')
  })
})

describe('figures', () => {
  const member = (code: string, unit: string | null = null) => ({
    code,
    name: code,
    level: 1,
    unit,
    parent: null,
  })
  const axes: Axis[] = [
    { id: 'time', name: '時間', members: [member('2020100000')] },
    { id: 'cat01', name: '項目', members: [member('A1101', '人'), member('A1102')] },
    { id: 'area', name: '地域', members: [member('13000')] },
  ]
  const notes = [{ mark: '＊', text: '秘匿' }]
  const codes = { '@cat01': 'A1101', '@area': '13000', '@time': '2020100000' }
  const parse = cellParser(axes, notes)
  const read = ($: unknown, more: object = {}) => parse({ ...codes, ...more, $ })

  test.each([
    ['14047594', 14_047_594],
    ['23.0', 23],
    ['-0.5', -0.5],
    ['0', 0],
    ['-0', 0],
    ['.5', 0.5],
    [' 12 ', 12],
    [12.5, 12.5],
    ['1.5E+3', 1500],
    ['9007199254740991', 9_007_199_254_740_991],
  ])('%j is a number', (text, value) => {
    expect(read(text)).toMatchObject({ value, mark: null })
    expect(Object.is((read(text) as { value: number }).value, value)).toBe(true)
  })

  test.each(['***', '-', 'X', 'x', '…', '...', '‐', '', '＊'])('%j is a mark', (mark) => {
    expect(read(mark)).toMatchObject({ value: null, mark, text: mark })
  })

  test('an empty element is the empty mark', () => {
    expect(read(undefined)).toMatchObject({ value: null, mark: '' })
    expect(read(null)).toMatchObject({ value: null, mark: '' })
  })

  test.each(['1,234', '▲5', '12.3*', '1 234', 'NaN', 'Infinity', '0x10', '--1', '１２', '**'])(
    '%j is a fault that names the figure',
    (text) => {
      expect(read(text)).toEqual({
        fault: 'bad_value',
        key: 'cat01=A1101 area=13000 time=2020100000',
        text,
      })
    },
  )

  test.each(['9007199254740993', '1e400', '-1e20'])('%j is out of range', (text) => {
    expect(read(text)).toMatchObject({ fault: 'out_of_range', text })
  })

  test.each([
    ['an array', []],
    ['an object', { x: 1 }],
    ['a boolean', true],
  ])('%s for a figure is a fault', (_, value) => {
    expect(read(value)).toMatchObject({ fault: 'bad_value' })
  })

  test('codes that are missing or of no member are faults', () => {
    const missing = parse({ '@cat01': 'A1101', '@time': '2020100000', $: '1' })
    expect(missing).toMatchObject({ fault: 'missing_code', key: 'cat01=A1101 time=2020100000' })
    const other = read('1', { '@area': '99999' }) as CellFault
    expect(other).toMatchObject({ fault: 'unknown_code' })
    expect(other.key).toContain('area=99999')
    expect(parse('1')).toMatchObject({ fault: 'not_a_cell', text: '1' })
    expect(parse([])).toMatchObject({ fault: 'not_a_cell' })
  })

  test('the unit is that of the value, else that of the class, else none', () => {
    expect(read('1', { '@unit': '千人' })).toMatchObject({ unit: '千人' })
    expect(read('1')).toMatchObject({ unit: '人' })
    expect(read('1', { '@unit': '' })).toMatchObject({ unit: '人' })
    expect(read('1', { '@cat01': 'A1102' })).toMatchObject({ unit: null })
  })

  test('without axes in the answer the attributes are the codes', () => {
    const cell = cellParser([], [])({ ...codes, '@unit': '人', '@__proto__': 'x', $: '1' })
    expect(cell).toMatchObject({ codes: { cat01: 'A1101', area: '13000', time: '2020100000' } })
    expect(cellParser([], [])({ $: '1' })).toMatchObject({ fault: 'missing_code' })
  })

  test('keys do not depend on the order of attributes', () => {
    const turned = Object.fromEntries(Object.entries({ ...codes, $: '1' }).reverse())
    const [one, other] = [read('1'), parse(turned)]
    if ('fault' in one || 'fault' in other) throw new Error('a fault')
    expect(keyOf(other.codes)).toBe(keyOf(one.codes))
  })
})
