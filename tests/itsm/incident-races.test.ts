import type { Incident } from '../../schemas/itsm/incidents.ts'
import { act, historyOf, incidents, inState, report } from '../support/itsm-core.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const at = ({ id }: { id: string }) => `${incidents}/${id}`
const resolution = { resolution: '再起動' }

const codes = async (...all: Promise<{ statusCode: number }>[]) =>
  (await Promise.all(all)).map(({ statusCode }) => statusCode).sort()

const read = async (client: Client, incident: { id: string }): Promise<Incident> =>
  (await client.get(at(incident))).json()

describe('at the same time', () => {
  test('of two that resolve, one does', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk)
    const resolve = () => desk.post(`${at(incident)}/resolve`, resolution)
    expect(await codes(resolve(), resolve())).toEqual([200, 409])
    const moves = (await historyOf(desk, incident)).filter(({ field }) => field === 'status')
    expect(moves).toHaveLength(1)
  })

  test('of two with the same version, one writes', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk)
    const write = (title: string) =>
      desk.patch(at(incident), { title }, { 'if-match': `"${incident.version}"` })
    expect(await codes(write('甲'), write('乙'), write('丙'))).toEqual([200, 412, 412])
    expect((await read(desk, incident)).version).toBe(incident.version + 1)
  })

  test('nobody is assigned to what is closed', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    for (let n = 0; n < 5; n += 1) {
      const incident = await inState(desk, 'resolved')
      const other = await signIn('ServiceDeskAgent')
      const [assigned, closed] = await Promise.all([
        desk.post(`${at(incident)}/assign`, { assignee_id: other.id }),
        desk.post(`${at(incident)}/close`, {}),
      ])
      expect(closed.statusCode).toBe(200)
      const { status, assignee_id } = await read(desk, incident)
      const isOther = assigned.statusCode === 200
      expect([status, assignee_id]).toEqual(['closed', isOther ? other.id : desk.id])
      expect([200, 409]).toContain(assigned.statusCode)
    }
  })

  test('the reporter writes no note on what is closed', async ({ signIn }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    for (let n = 0; n < 5; n += 1) {
      const incident = await report(ann)
      await act(desk, incident, 'resolve', resolution)
      const [noted, closed] = await Promise.all([
        ann.post(`${at(incident)}/work-notes`, { content: '返事' }),
        desk.post(`${at(incident)}/close`, {}),
      ])
      expect(closed.statusCode).toBe(200)
      const { closed_at } = await read(desk, incident)
      if (noted.statusCode !== 201) expect(noted.statusCode).toBe(409)
      else expect(noted.json().created_at <= String(closed_at)).toBe(true)
    }
  })

  test('a parent that resolves its children and a child that is reopened agree', async ({
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const parent = await report(desk)
    const children = [await report(desk), await report(desk), await report(desk)]
    for (const child of children) {
      const link = { kind: 'child', target_id: child.id }
      expect((await desk.post(`${at(parent)}/links`, link)).statusCode).toBe(201)
    }
    const [first] = children as [Incident]
    await act(desk, first, 'resolve', resolution)
    const [whole, reopened] = await Promise.all([
      desk.post(`${at(parent)}/resolve`, { ...resolution, resolve_children: true }),
      desk.post(`${at(first)}/reopen`, { reason: '再発' }),
    ])
    expect([whole.statusCode, reopened.statusCode]).toEqual([200, 200])
    for (const child of children) {
      const { status, resolved_at } = await read(desk, child)
      const moves = (await historyOf(desk, child)).filter(({ field }) => field === 'status')
      expect(moves[0]?.new_value).toBe(status)
      expect(resolved_at !== null).toBe(status === 'resolved')
      if (child !== first) expect(status).toBe('resolved')
    }
  })

  test('no two become each other’s parents, nor three in a ring', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    for (const count of [2, 3, 3]) {
      const ring: Incident[] = []
      for (let n = 0; n < count; n += 1) ring.push(await report(desk))
      const made = await codes(
        ...ring.map((each, n) => {
          const target_id = ring[(n + 1) % count]?.id
          return desk.post(`${at(each)}/links`, { kind: 'parent', target_id })
        }),
      )
      expect(made).toEqual([...Array(count - 1).fill(201), 409])
    }
  })

  test('many at once and one of them keep both changes, and each its history', async ({
    signIn,
  }) => {
    const desk = await signIn('ServiceDeskAgent')
    const all = [await report(desk), await report(desk), await report(desk)]
    const incident_ids = all.map(({ id }) => id)
    const [bulk, single] = await Promise.all([
      desk.post(`${incidents}/bulk-update`, { incident_ids, updates: { category: '網' } }),
      desk.patch(at(all[1] as Incident), { title: '別の題' }),
    ])
    expect([bulk.statusCode, single.statusCode]).toEqual([200, 200])
    const found = await read(desk, all[1] as Incident)
    expect(found).toMatchObject({ category: '網', title: '別の題', version: 3 })
    const fields = (await historyOf(desk, found)).map(({ field }) => field)
    expect(fields.sort()).toEqual(['category', 'title'])
  })

  test('a problem that is linked from both sides is linked once', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk)
    const { id } = (await desk.post('/api/v1/problems', { title: '停電' })).json()
    const [here, there] = await Promise.all([
      desk.post(`${at(incident)}/links`, { kind: 'problem', target_id: id }),
      desk.post(`/api/v1/problems/${id}/incidents`, { incident_ids: [incident.id] }),
    ])
    expect([here.statusCode === 201, there.json().linked_count]).toEqual(
      here.statusCode === 201 ? [true, 0] : [false, 1],
    )
    const linked = (await historyOf(desk, incident)).filter(({ field }) => field === 'link:problem')
    expect(linked).toMatchObject([{ old_value: null, new_value: id }])
    const { links } = (await desk.get(`${at(incident)}/links`)).json()
    expect(links).toMatchObject([{ kind: 'problem', number: expect.stringMatching(/^PRB/) }])
    const { entries } = (await desk.get(`${at(incident)}/timeline`)).json()
    expect(entries.filter(({ type }: { type: string }) => type === 'link')).toHaveLength(1)
    const gone = await desk.delete(`${at(incident)}/links/problem/${id}`)
    expect(gone.statusCode).toBe(204)
    expect((await desk.get(`/api/v1/problems/${id}`)).json()).toMatchObject({ incident_count: 0 })
  })
})
