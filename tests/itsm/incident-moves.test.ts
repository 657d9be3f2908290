import { type IncidentStatus, incidentStatuses } from '../../schemas/itsm/common.ts'
import { transitions } from '../../src/itsm/incidents/transitions.ts'
import { later, now } from '../../src/values.ts'
import { act, historyOf, incidents, inState, insertTeam, report } from '../support/itsm-core.ts'
import { describe, expect, test } from '../support/service.ts'

const said = { pending: { pending_reason: 'x' }, resolved: { resolution: 'x' } }

describe('PATCH {status}', () => {
  test.for(incidentStatuses)('from %s goes where the table says', async (from, { signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    for (const to of incidentStatuses) {
      const { id } = await inState(desk, from)
      const change = { status: to, ...Object(said)[to], assignee_id: desk.id }
      if (to === 'new') change.assignee_id = undefined
      const response = await desk.patch(`${incidents}/${id}`, change)
      const legal: readonly IncidentStatus[] = transitions[from]
      const isFrozen = from === 'closed' || from === 'cancelled'
      const isRouted = to === 'closed' || to === 'cancelled' || from === 'resolved'
      const code = isFrozen
        ? 'incident_frozen'
        : from === to
          ? undefined
          : !legal.includes(to)
            ? 'illegal_transition'
            : isRouted
              ? 'incident_route_required'
              : undefined
      expect(response.statusCode, `${from} ${to} ${response.body}`).toBe(code ? 409 : 200)
      if (code) expect(response.json(), `${from} ${to}`).toMatchObject({ code, legal })
      else expect(response.json().status).toBe(to)
    }
  })

  test('names the route that leads further', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { id } = await inState(desk, 'resolved')
    const response = await desk.patch(`${incidents}/${id}`, { status: 'closed' })
    expect(response.json().detail).toContain(`POST /api/v1/incidents/${id}/close`)
  })

  test('takes what it waited for away with the waiting', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk)
    const until = later(now(), 3600)
    const pending = await act(desk, incident, 'pending', { reason: '部品待ち', until })
    expect(pending).toMatchObject({ pending_reason: '部品待ち', pending_until: until })
    const back = await desk.patch(`${incidents}/${incident.id}`, { status: 'in_progress' })
    expect(back.json()).toMatchObject({ pending_reason: null, pending_until: null })
    const fields = (await historyOf(desk, incident)).map(({ field }) => field)
    expect(fields.filter((field) => field === 'pending_until')).toHaveLength(2)
  })
})

describe('POST /incidents/{id}/assign', () => {
  test('moves a new one on and back, and counts who passes it on', async ({ signIn, db }) => {
    const [desk, other] = [await signIn('ServiceDeskAgent'), await signIn('ServiceDeskAgent')]
    const incident = await report(desk)
    const [one, two] = [await insertTeam(db), await insertTeam(db, other.id)]
    const steps = [
      [{ team_id: one }, 'new', 0],
      [{ assignee_id: desk.id }, 'assigned', 0],
      [{ assignee_id: desk.id }, 'assigned', 0],
      [{ assignee_id: other.id }, 'assigned', 1],
      [{ team_id: two }, 'assigned', 2],
      [{ assignee_id: desk.id, team_id: one }, 'assigned', 3],
      [{ assignee_id: null }, 'new', 3],
      [{ assignee_id: other.id }, 'assigned', 3],
    ] as const
    for (const [assignment, status, reassignment_count] of steps) {
      const row = await act(desk, incident, 'assign', assignment)
      expect(row, JSON.stringify(assignment)).toMatchObject({ status, reassignment_count })
    }
    const history = await historyOf(desk, incident)
    expect(history.filter(({ field }) => field === 'assignee_id')).toHaveLength(5)
  })

  test('is only for active people who may work on incidents', async ({ signIn, db }) => {
    const [desk, ann, gone] = [
      await signIn('ServiceDeskAgent'),
      await signIn(),
      await signIn('ServiceDeskAgent'),
    ]
    await db.updateTable('users').set({ deactivated_at: now() }).where('id', '=', gone.id).execute()
    const { id } = await report(desk)
    for (const assignee_id of [ann.id, gone.id]) {
      for (const answer of [
        await desk.post(`${incidents}/${id}/assign`, { assignee_id }),
        await desk.patch(`${incidents}/${id}`, { assignee_id }),
        await desk.post(incidents, { title: 'x', assignee_id }),
      ]) {
        expect(answer.statusCode).toBe(422)
        expect(answer.json().errors).toMatchObject([{ field: 'assignee_id' }])
      }
    }
    expect((await desk.post(`${incidents}/${id}/assign`, {})).statusCode).toBe(422)
  })

  test('races with closing, and one that is closed stays as it was', async ({ signIn }) => {
    const [desk, other] = [await signIn('ServiceDeskAgent'), await signIn('ServiceDeskAgent')]
    const { id } = await inState(desk, 'resolved')
    const [assigned, closed] = await Promise.all([
      other.post(`${incidents}/${id}/assign`, { assignee_id: other.id }),
      desk.post(`${incidents}/${id}/close`, {}),
    ])
    expect(closed.statusCode).toBe(200)
    expect([200, 409]).toContain(assigned.statusCode)
    const { status, assignee_id } = (await desk.get(`${incidents}/${id}`)).json()
    expect(status).toBe('closed')
    expect(assignee_id).toBe(assigned.statusCode === 200 ? other.id : desk.id)
  })
})

describe('POST /incidents/{id}/start', () => {
  test('gives it to whoever begins, unless somebody has it', async ({ signIn }) => {
    const [desk, other] = [await signIn('ServiceDeskAgent'), await signIn('ServiceDeskAgent')]
    const incident = await report(desk)
    const begun = await act(desk, incident, 'start')
    expect(begun).toMatchObject({ status: 'in_progress', assignee_id: desk.id })
    await act(desk, incident, 'pending', { reason: 'x' })
    expect(await act(other, incident, 'start')).toMatchObject({ assignee_id: desk.id })
    const again = await desk.post(`${incidents}/${incident.id}/start`)
    expect(again.json()).toMatchObject({ status: 409, code: 'illegal_transition' })
  })
})

describe('POST /incidents/{id}/resolve', () => {
  test('is won by one of two', async ({ signIn }) => {
    const [desk, other] = [await signIn('ServiceDeskAgent'), await signIn('ServiceDeskAgent')]
    const { id } = await report(desk)
    const answers = await Promise.all(
      [desk, other].map((each) => each.post(`${incidents}/${id}/resolve`, { resolution: each.id })),
    )
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
    const winner = answers.find(({ statusCode }) => statusCode === 200)
    const { resolution } = (await desk.get(`${incidents}/${id}`)).json()
    expect(resolution).toBe(winner?.json().resolution)
    const moves = (await historyOf(desk, { id })).filter(({ field }) => field === 'status')
    expect(moves).toHaveLength(1)
  })

  test('asks for a resolution, and for the version that was seen', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const { id } = await report(desk)
    for (const body of [{}, { resolution: ' ' }, { resolution: 'x', status: 'closed' }]) {
      expect((await desk.post(`${incidents}/${id}/resolve`, body)).statusCode).toBe(422)
    }
    await desk.patch(`${incidents}/${id}`, { title: 'a' })
    const seen = { 'if-match': '"1"' }
    const stale = await desk.post(`${incidents}/${id}/resolve`, { resolution: 'x' }, seen)
    expect(stale.statusCode).toBe(412)
  })

  test('resolves all below that are open, each with its history', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const [top, middle, low, done] = [
      await report(desk),
      await report(desk),
      await report(desk),
      await inState(desk, 'resolved'),
    ]
    for (const [parent, child] of [
      [top, middle],
      [middle, low],
      [middle, done],
    ] as const) {
      const link = { kind: 'parent', target_id: parent.id }
      const response = await desk.post(`${incidents}/${child.id}/links`, link)
      expect(response.statusCode, response.body).toBe(201)
    }
    await act(desk, top, 'resolve', {
      resolution: '回線を直した',
      resolution_code: 'fixed',
      resolve_children: true,
    })
    for (const { id } of [top, middle, low]) {
      expect((await desk.get(`${incidents}/${id}`)).json()).toMatchObject({
        status: 'resolved',
        resolution: '回線を直した',
        resolution_code: 'fixed',
      })
      expect(await historyOf(desk, { id })).toContainEqual(
        expect.objectContaining({ field: 'status', new_value: 'resolved', changed_by: desk.id }),
      )
    }
    expect((await desk.get(`${incidents}/${done.id}`)).json().resolution).toBe('再起動')
  })
})

describe('POST /incidents/{id}/reopen', () => {
  test('takes the resolution back, and keeps it in the history', async ({ signIn }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    const incident = await report(ann)
    const resolved = await act(desk, incident, 'resolve', { resolution: '再起動' })
    expect(resolved.resolved_at).not.toBeNull()
    await act(ann, incident, 'close')
    const reopened = await act(ann, incident, 'reopen', { reason: 'まだ送れない' })
    expect(reopened).toMatchObject({
      status: 'in_progress',
      resolved_at: null,
      closed_at: null,
      resolution: null,
      reopen_count: 1,
    })
    expect(await historyOf(ann, incident)).toContainEqual(
      expect.objectContaining({ field: 'resolution', old_value: '再起動', new_value: null }),
    )
    const { notes } = (await ann.get(`${incidents}/${incident.id}/work-notes`)).json()
    expect(notes).toMatchObject([
      { content: 'まだ送れない', note_type: 'customer_note', is_public: true, author_id: ann.id },
    ])
  })

  test('is for what is over: not for one that is open or cancelled', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    for (const status of ['new', 'pending', 'cancelled'] as const) {
      const { id } = await inState(desk, status)
      const response = await desk.post(`${incidents}/${id}/reopen`, { reason: 'x' })
      expect(response.json(), status).toMatchObject({ status: 409, code: 'illegal_transition' })
    }
  })

  test('of one that is closed ends with the days of the settings', async ({ signIn, db }) => {
    const desk = await signIn('ServiceDeskAgent')
    const [soon, late] = [await inState(desk, 'closed'), await inState(desk, 'closed')]
    const day = 86_400
    for (const [{ id }, days] of [
      [soon, 13.99],
      [late, 14.01],
    ] as const) {
      const closed_at = later(now(), -days * day)
      await db.updateTable('incidents').set({ closed_at }).where('id', '=', id).execute()
    }
    await act(desk, soon, 'reopen', { reason: 'x' })
    const refused = await desk.post(`${incidents}/${late.id}/reopen`, { reason: 'x' })
    expect(refused.json()).toMatchObject({ status: 409, code: 'reopen_window_over' })
    expect(refused.json().detail).toContain('14')
  })
})

describe('POST /incidents/{id}/close', () => {
  test('waits for the children, unless who may says otherwise', async ({ signIn }) => {
    const [desk, chief] = [await signIn('ServiceDeskAgent'), await signIn('ChangeManager')]
    const [parent, child] = [await inState(desk, 'resolved'), await report(desk)]
    await desk.post(`${incidents}/${child.id}/links`, { kind: 'parent', target_id: parent.id })
    const url = `${incidents}/${parent.id}/close`
    const refused = await desk.post(url, {})
    expect(refused.json()).toMatchObject({
      status: 409,
      code: 'open_children',
      children: [{ id: child.id, incident_number: child.incident_number }],
    })
    expect((await desk.post(url, { force: true })).statusCode).toBe(403)
    expect((await chief.post(url, { force: true })).json()).toMatchObject({ status: 'closed' })
  })

  test('leaves nothing to be changed', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    for (const status of ['closed', 'cancelled'] as const) {
      const { id } = await inState(admin, status)
      const url = `${incidents}/${id}`
      const answers = [
        await admin.patch(url, { title: 'x' }),
        await admin.patch(url, { tags: ['x'] }),
        await admin.patch(url, { affected_ci_ids: [] }),
        await admin.post(`${url}/assign`, { assignee_id: admin.id }),
        await admin.post(`${url}/start`),
        await admin.post(`${url}/pending`, { reason: 'x' }),
        await admin.post(`${url}/resolve`, { resolution: 'x' }),
        await admin.post(`${url}/cancel`, { reason: 'x' }),
        await admin.post(`${url}/close`, {}),
      ]
      expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 409))
    }
  })
})

describe('POST /incidents/{id}/cancel', () => {
  test('is for the reporter only while it is new', async ({ signIn }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    const [fresh, begun] = [await report(ann), await report(ann)]
    expect(await act(ann, fresh, 'cancel', { reason: '直った' })).toMatchObject({
      status: 'cancelled',
    })
    await act(desk, begun, 'start')
    const refused = await ann.post(`${incidents}/${begun.id}/cancel`, { reason: '直った' })
    expect(refused.json()).toMatchObject({ status: 403, code: 'incident_staff_required' })
    await act(desk, begun, 'cancel', { reason: '誤報' })
  })
})
