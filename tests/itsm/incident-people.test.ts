import { act, incidents, report } from '../support/itsm-core.ts'
import { expect, test } from '../support/service.ts'

const accounts = '/api/v1/user_accounts'

test('incidents of people who have left stay readable, and can be found', async ({ signIn }) => {
  const root = await signIn('SystemAdmin')
  const [ann, gone, off, desk] = [
    await signIn(),
    await signIn('ServiceDeskAgent'),
    await signIn('ServiceDeskAgent'),
    await signIn('ServiceDeskAgent'),
  ]
  const [one, two, other] = [await report(ann), await report(ann), await report(ann)]
  await act(gone, one, 'start')
  await act(off, two, 'start')
  await act(desk, other, 'start')
  await gone.post(`${incidents}/${one.id}/work-notes`, { content: '確認中', is_public: true })
  expect((await root.delete(`${accounts}/${gone.id}`)).statusCode).toBe(204)
  expect((await root.delete(`${accounts}/${ann.id}`)).statusCode).toBe(204)
  expect((await root.patch(`${accounts}/${off.id}`, { is_active: false })).statusCode).toBe(200)
  const read = (await desk.get(`${incidents}/${one.id}`)).json()
  expect([read.assignee.id, read.reporter.id]).toEqual([gone.id, ann.id])
  expect(JSON.stringify(read)).not.toContain(gone.display_name)
  const timeline = await desk.get(`${incidents}/${one.id}/timeline`)
  expect([timeline.statusCode, timeline.json().entries.length > 0]).toEqual([200, true])
  const found = await desk.get(`${incidents}?assignee_id=inactive&status=in_progress`)
  const ids = found.json().incidents.map(({ id }: { id: string }) => id)
  expect(ids.sort()).toEqual([one.id, two.id].sort())
  expect((await desk.get(`${incidents}?assignee_id=${gone.id}`)).json().total).toBe(1)
  const passed = await act(desk, one, 'assign', { assignee_id: desk.id })
  expect(passed).toMatchObject({ status: 'in_progress', assignee_id: desk.id })
})
