import { newId } from '../../src/values.ts'
import { changes, createdBoard } from '../support/itsm-cab.ts'
import { draft, move } from '../support/itsm-changes.ts'
import { act, historyOf, incidents, insertCi, report } from '../support/itsm-core.ts'
import { createKnownError, createProblem, knownErrors, problems } from '../support/itsm-problems.ts'
import { describe, expect, test } from '../support/service.ts'

const extreme = { impact: 'extensive', urgency: 'critical' }

describe('what was wrong before', () => {
  test('1: incidents can be opened at any hour of the last day of a month, with due times', async ({
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    for (const [impact, urgency] of [
      ['extensive', 'critical'],
      ['high', 'high'],
      ['medium', 'medium'],
      ['low', 'low'],
    ]) {
      for (const hour of ['15', '16', '20', '23']) {
        const opened_at = `2025-10-31T${hour}:59:00+09:00`
        const { id } = await report(desk, { impact, urgency, opened_at })
        const { response, resolution } = (await desk.get(`${incidents}/${id}/sla`)).json()
        expect(Date.parse(response.due_at), opened_at).toBeGreaterThan(Date.parse(opened_at))
        expect(resolution.due_at >= response.due_at).toBe(true)
      }
    }
  })

  test('2: no id stands before a path of its own', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    for (const path of [
      `${changes}/calendar?start=2026-01-01T00:00:00Z&end=2026-02-01T00:00:00Z`,
      ...['statistics', 'trends', 'kpis', 'export'].map((name) => `${problems}/${name}`),
    ]) {
      expect((await desk.get(path)).statusCode, path).toBe(200)
    }
  })

  test('3: one approval of anybody decides nothing, and no later vote turns a decision', async ({
    signIn,
  }) => {
    const [manager, desk] = [await signIn('ChangeManager'), await signIn('ServiceDeskAgent')]
    const members = [await signIn('CabMember'), await signIn('CabMember')] as const
    const stranger = await signIn('CabMember')
    const board = await createdBoard(manager, [...members], { rule: 'all', quorum: 1 })
    const { id } = await draft(desk, { board_id: board.id, impact: 'high' })
    await move(desk, id, 'submit')
    const vote = async (client: typeof desk, decision: string) =>
      (await client.post(`${changes}/${id}/vote`, { decision, comments: 'x' })).statusCode
    expect(await vote(stranger, 'approve')).toBe(403)
    expect(await vote(desk, 'approve')).toBe(403)
    expect(await vote(members[0], 'approve')).toBe(200)
    const statusOf = async () => (await desk.get(`${changes}/${id}`)).json().status
    expect(await statusOf()).toBe('under_review')
    expect(await vote(members[1], 'approve')).toBe(200)
    expect(await statusOf()).toBe('approved')
    expect(await vote(members[1], 'reject')).toBe(409)
    expect(await statusOf()).toBe('approved')
  })

  test('4: moves go by a table, and a reopened incident is not resolved', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk)
    const at = `${incidents}/${incident.id}`
    expect((await desk.post(`${at}/resolve`, {})).statusCode).toBe(422)
    await act(desk, incident, 'resolve', { resolution: '再起動' })
    await act(desk, incident, 'close')
    const back = await desk.patch(at, { status: 'new' })
    expect([back.statusCode, back.json().legal]).toEqual([409, ['in_progress']])
    const reopened = await act(desk, incident, 'reopen', { reason: '再発' })
    expect(reopened).toMatchObject({ resolved_at: null, closed_at: null, resolution: null })
    const { id } = await draft(desk)
    const approved = await desk.patch(`${changes}/${id}`, { status: 'approved' })
    expect(approved.statusCode).toBe(422)
  })

  test('5: history has every field, and many at once change no column that is none of theirs', async ({
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk)
    const updates = {
      title: '別の題',
      description: '詳しく',
      category: newId(),
      urgency: 'low',
      tags: ['vpn'],
    }
    await desk.patch(`${incidents}/${incident.id}`, updates)
    const fields = (await historyOf(desk, incident)).map(({ field }) => field)
    expect(fields.sort()).toEqual([...Object.keys(updates), 'priority'].sort())
    for (const field of ['id', 'tenant_id', 'number', 'created_by', 'resolved_at']) {
      const body = { incident_ids: [incident.id], updates: { [field]: newId() } }
      const response = await desk.post(`${incidents}/bulk-update`, body)
      expect(response.statusCode, field).toBe(422)
    }
  })

  test('6: priority follows impact and urgency, and due times the priority', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk, { impact: 'low', urgency: 'low' })
    const raised = (await desk.patch(`${incidents}/${incident.id}`, extreme)).json()
    expect([incident.priority, raised.priority]).toEqual(['low', 'critical'])
    expect(raised.resolution_due_at < String(incident.resolution_due_at)).toBe(true)
  })

  test('7: many at once get numbers in a row, none twice', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const all = await Promise.all(Array.from({ length: 40 }, () => report(desk)))
    const numbers = all.map((each) => Number(each.incident_number.slice(3))).sort((a, b) => a - b)
    const first = numbers[0] ?? 0
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, n) => first + n))
  })

  test('8: nobody comes without a token, or speaks for somebody else', async ({ signIn, app }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    for (const url of [incidents, problems, knownErrors, changes]) {
      for (const method of ['GET', 'POST'] as const) {
        const response = await app.inject({
          method,
          url,
          ...(method === 'POST' && { payload: {} }),
        })
        expect(response.statusCode, `${method} ${url}`).toBe(401)
      }
    }
    const other = { title: '停電', reporter_id: desk.id }
    expect((await ann.post(incidents, other)).statusCode).toBe(403)
    expect((await report(ann)).reporter).toEqual({ id: ann.id, name: ann.display_name })
    const { title, type } = { title: '更新', type: 'normal' }
    const change = await desk.post(changes, { title, type, requester_id: ann.id })
    expect(change.statusCode).toBe(422)
  })

  test('9: the calendar has what overlaps a range, by the items that a change affects', async ({
    signIn,
    db,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const [ci, other] = [await insertCi(db), await insertCi(db)]
    const { id, affected_ci_ids } = await draft(desk, {
      affected_ci_ids: [ci],
      scheduled_start: '2027-01-31T20:00:00.000Z',
      scheduled_end: '2027-02-01T04:00:00.000Z',
    })
    expect(affected_ci_ids).toEqual([ci])
    await move(desk, id, 'submit')
    const shown = async (start: string, end: string, of: string) => {
      const query = `start=${start}T00:00:00Z&end=${end}T00:00:00Z&ci=${of}`
      const response = await desk.get(`${changes}/calendar?${query}`)
      expect(response.statusCode, response.body).toBe(200)
      return response.body.includes(id)
    }
    expect(await shown('2027-02-01', '2027-03-01', ci)).toBe(true)
    expect(await shown('2027-01-01', '2027-02-01', ci)).toBe(true)
    expect(await shown('2027-02-01', '2027-03-01', other)).toBe(false)
    expect(await shown('2027-02-02', '2027-03-01', ci)).toBe(false)
  })

  test('10: figures of nothing are none, and findings have ids of their own', async ({
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const query = `category=${newId()}&from=2025-06-01&to=2025-07-01`
    const { totals } = (await desk.get(`/api/v1/itsm/metrics?${query}`)).json()
    expect(totals).toMatchObject({ fcr: null, sla: { resolution: { rate: null } } })
    const { id } = await createProblem(desk)
    const finding = { finding_type: 'cause', description: '上限' }
    const add = () => desk.post(`${problems}/${id}/rca/findings`, finding)
    const [one, two] = [await add(), await add()]
    expect([one.statusCode, two.statusCode]).toEqual([201, 201])
    expect(one.json().id).not.toBe(two.json().id)
  })

  test('11: at risk is the same in the list and in the detail, and times are UTC', async ({
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const category = newId()
    const made = await report(desk, { category, opened_at: '2025-08-01T17:50:00+09:00' })
    expect(made.opened_at).toBe('2025-08-01T08:50:00.000Z')
    const detail = (await desk.get(`${incidents}/${made.id}`)).json()
    const list = (await desk.get(`${incidents}?category=${category}`)).json().incidents
    expect(list[0].sla_status).toBe(detail.sla_status)
    const times = JSON.stringify(detail).match(/\d{4}-\d\d-\d\dT[^"]*/g) ?? []
    expect(times.length).toBeGreaterThan(2)
    expect(times.every((time) => time.endsWith('Z'))).toBe(true)
  })

  test('12: what matches best comes first, in Japanese too, however often others were used', async ({
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const right = await createKnownError(desk, {
      title: '複合機の紙詰まり',
      symptoms: '給紙できない',
    })
    const used = await createKnownError(desk, { title: '複合機の電源', symptoms: '起動しない' })
    for (let n = 0; n < 3; n += 1) {
      const { id } = await report(desk)
      const response = await desk.post(`${incidents}/${id}/known-errors/${used.id}/use`, {})
      expect(response.json().usage_count).toBe(n + 1)
    }
    const q = encodeURIComponent('複合機が紙詰まりで給紙できない')
    const found = (await desk.get(`${knownErrors}/search?q=${q}`)).json()
    expect(JSON.stringify(found).indexOf(right.id)).toBeGreaterThan(0)
    expect(JSON.stringify(found).indexOf(right.id)).toBeLessThan(
      JSON.stringify(found).indexOf(used.id),
    )
  })
})
