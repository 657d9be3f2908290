import type { Db } from '../../../db/tables.ts'

/** A snapshot and all that it has come from, as a table `path` to read in. */
export function withPath(db: Db, snapshotId: string) {
  return db.withRecursive('path(id, parent_id, snapshot_order)', (path) =>
    path
      .selectFrom('analysis_snapshots')
      .select(['id', 'parent_id', 'snapshot_order'])
      .where('id', '=', snapshotId)
      .unionAll(
        path
          .selectFrom('path')
          .innerJoin('analysis_snapshots as parent', 'parent.id', 'path.parent_id')
          .select(['parent.id', 'parent.parent_id', 'parent.snapshot_order']),
      ),
  )
}

/** A snapshot and all that it has come from, the first of the session last. */
export function readPath(
  db: Db,
  snapshotId: string,
): Promise<{ id: string; snapshot_order: number }[]> {
  return withPath(db, snapshotId)
    .selectFrom('path')
    .select(['id', 'snapshot_order'])
    .orderBy('snapshot_order', 'desc')
    .execute()
}
