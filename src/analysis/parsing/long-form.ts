import { subjectColumn, valueColumn } from '../../../schemas/analysis/common.ts'
import type { SheetRole } from '../../../schemas/analysis/files.ts'
import type { Axis } from '../steps/model.ts'
import { plainText } from '../steps/sql.ts'

export type WideColumn = { name: string; role: SheetRole; is_number: boolean }

export type LongForm = {
  axes: Axis[]
  /** Makes `n`, `a0` …, `s` and `v` of `n`, `c0` … of a table or a function that stands for `$from`. */
  sql: (from: string) => string
  /** What `$1` and so on in it are: names of 値. */
  values: string[]
}

type Placed = WideColumn & { cell: string }

/**
 * How the long form of a table is made: 推移 and 軸 become axes, each cell of a 値 a row with the name of
 * its column as 科目. A 軸 called 科目 beside one single 値 is the 科目 itself. A row comes in the place of
 * its line, those of one line in the order of columns; of a block only those that have a number.
 */
export function longFormOf(layout: 'block' | 'flat', columns: readonly WideColumn[]): LongForm {
  const placed = columns.map((column, at) => ({ ...column, cell: `c${at}` }))
  const figures = placed.filter(({ role }) => role === '値')
  const isSubject = ({ role, name }: WideColumn) => role === '軸' && plain(name) === subjectColumn
  const subject = figures.length === 1 ? placed.find(isSubject) : undefined
  const keys = placed.filter(
    (column) => (column.role === '推移' || column.role === '軸') && column !== subject,
  )
  const selected = keys.map((column, at) => `${textOf(column)} as a${at}`)
  const numbers = figures.map(numberOf)
  const where = layout === 'block' ? ' where v is not null' : ''
  const [figure] = figures
  const isOne = figures.length === 1 && figure !== undefined
  const values = subject || figures.length === 0 ? [] : figures.map(({ name }) => name)
  const names = values.map((_, at) => `$${at + 1}::varchar`)
  const sql = (from: string) => {
    if (isOne) {
      const s = subject ? textOf(subject) : names[0]
      const list = ['n', ...selected, `${s} as s`, `${numbers[0]} as v`]
      return `select * from (select ${list} from ${from})${where}`
    }
    if (figures.length === 0) {
      const list = ['n', ...selected, 'null::varchar as s', 'null::double as v']
      return `select ${list} from ${from} where false`
    }
    const axes = keys.map((_, at) => `a${at}`)
    const lists = [
      `unnest(range(${figures.length})) as k`,
      `unnest([${names}]) as s`,
      `unnest([${numbers}]) as v`,
    ]
    const spread = `select ${['n', ...selected, ...lists]} from ${from}`
    return `select ${[`n * ${figures.length} + k as n`, ...axes, 's', 'v']} from (${spread})${where}`
  }
  return { axes: axesOf(keys), sql, values }
}

function plain(name: string): string {
  return name.normalize('NFKC').trim()
}

/** Each axis has a name of its own, and none that of the other two columns. */
function axesOf(keys: readonly Placed[]): Axis[] {
  const taken = new Set<string>([subjectColumn, valueColumn])
  const kept = keys.filter(({ name }) => !taken.has(plain(name))).map(({ name }) => plain(name))
  for (const name of kept) taken.add(name)
  const free = new Set(kept)
  return keys.map(({ name, role }) => {
    const kind = role === '推移' ? '推移' : '軸'
    if (free.delete(plain(name))) return { name, kind }
    let count = 2
    while (taken.has(`${plain(name)} (${count})`)) count += 1
    taken.add(`${plain(name)} (${count})`)
    return { name: `${name.trim()} (${count})`, kind }
  })
}

const textOf = ({ cell, is_number }: Placed): string => (is_number ? plainText(cell) : cell)

function numberOf({ cell, is_number }: Placed): string {
  if (is_number) return cell
  const number = `try_cast(${cell} as double)`
  return `case when isfinite(${number}) then ${number} end`
}
