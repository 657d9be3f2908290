import { ref } from '../../schemas/common.ts'
import { exportFile } from '../../schemas/exports.ts'
import {
  ProblemCandidateQuery,
  ProblemCandidates,
  ProblemKpiQuery,
  ProblemKpis,
  ProblemStatistics,
  ProblemTrendQuery,
  ProblemTrends,
} from '../../schemas/itsm/problem-figures.ts'
import { ProblemExportQuery } from '../../schemas/itsm/problems.ts'
import { exportFailures, sendExport } from '../../src/exports.ts'
import type { Routes } from '../../src/fastify.ts'
import { proposeProblems } from '../../src/itsm/problems/candidates.ts'
import { countProblems, problemKpis, problemTrends } from '../../src/itsm/problems/figures.ts'
import { allProblems, exportedColumns } from '../../src/itsm/problems/listing.ts'

const tags = ['problems']

export const problemFigures: Routes = async (app) => {
  const { db } = app

  app.get(
    '/candidates',
    {
      config: {
        permission: 'problem.read',
        failures: ['task_too_large', 'task_too_slow', 'too_busy'],
      },
      schema: {
        operationId: 'listProblemCandidates',
        summary: 'Propose problems from incidents that are alike',
        description:
          'Clusters of incidents without a problem, not cancelled, whose titles and descriptions are alike (cosine of their n-grams, rare ones counting most); the same category or CI speaks for it besides. Every major incident without a problem is proposed too, first.',
        tags,
        querystring: ProblemCandidateQuery,
        response: { 200: ref(ProblemCandidates) },
      },
    },
    ({ caller, query }) => proposeProblems(app, caller, query),
  )

  app.get(
    '/statistics',
    {
      config: { permission: 'problem.read' },
      schema: {
        operationId: 'getProblemStatistics',
        summary: 'Count problems by what they are now',
        tags,
        response: { 200: ref(ProblemStatistics) },
      },
    },
    () => countProblems(db),
  )

  app.get(
    '/trends',
    {
      config: { permission: 'problem.read' },
      schema: {
        operationId: 'getProblemTrends',
        summary: 'Count problems that were opened, resolved and closed by month',
        description:
          'By `created_at`, `resolved_at` and `closed_at` of the problems; one that was opened again counts as resolved or closed when it is so the next time.',
        tags,
        querystring: ProblemTrendQuery,
        response: { 200: ref(ProblemTrends) },
      },
    },
    ({ query }) => problemTrends(db, query.months),
  )

  app.get(
    '/kpis',
    {
      config: { permission: 'problem.read' },
      schema: {
        operationId: 'getProblemKpis',
        summary: 'Time to root cause and to resolution, recurrence, causes found',
        description:
          'Of the last `days`, by the clock. Time to root cause: from `created_at` to `root_cause_at` of causes found in the period. Time to resolution: from `created_at` to `resolved_at` of what was resolved in it. Recurrence rate: of problems first closed in it, the share that an incident was linked to which was opened after that. All of it can be computed again from GET /problems/export.',
        tags,
        querystring: ProblemKpiQuery,
        response: { 200: ref(ProblemKpis) },
      },
    },
    ({ query }) => problemKpis(db, query.days),
  )

  app.get(
    '/export',
    {
      config: { permission: 'problem.read', failures: exportFailures },
      schema: {
        operationId: 'exportProblems',
        summary: 'Download the list of problems as a table',
        description: 'What the list shows, with the same filters and without pages, newest first.',
        tags,
        querystring: ProblemExportQuery,
        response: { 200: exportFile },
      },
    },
    ({ caller, query }, reply) =>
      sendExport(reply, query.format, 'problems', allProblems(db, caller, query), exportedColumns),
  )
}
