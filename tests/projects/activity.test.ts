import { transact } from '../../db/transact.ts'
import type { ProjectEvent } from '../../schemas/projects/activity.ts'
import { recordProjectAudit } from '../../src/projects/activity.ts'
import { newId } from '../../src/values.ts'
import { insertProject, newCode, projects } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'

const actionsOf = (events: ProjectEvent[]) => events.map(({ action }) => action)

describe('the activity of a project', () => {
  test('has everything that was done in it, and by whom', async ({ signIn }) => {
    const [ann, bob, eve] = [await signIn(), await signIn(), await signIn()]
    const code = newCode()
    const project = (await ann.post(projects, { name: 'a', code })).json()
    const url = `${projects}/${project.id}`
    const member = (await ann.post(`${url}/members`, { user_id: bob.id })).json()
    await ann.post(`${url}/members/bulk`, { members: [{ user_id: eve.id }, { user_id: bob.id }] })
    await ann.patch(`${url}/members/${member.id}`, { role: 'viewer' })
    await ann.patch(`${url}/members/${member.id}`, { role: 'viewer' })
    await ann.patch(url, { name: 'b' })
    await eve.delete(`${url}/members/me`)
    await ann.delete(`${url}/members/${member.id}`)
    await ann.patch(`${url}/members/${newId()}`, { role: 'viewer' })
    await bob.patch(url, { name: 'c' })
    const { events, next_cursor } = (await ann.get(`${url}/activity`)).json()
    expect(next_cursor).toBeNull()
    expect(actionsOf(events)).toEqual([
      'member.removed',
      'member.left',
      'project.updated',
      'member.role_changed',
      'project.members_added',
      'member.added',
      'project.created',
    ])
    expect(events[2]).toEqual({
      id: expect.any(String),
      actor: { id: ann.id, display_name: ann.display_name },
      action: 'project.updated',
      subject_id: project.id,
      changes: { name: { from: 'a', to: 'b' } },
      created_at: expect.any(String),
    })
    expect(events[1].actor.id).toBe(eve.id)
    expect(events[3]).toMatchObject({
      subject_id: member.id,
      changes: { user_id: bob.id, role: { from: 'member', to: 'viewer' } },
    })
    expect(events[4].changes).toEqual({
      added: [{ user_id: eve.id, role: 'member' }],
      failed: [{ user_id: bob.id, role: 'member', code: 'already_member' }],
    })
    const auditor = await signIn('Auditor')
    const audited = await auditor.get(`/api/v1/admin/audit?subject_id=${member.id}`)
    expect(audited.json().events.map(({ id }: { id: string }) => id)).toEqual(
      [events[0], events[3], events[5]].map(({ id }) => id),
    )
  })

  test('is read page by page, by every role', async ({ app, db, signIn }) => {
    const [ann, eve] = [await signIn(), await signIn()]
    const id = await insertProject(db, { viewer: ann })
    const other = await insertProject(db, { viewer: eve })
    const url = `${projects}/${id}/activity`
    const origin = { ...ann, request_id: newId(), ip: null, user_agent: null }
    const subjects: string[] = []
    for (let n = 0; n < 5; n += 1) {
      const subject = newId()
      subjects.unshift(subject)
      await transact(db, async (trx) => {
        await recordProjectAudit(trx, origin, id, 'tree.created', subject, { __proto: n })
        const actor = { ...origin, id: null }
        await recordProjectAudit(trx, actor, other, 'tree.created', newId())
      })
    }
    const seen: ProjectEvent[] = []
    let cursor = ''
    for (;;) {
      const page = (await ann.get(`${url}?limit=2${cursor}`)).json()
      seen.push(...page.events)
      if (page.next_cursor === null) break
      expect(page.events).toHaveLength(2)
      cursor = `&cursor=${page.next_cursor}`
    }
    expect(seen.map(({ subject_id }) => subject_id)).toEqual(subjects)
    const others = (await eve.get(`${projects}/${other}/activity`)).json().events
    expect(others.map(({ actor }: ProjectEvent) => actor)).toEqual(Array(5).fill(null))

    expect((await eve.get(url)).statusCode).toBe(404)
    expect((await app.inject(url)).statusCode).toBe(401)
    for (const query of ['cursor=x', 'limit=0', 'limit=1001', `cursor=${'A'.repeat(5000)}`]) {
      expect((await ann.get(`${url}?${query}`)).statusCode, query).toBe(422)
    }
    expect((await ann.get(`${projects}/${newId()}/activity`)).statusCode).toBe(404)
  })

  test('has once what was sent twice with one key', async ({ signIn }) => {
    const [ann, bob] = [await signIn(), await signIn()]
    const key = { 'idempotency-key': newId() }
    const input = { name: 'a', code: newCode() }
    const answers = await Promise.all([1, 2, 3].map(() => ann.post(projects, input, key)))
    const { id } = answers.find(({ statusCode }) => statusCode === 201)?.json() ?? {}
    const again = await ann.post(projects, input, key)
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect(again.json().id).toBe(id)
    const url = `${projects}/${id}`
    await ann.post(`${url}/members`, { user_id: bob.id }, { 'idempotency-key': newId() })
    const { events } = (await ann.get(`${url}/activity`)).json()
    expect(actionsOf(events)).toEqual(['member.added', 'project.created'])
  })
})
