import { IdParams, ref } from '../../schemas/common.ts'
import { Job, JobPage, JobQuery } from '../../schemas/system.ts'
import type { Routes } from '../../src/fastify.ts'
import { getJob, listJobs, retryJob } from '../../src/system/jobs.ts'

const tags = ['admin']

export const jobs: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'job.read' },
      schema: {
        operationId: 'listJobs',
        summary: 'List jobs, newest first',
        tags,
        querystring: JobQuery,
        response: { 200: ref(JobPage) },
      },
    },
    (request) => listJobs(db, request.query),
  )

  app.get(
    '/:id',
    {
      config: { permission: 'job.read', failures: ['job_not_found'] },
      schema: {
        operationId: 'getJob',
        summary: 'Get a job',
        tags,
        params: IdParams,
        response: { 200: ref(Job) },
      },
    },
    (request) => getJob(db, request.params.id),
  )

  app.post(
    '/:id/retry',
    {
      config: { permission: 'job.manage', failures: ['job_not_found', 'job_not_failed'] },
      schema: {
        operationId: 'retryJob',
        summary: 'Try a failed job again from the beginning',
        tags,
        params: IdParams,
        response: { 200: ref(Job) },
      },
    },
    (request) => retryJob(db, request.caller, request.params.id),
  )
}
