import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import type { Fault } from './faults.ts'

/** The axes a table may have (API 3.0 manual, CLASS_OBJ), in the order of keys. */
export const axisIds = [
  'tab',
  ...Array.from({ length: 15 }, (_, n) => `cat${String(n + 1).padStart(2, '0')}`),
  'area',
  'time',
] as const

export type AxisId = 'tab' | 'area' | 'time' | `cat${number}`

export type TableInfo = Static<typeof TableInfo>
/** What e-Stat says of a table; what it leaves out is an empty text. Dates are `YYYY-MM-DD`. */
const TableInfo = Type.Object({
  id: Type.String({ minLength: 1 }),
  statsCode: Type.String(),
  statsName: Type.String(),
  organisation: Type.String(),
  statisticsName: Type.String(),
  titleNumber: Type.String(),
  title: Type.String(),
  cycle: Type.String(),
  surveyDate: Type.String(),
  openDate: Type.String(),
  updatedDate: Type.String(),
  collectArea: Type.String(),
  description: Type.String(),
  /** Cells of the whole table. */
  totalNumber: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
})

export type Member = Static<typeof Member>
const Member = Type.Object({
  code: Type.String({ minLength: 1 }),
  /** Without the code that some tables put before it. */
  name: Type.String(),
  level: Type.Union([Type.Integer(), Type.Null()]),
  unit: Type.Union([Type.String({ minLength: 1 }), Type.Null()]),
  parent: Type.Union([Type.String({ minLength: 1 }), Type.Null()]),
})

export type Axis = Omit<Static<typeof Axis>, 'id'> & { id: AxisId }
const Axis = Type.Object({
  id: Type.Union(axisIds.map((id) => Type.Literal(id))),
  name: Type.String(),
  members: Type.Array(Member),
})

export type Note = Static<typeof Note>
/** The legend of a mark, or with an empty `mark` a remark on the table. */
const Note = Type.Object({ mark: Type.String(), text: Type.String() })

const Count = Type.Integer({ minimum: 0 })
const Position = Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])

const Result = Type.Object({ status: Type.Integer(), message: Type.String() })
const Range = { total: Count, from: Position, next: Position }
const ListPage = Type.Object({ ...Range, tables: Type.Array(TableInfo) })
const Meta = Type.Object({ info: TableInfo, axes: Type.Array(Axis) })
const DataHead = Type.Object({
  ...Range,
  isPartial: Type.Boolean(),
  info: Type.Union([TableInfo, Type.Null()]),
  axes: Type.Array(Axis),
  notes: Type.Array(Note),
  values: Type.Array(Type.Unknown()),
})

export type Result = Static<typeof Result>
export type ListPage = Static<typeof ListPage>
export type Meta = { info: TableInfo; axes: Axis[] }
export type DataHead = Omit<Static<typeof DataHead>, 'axes'> & { axes: Axis[] }

/** What has the shape, as it is; a fault that names the first place that has not. */
function checker<T>(schema: TSchema): (value: unknown) => T | Fault {
  const compiled = TypeCompiler.Compile(schema)
  return (value) => {
    if (compiled.Check(value)) return value as T
    const place = compiled.Errors(value).First()?.path ?? ''
    return { fault: 'not_estat', message: `not of the documented form at ${place.slice(0, 80)}` }
  }
}

export const checkResult = checker<Result>(Result)
export const checkListPage = checker<ListPage>(ListPage)
export const checkMeta = checker<Meta>(Meta)
export const checkDataHead = checker<DataHead>(DataHead)
