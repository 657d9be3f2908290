import { type Fault, isFault } from './faults.ts'
import { elementOf, integerOf, labelOf, listOf, textOf } from './normalise.ts'
import {
  checkDataHead,
  checkListPage,
  checkMeta,
  checkResult,
  type DataHead,
  type ListPage,
  type Meta,
  type Result,
} from './shapes.ts'

const roots = ['GET_STATS_LIST', 'GET_META_INFO', 'GET_STATS_DATA'] as const
type Root = (typeof roots)[number]

/** STATUS and ERROR_MSG of any answer of e-Stat; undefined for what is none. */
export function resultOf(json: unknown): Result | undefined {
  const body = elementOf(json)
  const root = roots.find((name) => body?.[name] !== undefined)
  const result = elementOf(elementOf(root && body?.[root])?.RESULT)
  const checked = checkResult({
    status: integerOf(result?.STATUS),
    message: textOf(result?.ERROR_MSG),
  })
  return isFault(checked) ? undefined : checked
}

/** The fault that a STATUS means; none for 0 (done), 1 (nothing found) and 2 (in part). */
export function statusFaultOf({ status, message }: Result): Fault | undefined {
  if (status === 0 || status === 1 || status === 2) return undefined
  return { fault: status === 100 ? 'app_id_refused' : 'request_refused', status, message }
}

/** A page of a list of tables. Nothing found is an empty page. */
export function parseStatsList(json: unknown): ListPage | Fault {
  const opened = open(json, 'GET_STATS_LIST')
  if (isFault(opened)) return opened
  const list = elementOf(opened.body.DATALIST_INF)
  const range = elementOf(list?.RESULT_INF)
  return checkListPage({
    total: totalOf(list?.NUMBER, opened.result),
    from: integerOf(range?.FROM_NUMBER),
    next: integerOf(range?.NEXT_KEY),
    tables: listOf(list?.TABLE_INF).map(tableOf),
  })
}

/** A table and its axes. A table that is not there is `request_refused`. */
export function parseMetaInfo(json: unknown): Meta | Fault {
  const opened = open(json, 'GET_META_INFO')
  if (isFault(opened)) return opened
  if (opened.result.status === 1) return { fault: 'request_refused', ...opened.result }
  const meta = elementOf(opened.body.METADATA_INF)
  return checkMeta({ info: tableOf(meta?.TABLE_INF), axes: axesOf(meta?.CLASS_INF) })
}

/** A page of figures, the figures themselves as they came. Nothing found is an empty page. */
export function parseDataHead(json: unknown): DataHead | Fault {
  const opened = open(json, 'GET_STATS_DATA')
  if (isFault(opened)) return opened
  const body = elementOf(opened.body.STATISTICAL_DATA)
  const range = elementOf(body?.RESULT_INF)
  const data = elementOf(body?.DATA_INF)
  return checkDataHead({
    total: totalOf(range?.TOTAL_NUMBER, opened.result),
    from: integerOf(range?.FROM_NUMBER),
    next: integerOf(range?.NEXT_KEY),
    isPartial: opened.result.status === 2,
    info: body?.TABLE_INF ? tableOf(body.TABLE_INF) : null,
    axes: axesOf(body?.CLASS_INF),
    notes: listOf(data?.NOTE).map(noteOf),
    values: data && listOf(data.VALUE),
  })
}

function open(json: unknown, root: Root) {
  const result = resultOf(json)
  if (!result) return { fault: 'not_estat', message: 'no RESULT with a STATUS' } satisfies Fault
  const fault = statusFaultOf(result)
  if (fault) return fault
  const body = elementOf(elementOf(json)?.[root])
  if (!body || elementOf(json)?.[root] === undefined) {
    return { fault: 'not_estat', message: `no ${root}` } satisfies Fault
  }
  return { result, body }
}

/** Nothing found goes without a number; what is found never does. */
function totalOf(value: unknown, { status }: Result): number | undefined {
  return integerOf(value) ?? (status === 1 ? 0 : undefined)
}

function tableOf(value: unknown) {
  const table = elementOf(value)
  const attribute = (element: unknown, name: string) =>
    typeof element === 'object' ? textOf(elementOf(element)?.[name]) : ''
  return {
    id: textOf(table?.['@id']),
    statsCode: attribute(table?.STAT_NAME, '@code'),
    statsName: textOf(table?.STAT_NAME),
    organisation: textOf(table?.GOV_ORG),
    statisticsName: textOf(table?.STATISTICS_NAME),
    titleNumber: attribute(table?.TITLE, '@no'),
    title: textOf(table?.TITLE),
    cycle: textOf(table?.CYCLE)?.replace(/^-$/, ''),
    surveyDate: textOf(table?.SURVEY_DATE)?.replace(/^0$/, ''),
    openDate: dayOf(table?.OPEN_DATE),
    updatedDate: dayOf(table?.UPDATED_DATE),
    collectArea: textOf(table?.COLLECT_AREA),
    // An object of several explanations says nothing that its table needs.
    description: textOf(table?.DESCRIPTION) ?? '',
    totalNumber: integerOf(table?.OVERALL_TOTAL_NUMBER),
  }
}

function axesOf(value: unknown) {
  return listOf(elementOf(value)?.CLASS_OBJ).map((each) => {
    const axis = elementOf(each)
    const members = listOf(axis?.CLASS).map(memberOf)
    return { id: textOf(axis?.['@id']), name: textOf(axis?.['@name']), members }
  })
}

function memberOf(value: unknown) {
  const member = elementOf(value)
  const code = textOf(member?.['@code'])
  const name = textOf(member?.['@name'])
  return {
    code,
    name: code !== undefined && name !== undefined ? nameWithout(code, name) : undefined,
    level: integerOf(member?.['@level']),
    unit: labelOf(member?.['@unit']),
    parent: labelOf(member?.['@parentCode']),
  }
}

/** `総人口` of `A1101_総人口`, `総合` of `0001 総合`; a name that is only the code stays. */
function nameWithout(code: string, name: string): string {
  const rest = name.startsWith(code) ? name.slice(code.length) : ''
  return /^[_\s]+\S/u.test(rest) ? rest.replace(/^[_\s]+/u, '') : name
}

function noteOf(value: unknown) {
  const mark = typeof value === 'object' ? textOf(elementOf(value)?.['@char']) : ''
  return { mark, text: textOf(value) }
}

function dayOf(value: unknown): string | undefined {
  return textOf(value)?.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
}
