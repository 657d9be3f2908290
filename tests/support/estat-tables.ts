/** A table as a test writes it down. */
export type ServedTable = {
  id: string
  title: string
  /** `YYYY-MM-DD`. */
  updatedDate: string
  /** Eight digits. */
  statsCode: string
  axes: ServedAxis[]
  values: ServedValue[]
  notes?: { char: string; text: string }[]
}

export type ServedAxis = {
  /** `tab`, `cat01` … `cat15`, `area` or `time`. */
  id: string
  name: string
  members: { code: string; name: string; level?: string; unit?: string; parent?: string }[]
}

export type ServedValue = {
  codes: Record<string, string>
  value: string
  /** Left out, as in some tables, the class says it. */
  unit?: string
}

type Json = Record<string, unknown>

/** What `STATUS` and the rest of an answer are. */
export type Answer = { root: string; status: number; message: string; body: Json }

export const messages = {
  done: '正常に終了しました。',
  none: '正常に終了しましたが、該当データはありませんでした。',
  appId: '認証に失敗しました。アプリケーションIDを確認して下さい。',
}

const maxLimit = 100_000

/** What the interface answers to a call with an accepted appId. */
export function answerTo(
  name: string,
  query: URLSearchParams,
  tables: readonly ServedTable[],
): Answer {
  if (name === 'getStatsList') return listOfTables(query, tables)
  const root = name === 'getMetaInfo' ? 'GET_META_INFO' : 'GET_STATS_DATA'
  const refused = (status: number, message: string) => ({ root, status, message, body: {} })
  const isData = name === 'getStatsData'
  const [id, dataSet] = [query.get('statsDataId'), query.get('dataSetId')]
  if (isData && id && dataSet) return refused(102, 'statsDataIdとdataSetIdは同時に指定できません。')
  if (!id) return refused(101, '必須パラメータ(statsDataId)が指定されていません。')
  const table = tables.find((each) => each.id === id)
  if (!table) return refused(300, '指定した統計表は存在しません。')
  if (isData) return figures(table, query, refused)
  const meta = { TABLE_INF: tableOf(table, 0), CLASS_INF: classesOf(table.axes) }
  return { root, status: 0, message: messages.done, body: { METADATA_INF: meta } }
}

function listOfTables(query: URLSearchParams, tables: readonly ServedTable[]): Answer {
  const [code, updated, word] = ['statsCode', 'updatedDate', 'searchWord'].map((n) => query.get(n))
  const found = tables.filter(
    (table) =>
      (!code || table.statsCode.startsWith(code)) &&
      (!updated || isWithin(table.updatedDate.replaceAll('-', ''), updated)) &&
      (!word || table.title.includes(word)),
  )
  const start = Number(query.get('startPosition') ?? 1)
  const shown = found.slice(start - 1, start - 1 + Number(query.get('limit') ?? maxLimit))
  const root = 'GET_STATS_LIST'
  if (shown.length === 0) {
    const body = { DATALIST_INF: { NUMBER: 0, RESULT_INF: '' } }
    return { root, status: 1, message: messages.none, body }
  }
  const DATALIST_INF = {
    NUMBER: found.length,
    RESULT_INF: rangeOf(start, shown.length, found.length),
    TABLE_INF: oneOrMany(shown.map((table, n) => tableOf(table, n))),
  }
  return { root, status: 0, message: messages.done, body: { DATALIST_INF } }
}

function figures(
  table: ServedTable,
  query: URLSearchParams,
  refused: (status: number, message: string) => Answer,
): Answer {
  const limit = Number(query.get('limit') ?? maxLimit)
  const start = Number(query.get('startPosition') ?? 1)
  if (!(limit >= 1 && limit <= maxLimit)) return refused(103, 'limitの値が不正です。')
  if (!(start >= 1)) return refused(103, 'startPositionの値が不正です。')
  const axes: ServedAxis[] = []
  for (const axis of table.axes) {
    const members = membersOf(axis, query)
    if (!members) return refused(103, `${axis.id}のコードが100件を超えています。`)
    axes.push({ ...axis, members })
  }
  const kept = new Map(axes.map(({ id, members }) => [id, new Set(members.map((m) => m.code))]))
  const found = table.values.filter(({ codes }) =>
    Object.entries(codes).every(([id, code]) => kept.get(id)?.has(code)),
  )
  const shown = found.slice(start - 1, start - 1 + limit)
  const isCount = query.get('cntGetFlg') === 'Y'
  const root = 'GET_STATS_DATA'
  if (found.length === 0 || (shown.length === 0 && !isCount)) {
    const body = { STATISTICAL_DATA: { RESULT_INF: '' } }
    return { root, status: 1, message: messages.none, body }
  }
  const data: Json = {
    RESULT_INF: isCount
      ? { TOTAL_NUMBER: found.length }
      : { TOTAL_NUMBER: found.length, ...rangeOf(start, shown.length, found.length) },
    TABLE_INF: tableOf(table, 0),
  }
  if (!isCount) {
    if (query.get('metaGetFlg') !== 'N') data.CLASS_INF = classesOf(axes)
    data.DATA_INF = {
      NOTE: oneOrMany((table.notes ?? []).map(({ char, text }) => ({ '@char': char, $: text }))),
      VALUE: oneOrMany(shown.map((value) => figureOf(value, table.axes))),
    }
  }
  return { root, status: 0, message: messages.done, body: { STATISTICAL_DATA: data } }
}

/** The members of an axis that lvX, cdX, cdXFrom and cdXTo leave; undefined for too many codes. */
function membersOf({ id, members }: ServedAxis, query: URLSearchParams) {
  const axis = `${id.charAt(0).toUpperCase()}${id.slice(1)}`
  const sorted = members.map(({ code }) => code).sort()
  const resolve = (code: string | null) =>
    code === 'min' ? sorted[0] : code === 'max' ? sorted.at(-1) : code
  const codes = query.get(`cd${axis}`)?.split(',')
  if (codes && codes.length > 100) return undefined
  const wanted = codes && new Set(codes.length === 1 ? [resolve(codes[0] ?? null)] : codes)
  const [from, to] = [resolve(query.get(`cd${axis}From`)), resolve(query.get(`cd${axis}To`))]
  const [, low = '', high] = /^(\d*)(-?\d*)$/.exec(query.get(`lv${axis}`) ?? '') ?? []
  return members.filter(({ code, level = '' }) => {
    if (wanted && !wanted.has(code)) return false
    if ((from && code < from) || (to && code > to)) return false
    if (!low && !high) return true
    if (!high) return level === low
    const most = high === '-' ? Number.POSITIVE_INFINITY : -Number(high)
    return level !== '' && Number(level) >= Number(low || 0) && Number(level) <= most
  })
}

function rangeOf(start: number, shown: number, total: number): Json {
  const last = start + shown - 1
  return {
    FROM_NUMBER: start,
    TO_NUMBER: last,
    ...(last < total ? { NEXT_KEY: last + 1 } : {}),
  }
}

/** The forms of texts and numbers differ from table to table. */
function tableOf({ id, title, updatedDate, statsCode, values }: ServedTable, drift: number): Json {
  const isOdd = (Number(id.slice(-1)) + drift) % 2 === 1
  return {
    '@id': id,
    STAT_NAME: { '@code': statsCode, $: '統計' },
    GOV_ORG: { '@code': statsCode.slice(0, 5), $: '総務省' },
    STATISTICS_NAME: '統計',
    TITLE: isOdd ? { '@no': '1', $: title } : title,
    CYCLE: '-',
    SURVEY_DATE: isOdd ? 0 : '201901-201912',
    OPEN_DATE: updatedDate,
    SMALL_AREA: 0,
    COLLECT_AREA: '該当なし',
    MAIN_CATEGORY: { '@code': '02', $: '人口・世帯' },
    SUB_CATEGORY: { '@code': '01', $: '人口' },
    OVERALL_TOTAL_NUMBER: values.length,
    UPDATED_DATE: updatedDate,
    STATISTICS_NAME_SPEC: { TABULATION_CATEGORY: '統計' },
    DESCRIPTION: isOdd ? '' : { TABULATION_CATEGORY_EXPLANATION: '説明' },
    TITLE_SPEC: { TABLE_NAME: title },
  }
}

function classesOf(axes: readonly ServedAxis[]): Json {
  const classes = axes.map(({ id, name, members }) => ({
    '@id': id,
    '@name': name,
    CLASS: oneOrMany(
      members.map(({ code, name, level = '', unit, parent }) => ({
        '@code': code,
        '@name': name,
        '@level': level,
        ...(unit === undefined ? {} : { '@unit': unit }),
        ...(parent === undefined ? {} : { '@parentCode': parent }),
      })),
    ),
  }))
  return { CLASS_OBJ: oneOrMany(classes) }
}

function figureOf({ codes, value, unit }: ServedValue, axes: readonly ServedAxis[]): Json {
  const attributes = axes.map(({ id }) => [`@${id}`, codes[id]])
  return {
    ...Object.fromEntries(attributes),
    ...(unit === undefined ? {} : { '@unit': unit }),
    $: value,
  }
}

function oneOrMany(list: readonly unknown[]): unknown {
  return list.length === 0 ? undefined : list.length === 1 ? list[0] : list
}

/** Whether a day is in `yyyy`, `yyyymm`, `yyyymmdd` or a span of days. */
function isWithin(day: string, span: string): boolean {
  const [from = '', to = from] = span.split('-')
  return day >= from.padEnd(8, '0') && day <= to.padEnd(8, '9')
}

/** A table to serve from the recorded METADATA_INF and DATA_INF of one. */
export function servedFrom(meta: Json, data: Json): ServedTable {
  const array = (value: unknown) => (Array.isArray(value) ? value : [value]) as Json[]
  const table = meta.TABLE_INF as Json
  const own = (element: Json, name: string) => {
    const value = element[`@${name}`]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const axes = array((meta.CLASS_INF as Json).CLASS_OBJ).map((axis) => ({
    id: String(axis['@id']),
    name: String(axis['@name']),
    members: array(axis.CLASS).map((each) => {
      const [level, unit, parent] = [own(each, 'level'), own(each, 'unit'), own(each, 'parentCode')]
      return {
        code: String(each['@code']),
        name: String(each['@name']),
        ...(level ? { level } : {}),
        ...(unit ? { unit } : {}),
        ...(parent ? { parent } : {}),
      }
    }),
  }))
  return {
    id: String(table['@id']),
    title: String((table.TITLE as Json).$),
    updatedDate: String(table.UPDATED_DATE),
    statsCode: String((table.STAT_NAME as Json)['@code']),
    axes,
    notes: array(data.NOTE).map((note) => ({ char: String(note['@char']), text: String(note.$) })),
    values: array(data.VALUE).map((value) => ({
      codes: Object.fromEntries(axes.map(({ id }) => [id, String(value[`@${id}`])])),
      value: String(value.$),
      unit: String(value['@unit']),
    })),
  }
}
