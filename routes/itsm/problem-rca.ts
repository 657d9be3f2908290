import { IdParams, IfMatch, ref } from '../../schemas/common.ts'
import { Problem } from '../../schemas/itsm/problems.ts'
import {
  type RcaMethod,
  RcaMethodParams,
  RcaOverview,
  RcaPhaseChange,
  RcaSaved,
  RcaVersions,
  rcaSchemas,
} from '../../schemas/itsm/rca.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  getRca,
  getRcaDocument,
  listRcaVersions,
  saveRcaDocument,
  setRcaPhase,
} from '../../src/itsm/problems/rca.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['problems']
const refusals = ['problem_not_found', 'problem_reopening_required', 'problem_is_over'] as const

const saving = {
  five_whys: {
    operationId: 'saveFiveWhys',
    summary: 'Save the five whys of a problem',
    description: 'Earlier versions are kept.',
  },
  fishbone: {
    operationId: 'saveFishbone',
    summary: 'Save the fishbone diagram of a problem',
    description: 'Each primary cause must stand in the diagram. Earlier versions are kept.',
  },
  timeline: {
    operationId: 'saveRcaTimeline',
    summary: 'Save the timeline of a problem',
    description: 'Events come in the order of their times. Earlier versions are kept.',
  },
  fault_tree: {
    operationId: 'saveFaultTree',
    summary: 'Save the fault tree of a problem',
    description:
      'Every node hangs below the top, 20 levels deep at most and without cycles; a node may be the child of several. Earlier versions are kept.',
  },
} as const satisfies Record<RcaMethod, object>

export const problemRca: Routes = async (app) => {
  const { db } = app

  app.get(
    '/:id/rca',
    {
      config: { permission: 'problem.read', failures: ['problem_not_found'] },
      schema: {
        operationId: 'getRca',
        summary: 'Get how far the search for the root cause is',
        tags,
        params: IdParams,
        response: { 200: ref(RcaOverview) },
      },
    },
    ({ params }) => getRca(db, params.id),
  )

  app.put(
    '/:id/rca/phase',
    {
      config: { permission: 'problem.write', failures: refusals },
      schema: {
        operationId: 'setRcaPhase',
        summary: 'Say in which phase the search for the root cause is',
        description: 'The progress follows from the phase: 0, 20, 40, 60, 80, 100 percent.',
        tags,
        params: IdParams,
        headers: IfMatch,
        body: ref(RcaPhaseChange),
        response: { 200: ref(Problem) },
      },
    },
    async ({ params, caller, body, headers }, reply) => {
      const version = versionIn(headers['if-match'])
      const problem = await setRcaPhase(db, caller, params.id, body.phase, version)
      return reply.header('etag', etagOf(problem)).send(problem)
    },
  )

  for (const method of Object.keys(rcaSchemas) as RcaMethod[]) {
    app.put(
      `/:id/rca/${method}`,
      {
        config: { permission: 'problem.write', failures: refusals },
        schema: {
          ...saving[method],
          tags,
          params: IdParams,
          headers: IfMatch,
          body: ref(rcaSchemas[method]),
          response: { 200: ref(RcaSaved) },
        },
      },
      async ({ params, caller, body, headers }, reply) => {
        const version = versionIn(headers['if-match'])
        const saved = await saveRcaDocument(db, caller, params.id, method, body, version)
        return reply.header('etag', etagOf(saved)).send(saved)
      },
    )
  }

  app.get(
    '/:id/rca/:method',
    {
      config: {
        permission: 'problem.read',
        failures: ['problem_not_found', 'rca_document_not_found'],
      },
      schema: {
        operationId: 'getRcaDocument',
        summary: 'Get the latest document of a method',
        tags,
        params: RcaMethodParams,
        response: { 200: ref(RcaSaved) },
      },
    },
    async ({ params }, reply) => {
      const saved = await getRcaDocument(db, params.id, params.method)
      return reply.header('etag', etagOf(saved)).send(saved)
    },
  )

  app.get(
    '/:id/rca/:method/versions',
    {
      config: { permission: 'problem.read', failures: ['problem_not_found'] },
      schema: {
        operationId: 'listRcaVersions',
        summary: 'List the versions of a document, the latest first',
        tags,
        params: RcaMethodParams,
        response: { 200: ref(RcaVersions) },
      },
    },
    ({ params }) => listRcaVersions(db, params.id, params.method),
  )
}
