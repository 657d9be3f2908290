import { fileOf, oneOf } from './common.ts'

export const exportTypes = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

export const ExportFormat = oneOf('csv', 'xlsx')
export type ExportFormat = keyof typeof exportTypes

/** The answer of a route that exports. */
export const exportFile = fileOf(...Object.values(exportTypes))
