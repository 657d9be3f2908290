import type {
  DuckDBConnection,
  DuckDBInstance,
  DuckDBPreparedStatement,
  DuckDBResult,
  DuckDBValue,
} from '@duckdb/node-api'
import { failure } from '../../failure.ts'
import { createPause } from '../../slices.ts'
import type { EngineValue } from './model.ts'

/** What cells are: numbers are kept as DOUBLE, texts as VARCHAR, numbers of rows as BIGINT. */
export type CellType = 'BIGINT' | 'DOUBLE' | 'VARCHAR'

export type Appender = {
  /** One list a column, all equally long; a BIGINT takes whole numbers. */
  append(columns: readonly (readonly (string | number | null)[])[]): void
  close(): void
}

/** One statement at a time; `close` only when none is running. */
export type Connection = {
  run(sql: string, values?: readonly EngineValue[]): Promise<void>
  /** `check` is asked before each piece of the answer, and may throw. */
  rows(sql: string, values?: readonly EngineValue[], check?: () => void): Promise<EngineValue[][]>
  /** Fills a table whose columns are of these types. */
  appender(table: string, types: readonly CellType[]): Promise<Appender>
  /** Ends what is running; what is about to run may miss it. */
  interrupt(): void
  close(): void
}

export type Database = { connect(): Promise<Connection>; close(): void }

/** The most rows that are handed over at a time. */
export const rowsInChunk = 2048

/** What one answer may hold: more is read page by page. */
const maxCells = 3_000_000

/**
 * A database in memory with these settings of DuckDB. It loads no extension, and nothing in it
 * outlives `close`.
 */
export async function openDatabase(settings: Record<string, string>): Promise<Database> {
  const { DuckDBInstance: instances } = await import('@duckdb/node-api')
  const instance: DuckDBInstance = await instances.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    ...settings,
  })
  return {
    connect: async () => connectionOf(await instance.connect()),
    close: () => instance.closeSync(),
  }
}

function connectionOf(connection: DuckDBConnection): Connection {
  async function prepared<Result>(
    sql: string,
    values: readonly EngineValue[],
    work: (statement: DuckDBPreparedStatement) => Promise<Result>,
  ): Promise<Result> {
    const statement = await connection.prepare(sql)
    try {
      await bind(statement, values)
      return await work(statement)
    } finally {
      statement.destroySync()
    }
  }
  return {
    run: (sql, values = []) =>
      prepared(sql, values, async (statement) => void (await statement.run())),
    rows: (sql, values = [], check = () => {}) =>
      prepared(sql, values, async (statement) => readRows(await statement.stream(), check)),
    appender: (table, types) => openAppender(connection, table, types),
    interrupt: () => connection.interrupt(),
    close: () => connection.closeSync(),
  }
}

async function bind(
  statement: DuckDBPreparedStatement,
  values: readonly EngineValue[],
): Promise<void> {
  const { BIGINT, BOOLEAN, DOUBLE, VARCHAR } = await import('@duckdb/node-api')
  const typed = values.map((value): [DuckDBValue, typeof VARCHAR | typeof BIGINT] => {
    if (Number.isSafeInteger(value)) return [BigInt(value as number), BIGINT]
    const type = typeof value === 'number' ? DOUBLE : typeof value === 'boolean' ? BOOLEAN : VARCHAR
    return [value, type as typeof VARCHAR]
  })
  statement.bind(
    typed.map(([value]) => value),
    typed.map(([, type]) => type),
  )
}

async function readRows(result: DuckDBResult, check: () => void): Promise<EngineValue[][]> {
  const pause = createPause()
  const rows: EngineValue[][] = []
  for (;;) {
    check()
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return rows
    const first = rows.length
    if ((first + chunk.rowCount) * chunk.columnCount > maxCells) {
      throw failure('analysis_answer_too_large', { limit: maxCells })
    }
    for (let at = 0; at < chunk.rowCount; at += 1) rows.push(new Array(chunk.columnCount))
    for (let n = 0; n < chunk.columnCount; n += 1) {
      const vector = chunk.getColumnVector(n)
      for (let at = 0; at < chunk.rowCount; at += 1) {
        const row = rows[first + at] as EngineValue[]
        row[n] = cellOf(vector.getItem(at))
        if (at % 64 === 63) await pause()
      }
    }
  }
}

/** Numbers of any kind are numbers, and what is no number is nothing; dates and the like are texts. */
function cellOf(value: DuckDBValue): EngineValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  const number = typeof value === 'object' && 'scale' in value ? value.toDouble() : value
  if (typeof number === 'object') return String(number)
  return Number.isFinite(Number(number)) ? Number(number) : null
}

async function openAppender(
  connection: DuckDBConnection,
  table: string,
  types: readonly CellType[],
): Promise<Appender> {
  const duckdb = await import('@duckdb/node-api')
  const appender = await connection.createAppender(table)
  const chunk = duckdb.DuckDBDataChunk.create(types.map((type) => duckdb[type]))
  return {
    append(columns) {
      chunk.reset()
      chunk.rowCount = columns[0]?.length ?? 0
      for (const [n, cells] of columns.entries()) {
        const isWhole = types[n] === 'BIGINT'
        const values = isWhole ? cells.map((cell) => (cell === null ? null : BigInt(cell))) : cells
        chunk.setColumnValues(n, values)
      }
      appender.appendDataChunk(chunk)
    },
    close: () => appender.closeSync(),
  }
}

/** A path or another text of ours, where a statement takes no bound value. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
