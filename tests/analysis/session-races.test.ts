import type { LightMyRequestResponse } from 'fastify'
import { sessionsUrl, stepOf } from '../support/analysis.ts'
import {
  insertIssue,
  insertSessionFile,
  openSession,
  requireWhole,
  rowsOf,
  tablesIn,
  work,
} from '../support/analysis-sessions.ts'
import { uploadTo } from '../support/project-files.ts'
import { type Client, describe, expect, type Service, test } from '../support/service.ts'
import { setUp } from '../support/tree-work.ts'

describe('many who work in one session', () => {
  test('leave a tree of snapshots without gaps, and each change is counted', async ({
    db,
    service,
    signIn,
  }) => {
    const { project, manager, moderator, member } = await setUp(db, signIn)
    const opened = await openSession(member, project, await insertIssue(db))
    const { session_id, current_snapshot_id: root } = opened
    const url = `${sessionsUrl}/${session_id}`
    const file = await uploadTo(member, project, 'a.csv')
    const input = await insertSessionFile(service.deps, session_id, file.id)
    const [first, second] = [
      await work(db, member, session_id, () => ({ input, steps: [stepOf('filter', {})] })),
      await work(db, member, session_id, (draft) => draft),
    ]
    const { version } = (await member.get(url)).json()
    const add = (by: Client) =>
      work(db, by, session_id, ({ steps, input: table }) => ({
        input: table,
        steps: [...steps, stepOf('filter', {})],
      }))
    const tasks = (by: Client, n: number): Promise<LightMyRequestResponse | object>[] => [
      add(by),
      by.post(`${url}/snapshot/${[root, first.id, second.id][n]}`),
      add(by),
      by.post(`${url}/duplicate`, { name: `写し${n}` }),
      by.patch(url, { name: `名前${n}` }),
      by.get(url),
      by.get(`${url}/snapshot`),
      by.post(`${url}/snapshot/${[second.id, root, first.id][n]}`),
      add(by),
    ]
    const answers = await Promise.all([manager, moderator, member].flatMap(tasks))
    for (const each of answers) {
      if ('statusCode' in each)
        expect([200, 201], String(Object(each).body)).toContain(each.statusCode)
    }
    await requireWhole(db, session_id)
    const { session, snapshots } = await rowsOf(db, session_id)
    expect(snapshots).toHaveLength(3 + 9)
    const { rows } = await eventsOf(db, session_id)
    const counted = rows.filter(({ action }) => action !== 'analysis.session_created')
    // Each snapshot and each event counts once; restoring what is current counts nothing.
    expect(session[0]?.version).toBe(version + 9 + counted.length)
    const copies = (await member.get(`${sessionsUrl}?project_id=${project}&search=写し`)).json()
    expect(copies.total).toBe(3)
    for (const copy of copies.sessions) await requireWhole(db, copy.session_id)
    expect(await tablesIn(service)).toHaveLength(4)
    await manager.delete(url)
    for (const copy of copies.sessions) await manager.delete(`${sessionsUrl}/${copy.session_id}`)
    await service.queue.runDue()
    expect(await tablesIn(service)).toEqual([])
  })

  test('change nothing once it has changed since they saw it', async ({ db, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const { session_id, current_snapshot_id } = await openSession(
      member,
      project,
      await insertIssue(db),
    )
    await work(db, member, session_id, (draft) => draft)
    const url = `${sessionsUrl}/${session_id}`
    const seen = { 'if-match': (await member.get(url)).headers.etag as string }
    const answers = await Promise.all([
      member.patch(url, { name: 'a' }, seen),
      member.post(`${url}/snapshot/${current_snapshot_id}`, undefined, seen),
      member.patch(url, { name: 'b' }, seen),
      member.post(`${url}/snapshot/${current_snapshot_id}`, undefined, seen),
      member.delete(url, undefined, { 'if-match': '"1"' }),
    ])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412, 412, 412, 412])
    await requireWhole(db, session_id)
    expect((await member.get(url)).json().version).toBe(3)
  })

  test('and somebody who deletes it leave nothing behind', async ({ db, service, signIn }) => {
    const { project, manager, member } = await setUp(db, signIn)
    const issue = await insertIssue(db)
    for (let round = 0; round < 5; round += 1) {
      const { session_id, current_snapshot_id } = await openSession(member, project, issue)
      const url = `${sessionsUrl}/${session_id}`
      const file = await uploadTo(member, project, `${round}.csv`)
      const input = await insertSessionFile(service.deps, session_id, file.id)
      await work(db, member, session_id, () => ({ input, steps: [stepOf('filter', {})] }))
      const change = work(db, member, session_id, (draft) => draft).catch((error) => error)
      const answers = await Promise.all([
        member.post(`${url}/duplicate`, {}),
        member.post(`${url}/snapshot/${current_snapshot_id}`),
        manager.delete(url),
        member.post(`${url}/duplicate`, {}),
        member.delete(url),
        member.get(url),
      ])
      const known = { failure: 'analysis_session_not_found' }
      const made = await change
      if (made.failure) expect(made).toMatchObject(known)
      for (const { statusCode, body } of answers) {
        expect([200, 201, 204, 404], body).toContain(statusCode)
      }
      const gone = [answers[2], answers[4]].map((each) => each?.statusCode)
      expect(gone.sort()).toEqual([204, 404])
      expect(Object.values(await rowsOf(db, session_id)).flat()).toEqual([])
      const { sessions } = (await member.get(`${sessionsUrl}?project_id=${project}`)).json()
      for (const copy of sessions) {
        await requireWhole(db, copy.session_id)
        expect((await rowsOf(db, copy.session_id)).files).toHaveLength(1)
        await manager.delete(`${sessionsUrl}/${copy.session_id}`)
      }
      await service.queue.runDue()
      expect(await tablesIn(service)).toEqual([])
      expect(await db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
    }
    expect(service.faults).toEqual([])
  })
})

/** What was written down of a session itself. */
async function eventsOf(db: Service['deps']['db'], subject_id: string) {
  const rows = await db
    .selectFrom('audit_log')
    .select(['action'])
    .where('subject_id', '=', subject_id)
    .execute()
  return { rows }
}
