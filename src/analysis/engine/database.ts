import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/** What cells are: numbers are kept as DOUBLE, texts as VARCHAR, numbers of rows as BIGINT. */
export type CellType = 'BIGINT' | 'DOUBLE' | 'VARCHAR'

export type Appender = {
  /** One list a column, all equally long; a BIGINT takes whole numbers. */
  append(columns: readonly (readonly (string | number | null)[])[]): void
  close(): void
}

export type Connection = {
  run(sql: string): Promise<void>
  /** Fills a table whose columns are of these types. */
  appender(table: string, types: readonly CellType[]): Promise<Appender>
  close(): void
}

export type Database = { connect(): Promise<Connection>; close(): void }

/** The most rows that are handed over at a time. */
export const rowsInChunk = 2048

/**
 * A database in memory with these settings of DuckDB. It loads no extension, and nothing in it
 * outlives `close`.
 */
export async function openDatabase(settings: Record<string, string>): Promise<Database> {
  const { DuckDBInstance: instances } = await import('@duckdb/node-api')
  const instance: DuckDBInstance = await instances.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...settings,
  })
  return {
    connect: async () => connectionOf(await instance.connect()),
    close: () => instance.closeSync(),
  }
}

function connectionOf(connection: DuckDBConnection): Connection {
  return {
    run: async (sql) => void (await connection.run(sql)),
    appender: (table, types) => openAppender(connection, table, types),
    close: () => connection.closeSync(),
  }
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
        const type = types[n]
        const values =
          type === 'BIGINT' ? cells.map((cell) => (cell === null ? null : BigInt(cell))) : cells
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
