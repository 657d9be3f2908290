import {
  AuditExportQuery,
  AuditPage,
  AuditQuery,
  AuditVerdict,
} from '../../schemas/accounts/audit.ts'
import { fileOf, ref } from '../../schemas/common.ts'
import { verifyAudit } from '../../src/accounts/audit-chain.ts'
import { exportAuditEvents, listAuditEvents } from '../../src/accounts/audit-log.ts'
import type { Routes } from '../../src/fastify.ts'

const tags = ['admin']
const types = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8' }

export const audit: Routes = async (app) => {
  const { db, secrets } = app

  app.get(
    '',
    {
      config: { permission: 'audit.read' },
      schema: {
        operationId: 'listAuditEvents',
        summary: 'List who did what, newest first',
        tags,
        querystring: AuditQuery,
        response: { 200: ref(AuditPage) },
      },
    },
    (request) => listAuditEvents(db, request.query),
  )

  app.get(
    '/export',
    {
      config: { permission: 'audit.read' },
      schema: {
        operationId: 'exportAuditEvents',
        summary: 'Download all of it as CSV or NDJSON',
        tags,
        querystring: AuditExportQuery,
        response: { 200: fileOf('text/csv', 'application/x-ndjson') },
      },
    },
    async ({ query }, reply) =>
      reply
        .type(types[query.format])
        .header('content-disposition', `attachment; filename="audit.${query.format}"`)
        .send(exportAuditEvents(db, query)),
  )

  app.get(
    '/verify',
    {
      config: { permission: 'audit.read' },
      schema: {
        operationId: 'verifyAudit',
        summary: 'Recompute the chain of the audit log and say where it breaks',
        tags,
        response: { 200: ref(AuditVerdict) },
      },
    },
    () => verifyAudit(db, secrets),
  )
}
