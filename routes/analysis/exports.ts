import { Type } from '@sinclair/typebox'
import { TableFormat, tableFile } from '../../schemas/analysis/exports.ts'
import { SnapshotQuery, StepRefParams } from '../../schemas/analysis/steps.ts'
import { sendStepTable } from '../../src/analysis/results/tables.ts'
import { engineFailures } from '../../src/analysis/steps/open.ts'
import type { Routes } from '../../src/fastify.ts'

const Query = Type.Composite([SnapshotQuery, Type.Object({ format: TableFormat })])

export const exports: Routes = async (app) => {
  app.get(
    '/table',
    {
      config: {
        permission: 'analysis.read',
        failures: [
          'analysis_session_not_found',
          'analysis_snapshot_not_found',
          'analysis_step_not_found',
          'analysis_step_no_rows',
          'analysis_step_input_failed',
          'analysis_no_input',
          'export_too_large',
          ...engineFailures,
        ],
      },
      schema: {
        operationId: 'exportAnalysisTable',
        summary: 'Download the rows of a step as CSV, Excel or Parquet',
        description:
          'Everybody in the project. All rows of a filter, aggregate or transform, or of the table of a summary, in their order: the axes, 科目 and 値. CSV and Parquet are of any length, a workbook has a limit.',
        tags: ['analysis'],
        params: StepRefParams,
        querystring: Query,
        response: { 200: tableFile },
      },
    },
    ({ caller, params, query }, reply) =>
      sendStepTable(app, caller, { ...params, ...query }, reply),
  )
}
