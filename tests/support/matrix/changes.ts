import type { ChangeStatus } from '../../../schemas/itsm/common.ts'
import { newId, now } from '../../../src/values.ts'
import { createdBoard, createdWindow } from '../itsm-cab.ts'
import { changes as changesUrl, draft, newChange, newTemplate } from '../itsm-changes.ts'
import type { Area, Ground, Place } from './cases.ts'

const setTo =
  (status: ChangeStatus) =>
  ({ db }: Ground, { id = '' }: Place) =>
    db.updateTable('changes').set({ status, scheduled_start: now() }).where('id', '=', id).execute()

async function carriedOut(ground: Ground, place: Place): Promise<void> {
  const { id = '' } = place
  await ground.db.deleteFrom('change_tasks').where('change_id', '=', id).execute()
  await setTo('in_progress')(ground, place)
}

/** Whoever requests a change looks after it, or who runs the desk; others read. */
const editing = (done: number) => ({
  answers: { own: done, SystemAdmin: done, ChangeManager: done, else: 403 },
})

const change: Area = {
  owner: 'agent',
  kindOf: (field) => (field === 'depends_on' ? 'task' : 'user'),
  furnish: async ({ people: { agent } }) => {
    const { id } = await draft(agent)
    const task = await agent.post(`${changesUrl}/${id}/tasks`, { name: '控えを取る' })
    return { id, task_id: task.json().id, n: '1' }
  },
  cases: {
    'GET /changes': { answers: 200 },
    'POST /changes': { answers: 201, body: () => newChange },
    'GET /changes/calendar': {
      answers: 200,
      query: () => ({ start: '2026-12-01T00:00:00Z', end: '2026-12-08T00:00:00Z' }),
    },
    'GET /changes/rates': { answers: 200 },
    'GET /changes/{id}': { answers: 200 },
    'PATCH /changes/{id}': { ...editing(200), body: () => ({ title: '別' }) },
    'DELETE /changes/{id}': editing(204),
    'GET /changes/{id}/risk': { answers: 200 },
    'GET /changes/{id}/history': { answers: 200 },
    'GET /changes/{id}/incidents': { answers: 200 },
    'GET /changes/{id}/conflicts': { answers: 200 },
    'GET /changes/{id}/votes': { answers: 200 },
    'POST /changes/{id}/submit': { ...editing(200), isOnce: true },
    'POST /changes/{id}/withdraw': { ...editing(200), before: setTo('submitted') },
    'POST /changes/{id}/schedule': { ...editing(200), before: setTo('approved') },
    'POST /changes/{id}/unschedule': { ...editing(200), before: setTo('scheduled') },
    'POST /changes/{id}/start': { ...editing(200), before: setTo('scheduled') },
    'POST /changes/{id}/complete': {
      ...editing(200),
      before: carriedOut,
      body: () => ({ outcome: 'successful' }),
    },
    'POST /changes/{id}/cancel': {
      ...editing(200),
      before: setTo('draft'),
      body: () => ({ reason: '不要' }),
    },
    'POST /changes/{id}/review': {
      ...editing(200),
      before: setTo('completed'),
      body: () => ({ outcome: 'successful', lessons: '監視を止める。' }),
    },
    'GET /changes/{id}/tasks': { answers: 200 },
    'POST /changes/{id}/tasks': { ...editing(201), body: () => ({ name: '試す' }) },
    'GET /changes/{id}/tasks/{task_id}': { answers: 200 },
    'PATCH /changes/{id}/tasks/{task_id}': { ...editing(200), body: () => ({ name: '別' }) },
    'DELETE /changes/{id}/tasks/{task_id}': editing(204),
    'PUT /changes/{id}/tasks/order': {
      ...editing(200),
      body: ({ task_id }) => ({ task_ids: [task_id] }),
    },
    'PUT /changes/{id}/tasks/{task_id}/status': {
      ...editing(200),
      body: () => ({ status: 'skipped' }),
      isOnce: true,
    },
    // There is no board: whoever may vote does, but for whoever requests it.
    'POST /changes/{id}/vote': {
      answers: { own: 403, else: 200 },
      before: setTo('submitted'),
      body: () => ({ decision: 'approve' }),
    },
    'POST /changes/{id}/conditions/{n}/done': { answers: 404, unknown: { n: 422 } },
  },
}

const templates: Area = {
  furnish: async ({ people }) => {
    const made = await people.ChangeManager.post('/api/v1/change-templates', {
      ...newTemplate,
      name: newId(),
    })
    return { id: made.json().id }
  },
  cases: {
    'GET /change-templates': { answers: 200 },
    'POST /change-templates': { answers: 201, body: () => ({ ...newTemplate, name: newId() }) },
    'GET /change-templates/{id}': { answers: 200 },
    'PATCH /change-templates/{id}': { answers: 200, body: () => ({ impact: 'low' }) },
    'DELETE /change-templates/{id}': { answers: 204 },
  },
}

const windows: Area = {
  furnish: async ({ people }) => ({ id: (await createdWindow(people.ChangeManager)).id }),
  cases: {
    'GET /change-windows': { answers: 200 },
    'POST /change-windows': { answers: 201 },
    'GET /change-windows/{id}': { answers: 200 },
    'PATCH /change-windows/{id}': { answers: 200, body: () => ({ name: newId() }) },
    'DELETE /change-windows/{id}': { answers: 204 },
  },
}

const boards: Area = {
  furnish: async ({ people: { ChangeManager } }) => ({
    id: (await createdBoard(ChangeManager, [ChangeManager])).id,
    member: ChangeManager.id,
  }),
  cases: {
    'GET /cab/boards': { answers: 200 },
    'POST /cab/boards': {
      answers: 201,
      body: ({ member }) => ({
        ...{ name: newId(), rule: 'majority', quorum: 0.5 },
        members: [{ user_id: member, role: 'required' }],
      }),
    },
    'GET /cab/boards/{id}': { answers: 200 },
    'PATCH /cab/boards/{id}': { answers: 200, body: () => ({ name: newId() }) },
    'DELETE /cab/boards/{id}': { answers: 204 },
    'GET /cab/boards/{id}/agenda': { answers: 200 },
  },
}

const times = { starts_at: '2026-12-01T04:00:00.000Z', ends_at: '2026-12-01T05:00:00.000Z' }

const meetings: Area = {
  furnish: async ({ people: { ChangeManager } }) => {
    const { id: board_id } = await createdBoard(ChangeManager, [ChangeManager])
    const body = { board_id, title: '定例', ...times }
    return { id: (await ChangeManager.post('/api/v1/cab/meetings', body)).json().id, board_id }
  },
  cases: {
    'GET /cab/meetings': { answers: 200 },
    'POST /cab/meetings': {
      answers: 201,
      body: ({ board_id }) => ({ board_id, title: '臨時', ...times }),
    },
    'GET /cab/meetings/{id}': { answers: 200 },
    'PATCH /cab/meetings/{id}': { answers: 200, body: () => ({ title: '別' }) },
    'DELETE /cab/meetings/{id}': { answers: 204 },
    'POST /cab/meetings/{id}/close': { answers: 200, isOnce: true },
  },
}

export const changeAreas = [change, templates, windows, boards, meetings]
