import { ruleOfPattern } from '../src/patterns.ts'
import { describe, expect, test } from './support/service.ts'

/** Every pattern in a part of the document, with what it refers to. */
function patternsIn(document: unknown, part: unknown, seen = new Set<unknown>()): string[] {
  if (typeof part !== 'object' || part === null || seen.has(part)) return []
  seen.add(part)
  const { $ref, pattern } = part as { $ref?: unknown; pattern?: unknown }
  if (typeof $ref === 'string') {
    const names = $ref.slice(2).split('/')
    const found = names.reduce((at, name) => Object(at)[name], document)
    return patternsIn(document, found, seen)
  }
  const inner = Object.values(part).flatMap((each) => patternsIn(document, each, seen))
  return typeof pattern === 'string' ? [pattern, ...inner] : inner
}

describe('what a pattern asks for', () => {
  test('is said in words wherever a request has one', async ({ app }) => {
    const document = app.swagger()
    const requests = Object.values(document.paths ?? {}).flatMap((each) =>
      Object.values(Object(each)).flatMap((operation) => {
        const { parameters, requestBody } = Object(operation)
        return [parameters, requestBody]
      }),
    )
    const patterns = new Set(requests.flatMap((each) => patternsIn(document, each)))
    expect(patterns.size).toBeGreaterThan(20)
    const silent = [...patterns].filter((each) => ruleOfPattern(each).rule === 'pattern')
    expect(silent).toEqual([])
  })

  test.for([
    ['POST', '/projects', { code: '小' }, 'code', '半角の英大文字', 'only upper-case letters'],
    ['GET', '/incidents?status=open', undefined, 'status.0', 'new, assigned', 'new, assigned'],
    ['GET', '/incidents?assignee_id=x', undefined, 'assignee_id', 'me, none', 'or one of me, none'],
    ['GET', '/problems?assignee=x', undefined, 'assignee', 'me, none', 'or one of me, none'],
    ['GET', '/statistics/revisions?since=1', undefined, 'since', '2026-01-02', 'a month (2026-01)'],
    ['GET', '/itsm/metrics?from=now', undefined, 'from', '%2B', 'such as 2026-01-02T03:04:05Z'],
    ['POST', '/items', { title: 'a', tags: [' '] }, 'tags.0', '空白以外', 'something to be seen'],
    [
      'POST',
      '/sla/calendars',
      { holidays: [{ from: 'x', name: 'a' }] },
      'holidays.0.from',
      '12-29',
      'such as 12-29',
    ],
  ] as const)('is said by %s %s', async ([method, path, body, field, ja, en], { signIn }) => {
    const admin = await signIn('SystemAdmin')
    for (const [language, text] of [
      ['ja', ja],
      ['en', en],
    ] as const) {
      const headers = { 'accept-language': language }
      const url = `/api/v1${path}`
      const response = await (method === 'GET'
        ? admin.get(url, headers)
        : admin.post(url, body, headers))
      expect(response.statusCode, response.body).toBe(422)
      const errors: { field: string; message: string }[] = response.json().errors
      const said = errors.filter((each) => each.field === field).map(({ message }) => message)
      expect(said.join('\n'), response.body).toContain(text)
      expect(response.body).not.toMatch(/\^\(?\[|\\\\[dSsx]|\{\d+(,\d+)?\}/)
    }
  })
})
