import fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { failure, invalid } from '../../src/failure.ts'
import { languageOf, messages, rules } from '../../src/messages.ts'
import { installFailures } from '../../src/problem-details.ts'

function serviceThatThrows(error: unknown) {
  const app = fastify()
  installFailures(app)
  app.get('/', () => {
    throw error
  })
  return app
}

describe('failures', () => {
  test('show the detail and the members they were thrown with', async () => {
    const error = failure('user_not_found', { id: '{id}' }, { seen: ['a'] })
    const response = await serviceThatThrows(error).inject({
      url: '/?token=x',
      headers: { 'accept-language': 'en' },
    })
    expect(response.headers['content-type']).toMatch('application/problem+json')
    expect(response.json()).toEqual({
      type: 'https://httpstatuses.com/404',
      title: 'Not Found',
      status: 404,
      detail: 'There is no user {id}.',
      instance: '/',
      request_id: expect.any(String),
      code: 'user_not_found',
      seen: ['a'],
    })
  })

  test('say which field breaks which rule', async () => {
    const error = invalid({ field: 'members.0.role', rule: 'enum', allowedValues: ['a', 'b'] })
    const response = await serviceThatThrows(error).inject('/')
    expect(response.json().errors).toEqual([
      { field: 'members.0.role', message: '次のいずれかにしてください: a, b' },
    ])
  })

  test('say where in a file', async () => {
    const at = { field: 'area', line: 3, column: 2 }
    const error = failure('import_malformed', undefined, {
      errors: [{ ...at, rule: 'import_area', value: '99999' }],
    })
    const response = await serviceThatThrows(error).inject('/')
    expect(response.statusCode).toBe(422)
    expect(response.json().errors).toEqual([{ ...at, message: '地域コード 99999 はありません。' }])
  })

  test.each([
    ['53100', 507, 'storage_full'],
    ['SQLITE_FULL', 507, 'storage_full'],
    ['SQLITE_IOERR_WRITE', 503, 'unavailable'],
    ['SQLITE_READONLY_DBMOVED', 503, 'unavailable'],
    ['SQLITE_BUSY_SNAPSHOT', 503, 'too_busy'],
    ['25006', 503, 'unavailable'],
    ['57P05', 503, 'unavailable'],
    ['53200', 503, 'too_busy'],
    ['55P03', 503, 'too_busy'],
    ['57P01', 503, 'unavailable'],
    ['EAI_AGAIN', 503, 'unavailable'],
    ['40001', 503, 'too_busy'],
  ])('say what passes when the database fails with %s', async (of, status, code) => {
    const error = Object.assign(new Error('password=hunter2'), { code: of })
    const response = await serviceThatThrows(error).inject('/')
    expect(response.json()).toMatchObject({ status, code })
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    expect(response.body).not.toContain('hunter2')
  })

  test.each([
    Object.assign(new Error('password=hunter2'), {}),
    Object.assign(new Error('password=hunter2'), { statusCode: 502 }),
    Object.assign(new Error('password=hunter2'), { statusCode: 400 }),
  ])('tell nothing about an error nobody meant to throw', async (error) => {
    const response = await serviceThatThrows(error).inject('/')
    expect(response.json().code).toMatch(/internal_error|malformed_request/)
    expect(response.body).not.toContain('hunter2')
  })

  test('keep the status of errors of Fastify and its plugins', async () => {
    const error = Object.assign(new Error('Slow down.'), { statusCode: 429 })
    const response = await serviceThatThrows(error).inject('/')
    expect(response.json()).toMatchObject({ status: 429, code: 'rate_limited' })
  })

  test('need the values their message has room for', () => {
    // @ts-expect-error: `user_not_found` names the user.
    expect(failure('user_not_found').message).toBe('There is no user .')
  })
})

describe('messages', () => {
  test.each(Object.entries({ ...messages, ...rules }))('say the same in %s', (_, { ja, en }) => {
    const placeholders = (text: string) => text.match(/\{\w+\}/g)?.sort() ?? []
    expect(placeholders(ja)).toEqual(placeholders(en))
  })

  test.each([
    [undefined, 'ja'],
    ['en', 'en'],
    ['en-US,en;q=0.9,ja;q=0.8', 'en'],
    ['ja,en;q=0.9', 'ja'],
    ['en;q=0.2, ja;q=0.3', 'ja'],
    ['en;q=0', 'ja'],
    ['fr, *;q=0.1', 'ja'],
    ['english', 'ja'],
    [',;q==,'.repeat(1000), 'ja'],
  ])('are chosen by Accept-Language: %s', (header, language) => {
    expect(languageOf(header)).toBe(language)
  })
})
