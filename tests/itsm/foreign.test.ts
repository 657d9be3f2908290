import { can } from '../../src/permissions.ts'
import { type Desk, deskOperations, furnish, pathTo } from '../support/itsm-whole.ts'
import type { Operation } from '../support/operations.ts'
import { test as base, type Client, describe, expect } from '../support/service.ts'
import { openSocket, tokenOf } from '../support/socket.ts'
import { formOf, samples, sendForm } from '../support/uploads.ts'

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

/** A request that is right in its form, so that nothing but the right to make it is missing. */
function requestOf({ method, path, body, parameters }: Operation, desk: Desk) {
  const form = formOf([{ name: 'files', filename: 'a.pdf', body: samples.pdf }])
  const isJson = body?.type === 'application/json'
  const sent = isJson
    ? { payload: JSON.stringify(body.example), headers: { 'content-type': body.type } }
    : body && form
  const asked = parameters.filter((each) => each.in === 'query' && each.required)
  const query = asked.map(({ name, schema }) => `${name}=${schema.examples?.[0] ?? 2026}`)
  return { method, url: `${pathTo(path, desk)}?${query.join('&')}`, ...sent }
}

/** Whose search it is and what was imported is nobody else's, whatever they oversee. */
const isPrivate = ({ path }: Operation) => /\/incidents\/searches\/\{id\}/.test(path)

const isOfOne = ({ path }: Operation) =>
  /\/incidents\/\{|\/known-errors\/\{id\}/.test(path) ||
  /\/incidents\/(searches|imports)\/\{/.test(path)

describe('what is not theirs', () => {
  test('is refused to nobody in particular', async ({ app, whole: { desk, operations } }) => {
    expect(operations.length).toBeGreaterThan(150)
    for (const operation of operations) {
      const { statusCode } = await app.inject(requestOf(operation, desk))
      expect(statusCode, `${operation.method} ${operation.path}`).toBe(401)
    }
  })

  test('is refused to whose role has no right to it, before anything is looked up', async ({
    app,
    signIn,
    whole: { desk, operations },
  }) => {
    for (const role of ['User', 'ServiceDeskAgent', 'Auditor'] as const) {
      const { authorization } = await signIn(role)
      for (const operation of operations) {
        if (can({ roles: [role] }, operation.permission)) continue
        const { headers, ...rest } = { headers: {}, ...requestOf(operation, desk) }
        const response = await app.inject({ ...rest, headers: { ...headers, authorization } })
        const where = `${role} ${operation.method} ${operation.path}: ${response.body}`
        expect(response.statusCode, where).toBe(403)
        for (const id of Object.values(desk)) expect(response.json().detail).not.toContain(id)
      }
    }
  })

  test('is not there for a user who did not report it', async ({
    app,
    signIn,
    whole: { desk, operations },
  }) => {
    const { authorization } = await signIn()
    const theirs = operations.filter(({ permission }) => can({ roles: ['User'] }, permission))
    expect(theirs.filter(isOfOne).length).toBeGreaterThan(15)
    for (const operation of theirs) {
      const { headers, ...rest } = { headers: {}, ...requestOf(operation, desk) }
      const response = await app.inject({ ...rest, headers: { ...headers, authorization } })
      const where = `${operation.method} ${operation.path}: ${response.body}`
      if (isOfOne(operation)) expect(response.statusCode, where).toBe(404)
      else expect(response.statusCode, where).toBeLessThan(500)
      if (operation.method !== 'GET' || isOfOne(operation)) continue
      for (const id of Object.values(desk)) expect(response.body, where).not.toContain(id)
    }
  })

  test('is not there for staff where it is private', async ({ app, signIn, whole }) => {
    const searches = whole.operations.filter(isPrivate)
    expect(searches).toHaveLength(3)
    for (const role of ['ServiceDeskAgent', 'ChangeManager', 'Auditor'] as const) {
      const { authorization } = await signIn(role)
      for (const operation of searches) {
        const { headers, ...rest } = { headers: {}, ...requestOf(operation, whole.desk) }
        const response = await app.inject({ ...rest, headers: { ...headers, authorization } })
        expect(response.statusCode, `${role} ${operation.method} ${response.body}`).toBe(404)
      }
    }
  })
})

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
      const { statusCode, body } = await reporter.get(requestOf(operation, desk).url)
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
