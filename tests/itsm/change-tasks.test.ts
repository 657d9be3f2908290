import type { ChangeTask } from '../../schemas/itsm/change-tasks.ts'
import { newId } from '../../src/values.ts'
import { changes, draft, move, started } from '../support/itsm-changes.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const agent = 'ServiceDeskAgent'
const tasksOf = (id: string) => `${changes}/${id}/tasks`

async function add(client: Client, id: string, input: object = {}): Promise<ChangeTask> {
  const response = await client.post(tasksOf(id), { name: '作業', ...input })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

async function list(client: Client, id: string): Promise<ChangeTask[]> {
  return (await client.get(tasksOf(id))).json().tasks
}

const put = (client: Client, { id, change_id }: ChangeTask, status: string) =>
  client.put(`${tasksOf(change_id)}/${id}/status`, { status })

async function reach(client: Client, task: ChangeTask, ...statuses: string[]) {
  for (const status of statuses) {
    const response = await put(client, task, status)
    expect(response.statusCode, response.body).toBe(200)
  }
}

const names = (tasks: ChangeTask[]) => tasks.map(({ name }) => name)

describe('tasks of a change', () => {
  test('are added last, or where it is said', async ({ signIn }) => {
    const [ann, bob] = [await signIn(agent), await signIn(agent)]
    const { id } = await draft(ann)
    const first = await add(ann, id, { name: 'a' })
    const planned = {
      planned_start: '2026-12-01T11:00:00.000Z',
      planned_end: '2026-12-01T11:30:00.000Z',
      assignee_id: bob.id,
      depends_on: [first.id],
    }
    const response = await ann.post(tasksOf(id), { name: 'b', ...planned })
    const task = response.json()
    expect(response.headers).toMatchObject({
      location: `${tasksOf(id)}/${task.id}`,
      etag: '"1"',
    })
    expect(task).toMatchObject({
      ...planned,
      change_id: id,
      status: 'pending',
      position: 1,
      actual_start: null,
      actual_end: null,
    })
    expect((await bob.get(String(response.headers.location))).json()).toEqual(task)
    await add(ann, id, { name: 'c', position: 0 })
    await add(ann, id, { name: 'd', position: 100 })
    const tasks = await list(ann, id)
    expect(names(tasks)).toEqual(['c', 'a', 'b', 'd'])
    expect(tasks.map(({ position }) => position)).toEqual([0, 1, 2, 3])
  })

  test('keep places without gaps, however many are added at once', async ({ signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    await Promise.all(Array.from({ length: 5 }, () => add(ann, id, { position: 0 })))
    expect((await list(ann, id)).map(({ position }) => position)).toEqual([0, 1, 2, 3, 4])
  })

  test('are moved, put in order, changed and deleted', async ({ signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    const a = await add(ann, id, { name: 'a' })
    const b = await add(ann, id, { name: 'b', depends_on: [a.id] })
    const c = await add(ann, id, { name: 'c' })
    const url = `${tasksOf(id)}/${a.id}`
    const moved = await ann.patch(url, { position: 2, name: 'A' }, { 'if-match': '"1"' })
    expect(moved.json()).toMatchObject({ name: 'A', position: 2, version: 2 })
    expect(moved.headers.etag).toBe('"2"')
    expect((await ann.patch(url, { name: 'x' }, { 'if-match': '"1"' })).statusCode).toBe(412)
    const ordered = await ann.put(`${tasksOf(id)}/order`, { task_ids: [c.id, a.id, b.id] })
    expect(names(ordered.json().tasks)).toEqual(['c', 'A', 'b'])
    for (const task_ids of [[a.id, b.id], [a.id, b.id, newId()], []]) {
      const refused = await ann.put(`${tasksOf(id)}/order`, { task_ids })
      expect(refused.json().errors).toMatchObject([{ field: 'task_ids' }])
    }
    expect((await ann.delete(url)).statusCode).toBe(204)
    expect((await ann.delete(url)).statusCode).toBe(404)
    const left = await list(ann, id)
    expect(left).toMatchObject([
      { name: 'c', position: 0 },
      { name: 'b', position: 1, depends_on: [] },
    ])
    const { history } = (await ann.get(`${changes}/${id}/history`)).json()
    expect(history).toContainEqual(
      expect.objectContaining({
        field: 'task',
        old_value: { id: a.id, name: 'a', position: 0 },
        new_value: { id: a.id, name: 'A', position: 2 },
      }),
    )
  })

  test.for([
    [{ name: '' }, 'name'],
    [{ name: 'a\u0000b' }, ''],
    [{ status: 'completed' }, 'status'],
    [{ assignee_id: newId() }, 'assignee_id'],
    [{ depends_on: [newId()] }, 'depends_on.0'],
    [{ position: -1 }, 'position'],
    [{ planned_end: '2026-06-30T23:59:60Z' }, 'planned_end'],
    [{ planned_start: '2026-12-02T00:00:00Z', planned_end: '2026-12-01T00:00:00Z' }, 'planned_end'],
  ] as const)('refuse %o, new and as a change', async ([body, field], { signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    const task = await add(ann, id)
    const answers = [
      await ann.post(tasksOf(id), { name: 'a', ...body }),
      await ann.patch(`${tasksOf(id)}/${task.id}`, body),
    ]
    for (const answer of answers) {
      expect(answer.statusCode).toBe(field ? 422 : 400)
      if (field) expect(answer.json().errors[0].field).toBe(field)
    }
    expect(await list(ann, id)).toEqual([task])
  })

  test('never wait for each other', async ({ signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    const a = await add(ann, id)
    const b = await add(ann, id, { depends_on: [a.id] })
    const c = await add(ann, id, { depends_on: [b.id] })
    const url = `${tasksOf(id)}/${a.id}`
    const refused = await ann.patch(url, { depends_on: [c.id] })
    expect(refused.json().errors).toMatchObject([{ field: 'depends_on' }])
    expect((await ann.patch(url, { depends_on: [a.id] })).statusCode).toBe(422)
    const other = await draft(ann)
    const foreign = await add(ann, other.id)
    expect((await ann.patch(url, { depends_on: [foreign.id] })).statusCode).toBe(422)
    expect((await ann.get(`${tasksOf(id)}/${foreign.id}`)).statusCode).toBe(404)
  })

  test('are no more than a hundred', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await draft(ann)
    const { depends_on: _, ...task } = await add(ann, id)
    const more = Array.from({ length: 99 }, (_, n) => ({ ...task, id: newId(), position: n + 1 }))
    await db.insertInto('change_tasks').values(more).execute()
    const refused = await ann.post(tasksOf(id), { name: 'a' })
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'change_tasks_full'])
  })

  test('are for those who look after the change, and their moves for the assignee too', async ({
    app,
    signIn,
  }) => {
    const [ann, bob, eve] = [await signIn(agent), await signIn(agent), await signIn(agent)]
    const { id } = await draft(ann)
    const task = await add(ann, id, { assignee_id: bob.id })
    const url = `${tasksOf(id)}/${task.id}`
    for (const answer of [
      await eve.post(tasksOf(id), { name: 'a' }),
      await bob.patch(url, { name: 'a' }),
      await eve.delete(url),
      await eve.put(`${tasksOf(id)}/order`, { task_ids: [task.id] }),
      await put(eve, task, 'skipped'),
    ]) {
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'change_editor_required'])
    }
    expect((await (await signIn('Auditor')).post(tasksOf(id), { name: 'a' })).statusCode).toBe(403)
    expect((await (await signIn('User')).get(tasksOf(id))).statusCode).toBe(403)
    expect((await app.inject(tasksOf(id))).statusCode).toBe(401)
    expect((await ann.post(tasksOf(newId()), { name: 'a' })).statusCode).toBe(404)
    expect((await put(ann, { ...task, id: newId() }, 'skipped')).statusCode).toBe(404)
    expect((await put(bob, task, 'skipped')).json()).toMatchObject({ status: 'skipped' })
  })
})

describe('PUT /changes/{id}/tasks/{task_id}/status', () => {
  test('waits for the start of the change, and for other tasks', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const early = await draft(ann)
    const task = await add(ann, early.id)
    const refused = await put(ann, task, 'in_progress')
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'change_not_started'])

    const { id } = await started(ann, db)
    const a = await add(ann, id, { name: 'a' })
    const b = await add(ann, id, { name: 'b', depends_on: [a.id] })
    const waiting = await put(ann, b, 'in_progress')
    expect(waiting.statusCode).toBe(409)
    expect(waiting.json()).toMatchObject({ code: 'change_task_waits', tasks: ['a'] })
    await reach(ann, a, 'in_progress')
    expect((await put(ann, b, 'in_progress')).statusCode).toBe(409)
    await reach(ann, a, 'completed')
    await reach(ann, b, 'in_progress', 'failed')
    const [done, failed] = await list(ann, id)
    for (const each of [done, failed]) {
      expect(each?.actual_start).toBeTypeOf('string')
      expect(String(each?.actual_end) >= String(each?.actual_start)).toBe(true)
    }
    await reach(ann, b, 'in_progress')
    expect((await list(ann, id))[1]).toMatchObject({
      status: 'in_progress',
      actual_start: failed?.actual_start,
      actual_end: null,
    })
  })

  test('refuses what does not follow, and names what does', async ({ signIn }) => {
    const ann = await signIn(agent)
    const task = await add(ann, (await draft(ann)).id)
    const refused = await put(ann, task, 'completed')
    expect(refused.statusCode).toBe(409)
    expect(refused.json()).toMatchObject({
      code: 'illegal_transition',
      legal: ['in_progress', 'skipped'],
    })
    expect((await put(ann, task, 'lost')).statusCode).toBe(422)
    await reach(ann, task, 'skipped', 'pending')
    const url = `${tasksOf(task.change_id)}/${task.id}/status`
    const stale = await ann.put(url, { status: 'skipped' }, { 'if-match': '"1"' })
    expect(stale.statusCode).toBe(412)
  })

  test('lets a change succeed only when none is left', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await started(ann, db)
    const a = await add(ann, id, { name: 'a' })
    await add(ann, id, { name: 'b' })
    await reach(ann, a, 'in_progress')
    const url = `${changes}/${id}/complete`
    const refused = await ann.post(url, { outcome: 'successful' })
    expect(refused.statusCode).toBe(409)
    expect(refused.json()).toMatchObject({ code: 'change_tasks_open', tasks: ['a', 'b'] })
    expect((await ann.post(url, { outcome: 'with_issues' })).statusCode).toBe(409)
    expect(await move(ann, id, 'complete', { outcome: 'backed_out' })).toMatchObject({
      status: 'backed_out',
    })
    for (const answer of [
      await put(ann, a, 'completed'),
      await ann.post(tasksOf(id), { name: 'c' }),
      await ann.delete(`${tasksOf(id)}/${a.id}`),
    ]) {
      expect([answer.statusCode, answer.json().code]).toEqual([409, 'change_frozen'])
    }
  })

  test('lets a change succeed once the rest is skipped', async ({ db, signIn }) => {
    const ann = await signIn(agent)
    const { id } = await started(ann, db)
    await reach(ann, await add(ann, id), 'skipped')
    await reach(ann, await add(ann, id), 'in_progress', 'failed')
    await move(ann, id, 'complete', { outcome: 'with_issues' })
  })
})
