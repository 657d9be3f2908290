import type { Db } from '../../../db/tables.ts'
import { readTogether } from '../../../db/transact.ts'
import type { SnapshotComparison } from '../../../schemas/analysis/snapshot-differences.ts'
import type { Caller } from '../../access.ts'
import { withPauses } from '../../slices.ts'
import { getSessionRow } from '../sessions/access.ts'
import { getSnapshotRow } from './access.ts'
import { compareDrafts } from './differences.ts'
import { readDraft, type SnapshotRow } from './drafts.ts'
import { readPath } from './paths.ts'
import { toTable } from './wire.ts'

/** What differs from one snapshot of a session to another, and where their ways have parted. */
export async function compareSnapshots(
  db: Db,
  caller: Caller,
  sessionId: string,
  beforeId: string,
  afterId: string,
): Promise<SnapshotComparison> {
  const read = await readTogether(db, async (reading) => {
    const session = await getSessionRow(reading, caller, sessionId)
    const before = await getSnapshotRow(reading, session.id, beforeId)
    const after = await getSnapshotRow(reading, session.id, afterId)
    const drafts = [
      await readDraft(reading, before.id),
      await readDraft(reading, after.id),
    ] as const
    const tables = {
      before: await toTable(reading, drafts[0].input),
      after: await toTable(reading, drafts[1].input),
    }
    return { before, after, drafts, tables, common_ancestor: await meet(reading, before, after) }
  })
  const { input: changes, ...steps } = await withPauses(compareDrafts(...read.drafts))
  return {
    before: endOf(read.before),
    after: endOf(read.after),
    common_ancestor: read.common_ancestor,
    input: { is_changed: changes.length > 0, changes, ...read.tables },
    ...steps,
  }
}

/** The last snapshot that two have come from. All have come from the first of the session. */
async function meet(db: Db, one: SnapshotRow, other: SnapshotRow) {
  const seen = new Set((await readPath(db, one.id)).map(({ id }) => id))
  const path = await readPath(db, other.id)
  return endOf(path.find(({ id }) => seen.has(id)) ?? one)
}

function endOf({ id, snapshot_order }: { id: string; snapshot_order: number }) {
  return { snapshot_id: id, snapshot_order }
}
