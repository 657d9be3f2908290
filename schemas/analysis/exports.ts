import type { Static } from '@sinclair/typebox'
import { fileOf, oneOf } from '../common.ts'
import { exportTypes } from '../exports.ts'

export const tableTypes = { ...exportTypes, parquet: 'application/vnd.apache.parquet' }

/** What the rows of a step can be had as. */
export const TableFormat = {
  ...oneOf('csv', 'xlsx', 'parquet'),
  description: 'The kind of file.',
}
export type TableFormat = Static<typeof TableFormat>

/** The answer of a route that exports the rows of a step. */
export const tableFile = fileOf(...Object.values(tableTypes))
