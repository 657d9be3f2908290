import type { FastifyBaseLogger } from 'fastify'
import type { Deps } from '../fastify.ts'
import type { JobRunner } from '../job-runs.ts'

/** Counts each run of a job, and gives it a line in the log. */
export function watchJobs(
  { meters, levels }: Pick<Deps, 'meters' | 'levels'>,
  log: FastifyBaseLogger,
): JobRunner['onRun'] {
  return (kind, outcome, seconds, about) => {
    meters.countJob(kind, outcome, seconds)
    levels.countJob(outcome, seconds)
    const level = outcome === 'failed' ? 'error' : outcome === 'retried' ? 'warn' : 'info'
    log[level]({ kind, outcome, duration_ms: Math.round(seconds * 1000), ...about }, 'job')
  }
}
