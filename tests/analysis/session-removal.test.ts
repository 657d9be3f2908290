import { removeProject } from '../../src/projects/removal.ts'
import { now } from '../../src/values.ts'
import { sessionsUrl, stepOf } from '../support/analysis.ts'
import {
  insertIssue,
  insertSessionFile,
  openSession,
  rowsOf,
  tablesIn,
  work,
} from '../support/analysis-sessions.ts'
import { filesUrl, uploadTo } from '../support/project-files.ts'
import { describe, expect, test } from '../support/service.ts'
import { setUp } from '../support/tree-work.ts'

test('a file that a session uses, in whatever version, is not deleted', async ({
  db,
  service,
  signIn,
}) => {
  const { project, member } = await setUp(db, signIn)
  const issue = await insertIssue(db)
  const { session_id, name } = await openSession(member, project, issue)
  const one = await uploadTo(member, project, 'a.csv')
  const two = await uploadTo(member, project, 'a.csv')
  // Twice the same file is one use.
  await insertSessionFile(service.deps, session_id, one.id)
  await insertSessionFile(service.deps, session_id, one.id)
  const uses = [{ kind: 'session', id: session_id, name, file_id: one.id }]
  for (const { id } of [one, two]) {
    const url = `${filesUrl(project)}/${id}`
    expect((await member.get(`${url}/usage`)).json()).toEqual({ uses })
    expect((await member.delete(url)).json()).toMatchObject({ code: 'project_file_in_use', uses })
  }
  expect((await member.delete(`${sessionsUrl}/${session_id}`)).statusCode).toBe(204)
  expect((await member.delete(`${filesUrl(project)}/${two.id}`)).statusCode).toBe(204)
  await service.queue.runDue()
})

describe('a project that is deleted', () => {
  test('takes its sessions, their tables and its templates along', async ({
    db,
    service,
    signIn,
  }) => {
    const { project, manager, member } = await setUp(db, signIn)
    const [own, common] = [await insertIssue(db, project), await insertIssue(db)]
    const ids: string[] = []
    for (const issue of [own, common]) {
      const { session_id } = await openSession(member, project, issue)
      const file = await uploadTo(member, project, 'a.csv')
      const input = await insertSessionFile(service.deps, session_id, file.id)
      await work(db, member, session_id, () => ({ input, steps: [stepOf('filter', {})] }))
      ids.push(session_id)
    }
    const kept = await setUp(db, signIn)
    const other = await openSession(kept.member, kept.project, common)
    expect((await manager.delete(`/api/v1/projects/${project}`)).statusCode).toBe(204)
    expect((await member.get(`${sessionsUrl}/${ids[0]}`)).statusCode).toBe(404)
    await service.queue.runDue()
    await service.queue.runDue()
    expect(service.faults).toEqual([])
    for (const id of ids) expect(Object.values(await rowsOf(db, id)).flat()).toEqual([])
    expect(await tablesIn(service)).toEqual([])
    const left = await db.selectFrom('projects').select('id').where('id', '=', project).execute()
    expect(left).toEqual([])
    const issues = await db
      .selectFrom('analysis_issues')
      .select('id')
      .where('id', 'in', [own.issue_id, common.issue_id])
      .execute()
    expect(issues).toEqual([{ id: common.issue_id }])
    const url = `${sessionsUrl}/${other.session_id}`
    expect((await kept.member.get(url)).statusCode).toBe(200)
  })

  test('can be removed twice at once, and again', async ({ db, service, signIn }) => {
    const { project, member } = await setUp(db, signIn)
    const issue = await insertIssue(db)
    for (let n = 0; n < 5; n += 1) {
      const { session_id } = await openSession(member, project, issue)
      const file = await uploadTo(member, project, 'a.csv')
      await insertSessionFile(service.deps, session_id, file.id)
    }
    await db.updateTable('projects').set({ deleted_at: now() }).where('id', '=', project).execute()
    const { signal } = new AbortController()
    const remove = () => removeProject(service.deps, project, signal)
    await Promise.all([remove(), remove()])
    await remove()
    await service.queue.runDue()
    expect(await tablesIn(service)).toEqual([])
    const left = await db
      .selectFrom('analysis_sessions')
      .select('id')
      .where('project_id', '=', project)
      .execute()
    expect(left).toEqual([])
  })
})
