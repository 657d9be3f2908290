import { SessionParams } from '../../schemas/analysis/common.ts'
import { SnapshotComparison } from '../../schemas/analysis/snapshot-differences.ts'
import {
  AnalysisSnapshotDetail,
  AnalysisSnapshotPage,
  RestoredSnapshot,
  SnapshotPairParams,
  SnapshotParams,
  SnapshotQuery,
} from '../../schemas/analysis/snapshots.ts'
import { IfMatch, ref } from '../../schemas/common.ts'
import { compareSnapshots } from '../../src/analysis/snapshots/comparison.ts'
import { getSnapshot, listSnapshots } from '../../src/analysis/snapshots/reading.ts'
import { restoreSnapshot } from '../../src/analysis/snapshots/restore.ts'
import type { Routes } from '../../src/fastify.ts'
import { etagOf, versionIn } from '../../src/version.ts'

const tags = ['analysis']
const known = ['analysis_session_not_found', 'analysis_snapshot_not_found'] as const

export const snapshots: Routes = async (app) => {
  const { db } = app

  app.get(
    '',
    {
      config: { permission: 'analysis.read', failures: ['analysis_session_not_found'] },
      schema: {
        operationId: 'listAnalysisSnapshots',
        summary: 'List the snapshots of an analysis session, the newest first',
        description: 'Everybody in the project. They are a tree by `parent_id`.',
        tags,
        params: SessionParams,
        querystring: SnapshotQuery,
        response: { 200: ref(AnalysisSnapshotPage) },
      },
    },
    ({ caller, params, query }) => listSnapshots(db, caller, params.session_id, query),
  )

  app.get(
    '/:snapshot_id',
    {
      config: { permission: 'analysis.read', failures: known },
      schema: {
        operationId: 'getAnalysisSnapshot',
        summary: 'Get a snapshot with its input, its steps and what was said on the way to it',
        description: 'Everybody in the project.',
        tags,
        params: SnapshotParams,
        response: { 200: ref(AnalysisSnapshotDetail) },
      },
    },
    ({ caller, params }) => getSnapshot(db, caller, params.session_id, params.snapshot_id),
  )

  app.post(
    '/:snapshot_id',
    {
      config: {
        permission: 'analysis.write',
        failures: [
          ...known,
          'project_role_required',
          'project_archived',
          'analysis_session_inactive',
        ],
      },
      schema: {
        operationId: 'restoreAnalysisSnapshot',
        summary: 'Take an analysis session to one of its snapshots',
        description:
          'Managers, moderators and members of the project. Nothing is deleted: what is done next branches off there. The `ETag` is the version of the session.',
        tags,
        params: SnapshotParams,
        headers: IfMatch,
        response: { 200: ref(RestoredSnapshot) },
      },
    },
    async ({ caller, params, headers }, reply) => {
      const { session_id, snapshot_id } = params
      const version = versionIn(headers['if-match'])
      const restored = await restoreSnapshot(app, caller, session_id, snapshot_id, version)
      return reply.header('etag', etagOf(restored)).send(restored)
    },
  )

  app.get(
    '/:snapshot_id/diff/:other_id',
    {
      config: { permission: 'analysis.read', failures: known },
      schema: {
        operationId: 'compareAnalysisSnapshots',
        summary: 'Compare two snapshots of an analysis session',
        description:
          'Everybody in the project. What differs in the input and in the steps from the first to the second, field by field.',
        tags,
        params: SnapshotPairParams,
        response: { 200: ref(SnapshotComparison) },
      },
    },
    ({ caller, params }) =>
      compareSnapshots(db, caller, params.session_id, params.snapshot_id, params.other_id),
  )
}
