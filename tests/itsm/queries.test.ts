import { incidents, report } from '../support/itsm-core.ts'
import { deskOperations, pathTo } from '../support/itsm-whole.ts'
import { describe, expect, test } from '../support/service.ts'

describe('what a query asks for', () => {
  test('is refused where the operation does not know it', async ({ app, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const asking = deskOperations(app).filter(
      ({ method, parameters }) =>
        method === 'GET' && parameters.some((each) => each.in === 'query'),
    )
    expect(asking.length).toBeGreaterThan(40)
    for (const { path } of asking) {
      const response = await admin.get(`${pathTo(path, {})}?asignee=me`)
      expect(response.statusCode, `${path}: ${response.body}`).toBe(422)
      expect(response.json().errors, path).toContainEqual({
        field: 'asignee',
        message: 'この項目は指定できません。',
      })
    }
  })

  test('may be a list in brackets, as many clients write it', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const fresh = await report(desk, { title: '括弧の一覧' })
    const other = await report(desk, { title: '括弧の一覧', assignee_id: desk.id })
    const find = async (query: string) => {
      const response = await desk.get(`${incidents}?reporter_id=me&${query}`)
      expect(response.statusCode, response.body).toBe(200)
      return response.json().incidents.map(({ id }: { id: string }) => id)
    }
    expect(await find('status[]=new')).toEqual([fresh.id])
    expect(await find('status%5B%5D=assigned')).toEqual([other.id])
    expect((await find('status[]=new&status[]=assigned')).sort()).toEqual(
      [fresh.id, other.id].sort(),
    )
    expect((await find('status[]=new&status=assigned')).sort()).toEqual([fresh.id, other.id].sort())
    expect((await desk.get(`${incidents}?__proto__[]=x`)).statusCode).toBe(422)
  })
})
