import { deskOperations, furnish, pathTo } from '../support/itsm-whole.ts'
import { describe, expect, test } from '../support/service.ts'

describe('what several people edit', () => {
  test('is changed by nobody who has seen an earlier version', async ({ app, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const desk = await furnish(admin, await signIn())
    const guarded = deskOperations(app).filter(({ parameters }) =>
      parameters.some(({ name, in: at }) => at === 'header' && name === 'if-match'),
    )
    expect(guarded.filter(({ method }) => method !== 'POST').length).toBeGreaterThan(30)
    for (const { method, path, body } of guarded) {
      const { authorization } = admin
      const json = body && { 'content-type': 'application/json' }
      const response = await app.inject({
        method,
        url: pathTo(path, desk),
        headers: { authorization, 'if-match': '"999999"', ...json },
        ...(body && { payload: JSON.stringify(body.example) }),
      })
      expect(response.statusCode, `${method} ${path}: ${response.body}`).toBe(412)
    }
  })

  test('is guarded wherever its answer says a version', async ({ app }) => {
    const { components, paths } = app.swagger() as unknown as Document
    for (const { method, path, parameters } of deskOperations(app)) {
      if (method === 'GET' || method === 'POST') continue
      const { $ref } = paths[path]?.get?.responses[200]?.content['application/json']?.schema ?? {}
      const versioned = components.schemas[$ref?.split('/').at(-1) ?? '']?.properties?.version
      const takes = parameters.some(({ name }) => name === 'if-match')
      if (versioned) expect(takes, `${method} ${path}`).toBe(true)
    }
  })
})

type Document = {
  components: { schemas: Record<string, { properties?: { version?: object } }> }
  paths: Record<string, { get?: { responses: Record<number, Answer> } }>
}
type Answer = { content: Record<string, { schema: { $ref?: string } }> }
