import type { Selectable } from 'kysely'
import { insertMany } from '../../db/bulk.ts'
import type { Tables } from '../../db/tables.ts'
import { transact } from '../../db/transact.ts'
import { maxSnapshots } from '../../schemas/analysis/snapshots.ts'
import { newId, now } from '../../src/values.ts'
import { sessionsUrl, stepOf } from '../support/analysis.ts'
import { insertIssue, openSession, rowsOf, say, work } from '../support/analysis-sessions.ts'
import { describe, expect, type Service, test } from '../support/service.ts'
import { setUp } from '../support/tree-work.ts'

/** More snapshots of a session, each the child of the one before, up to this number of them. */
async function grow(db: Service['deps']['db'], session_id: string, parent: string, count: number) {
  const rows: Selectable<Tables['analysis_snapshots']>[] = []
  let parent_id = parent
  for (let snapshot_order = 1; snapshot_order < count; snapshot_order += 1) {
    const row = {
      reason: 'chat' as const,
      input: null,
      file_id: null,
      created_by: null,
      created_at: now(),
    }
    const id = newId()
    rows.push({ ...row, id, session_id, parent_id, snapshot_order })
    parent_id = id
  }
  const columns = ['id', 'session_id', 'parent_id', 'snapshot_order', 'reason'] as const
  const rest = ['input', 'file_id', 'created_by', 'created_at'] as const
  await transact(db, async (trx) => {
    await insertMany(trx, 'analysis_snapshots', [...columns, ...rest], rows)
    await trx
      .updateTable('analysis_sessions')
      .set({ current_snapshot_id: parent_id })
      .where('id', '=', session_id)
      .execute()
  })
  return rows
}

describe('a session with a long history', () => {
  test('is read and listed in bounded pieces', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const opened = await openSession(member, project, await insertIssue(db))
    const { session_id, current_snapshot_id: root } = opened
    const url = `${sessionsUrl}/${session_id}`
    const rows = await grow(db, session_id, root, 1200)
    for (const row of rows.slice(-80)) await say(db, row, member, `問${row.snapshot_order}`, '答')
    const detail = (await member.get(url)).json()
    expect(detail).toMatchObject({ snapshot_total: 1200, chat_total: 161, current_snapshot: 1199 })
    expect(detail.snapshot_list).toHaveLength(1000)
    expect(detail.snapshot_list[0].snapshot_order).toBe(200)
    expect(detail.snapshot_list.at(-1).snapshot_order).toBe(1199)
    expect(detail.chat).toHaveLength(100)
    expect(detail.chat[0].message).toBe('問1150')
    expect(detail.chat.at(-2).message).toBe('問1199')
    const page = (await member.get(`${url}/snapshot?limit=1000&skip=300`)).json()
    expect(page.total).toBe(1200)
    expect(page.snapshots).toHaveLength(900)
    expect(page.snapshots.at(-1).snapshot_order).toBe(0)
    const [far] = rows.slice(-1)
    const said = (await member.get(`${url}/snapshot/${root}/diff/${far?.id}`)).json()
    expect(said.common_ancestor).toEqual({ snapshot_id: root, snapshot_order: 0 })
    expect((await member.delete(url)).statusCode).toBe(204)
    expect(Object.values(await rowsOf(db, session_id)).flat()).toEqual([])
  })

  test('ends at a limit, and goes on in a copy', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const opened = await openSession(member, project, await insertIssue(db))
    const { session_id, current_snapshot_id: root } = opened
    const url = `${sessionsUrl}/${session_id}`
    await grow(db, session_id, root, maxSnapshots - 1)
    const add = (id: string) =>
      work(db, member, id, ({ input }) => ({ input, steps: [stepOf('filter', {})] }))
    expect((await add(session_id)).snapshot_order).toBe(maxSnapshots - 1)
    const before = (await member.get(url)).json()
    await expect(add(session_id)).rejects.toMatchObject({
      failure: 'analysis_too_many_snapshots',
      detail: { limit: maxSnapshots },
    })
    expect((await member.get(url)).json()).toEqual(before)
    expect((await member.post(`${url}/snapshot/${root}`)).statusCode).toBe(200)
    await member.post(`${url}/snapshot/${before.current_snapshot_id}`)
    const copy = (await member.post(`${url}/duplicate`, {})).json()
    expect(copy).toMatchObject({ current_snapshot: 1, step_count: 1 })
    expect((await add(copy.session_id)).snapshot_order).toBe(2)
  })
})
