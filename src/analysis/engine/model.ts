/** What a cell of a query is; big integers come as numbers. */
export type EngineValue = string | number | boolean | null

/**
 * The tables of one session, in a database of its own, for as long as the `use` lasts. Names in `sql` are
 * ours; values are bound as $1, $2 …
 */
export type Tables = {
  /** At most three million cells; fails with `analysis_answer_too_large`. */
  rows(sql: string, values?: readonly EngineValue[]): Promise<EngineValue[][]>
  run(sql: string, values?: readonly EngineValue[]): Promise<void>
  /**
   * What `make` gave for this key before, for as long as this database is open; failures are not kept. A
   * table that outlives a `use` is made by `create [or replace] table` within `make`, or named as `table`
   * in what it gives; all others are dropped. What was used longest ago goes first, with its tables.
   */
  once<Result>(key: string, make: () => Promise<Result>): Promise<Result>
  /** The path of a copy of something in the storage, for `read_parquet`; gone with the `use`. */
  localFile(key: string): Promise<string>
  /** A path in the folder of this database, for a file to be written; it goes with the database. */
  newFile(extension: string): string
}
