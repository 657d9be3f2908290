import { ref } from '../../schemas/common.ts'
import { exportFile } from '../../schemas/exports.ts'
import {
  IncidentExportQuery,
  IncidentPage,
  IncidentQuery,
} from '../../schemas/itsm/incident-lists.ts'
import { exportFailures, sendExport } from '../../src/exports.ts'
import type { Routes } from '../../src/fastify.ts'
import { exportedColumns, exportIncidents } from '../../src/itsm/incidents/export.ts'
import { listIncidents } from '../../src/itsm/incidents/listing.ts'

const tags = ['incidents']

export const incidentList: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'incident.read', failures: ['saved_search_not_found'] },
      schema: {
        operationId: 'listIncidents',
        summary: 'List incidents, newest first',
        description:
          'Those that one reported; the service desk, all. Pages by `skip` or, at the same cost however deep, by `cursor`. Somebody who only reports cannot ask about what they do not see: internal notes and files, parents, configuration items.',
        tags,
        querystring: IncidentQuery,
        response: { 200: ref(IncidentPage) },
      },
    },
    ({ caller, query }) => listIncidents(db, caller, query),
  )

  app.get(
    '/export',
    {
      config: {
        permission: 'incident.oversee',
        failures: [...exportFailures, 'saved_search_not_found'],
      },
      schema: {
        operationId: 'exportIncidents',
        summary: 'Download incidents as a table',
        description:
          'With the filters of the list, and without pages. Has what the figures of the service desk are computed from: times in UTC, `open_times` from opening or reopening to the end with `..` for none yet, seconds of the calendar, people by email, tags as JSON. It can be imported again. In CSV, text that a spreadsheet would take for a formula gets an apostrophe before it; a workbook has no formulas.',
        tags,
        querystring: IncidentExportQuery,
        response: { 200: exportFile },
      },
    },
    ({ caller, query }, reply) => {
      const rows = exportIncidents(db, caller, query)
      return sendExport(reply, query.format, 'incidents', rows, exportedColumns)
    },
  )
}
