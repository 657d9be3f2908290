import { can } from '../../src/permissions.ts'
import { type Desk, deskOperations, furnish, pathTo } from '../support/itsm-whole.ts'
import type { Operation } from '../support/operations.ts'
import { test as base, type Client, describe, expect } from '../support/service.ts'
import { openSocket, tokenOf } from '../support/socket.ts'
import { samples, sendForm } from '../support/uploads.ts'

type Whole = { admin: Client; reporter: Client; desk: Desk; operations: Operation[] }

const test = base.extend<{ whole: Whole }>({
  whole: [
    async ({ app, signIn }, use) => {
      const admin = await signIn('SystemAdmin')
      const reporter = await signIn()
      const desk = await furnish(admin, reporter)
      await use({ admin, reporter, desk, operations: deskOperations(app) })
    },
    { scope: 'file' },
  ],
})

/** Its address, with what its query must say. */
function addressOf({ path, parameters }: Operation, desk: Desk): string {
  const asked = parameters.filter((each) => each.in === 'query' && each.required)
  const query = asked.map(({ name, schema }) => `${name}=${schema.examples?.[0] ?? 2026}`)
  return `${pathTo(path, desk)}?${query.join('&')}`
}

const secrets = ['内部だけの話', '控えの控え', '裏の理由', 'secret.pdf']

describe('who reported it', () => {
  test('sees what is public, and nothing else in any answer', async ({ app, whole, signIn }) => {
    const { admin, reporter, desk, operations } = whole
    const at = `/api/v1/incidents/${desk.incident}`
    const agent = await signIn('ServiceDeskAgent')
    const socket = await openSocket(app, `incident:${desk.incident}`, { token: tokenOf(reporter) })
    const done = async (url: string, body: object, by = agent) => {
      const response = await by.post(`${at}${url}`, body)
      expect([200, 201], response.body).toContain(response.statusCode)
      return response.json()
    }
    await done('/work-notes', { content: '控えの控え', is_public: false })
    const shown = await done('/work-notes', { content: '調べています', is_public: true })
    await admin.patch(at, { priority: 'critical', priority_reason: '裏の理由' })
    const parts = [{ name: 'files', filename: '手順.pdf', body: samples.pdf }]
    await sendForm(reporter, parts, `${at}/attachments`)

    const hidden = [...secrets, desk.note, desk.file, desk.problem, desk.known_error, desk.change]
    const mine = operations.filter(
      ({ method, permission }) => method === 'GET' && can({ roles: ['User'] }, permission),
    )
    let seen = ''
    for (const operation of mine) {
      const { statusCode, body } = await reporter.get(addressOf(operation, desk))
      const where = `${operation.path} ${statusCode}`
      expect(statusCode, where).toBeLessThan(500)
      if (statusCode >= 400) continue
      for (const word of hidden) expect(body, where).not.toContain(word)
      seen += body
    }
    for (const word of ['調べています', '手順.pdf', shown.id]) expect(seen).toContain(word)
    for (const word of ['内部だけ', '控えの控え', '裏の理由']) {
      const found = await reporter.get(`/api/v1/incidents?search=${encodeURIComponent(word)}`)
      expect(found.json().incidents).toEqual([])
    }
    expect((await reporter.get(`${at}/attachments/${desk.file}`)).statusCode).toBe(404)
    expect((await reporter.get('/api/v1/incidents/export')).statusCode).toBe(403)
    await socket.next({ event: 'incident.noted', data: { id: desk.incident, note_id: shown.id } })
    const said = JSON.stringify(socket.received)
    for (const word of secrets) expect(said).not.toContain(word)
    socket.socket.close()
  })
})
