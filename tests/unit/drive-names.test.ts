import { describe, expect, test } from 'vitest'
import { describeDriveFault, faultOfAnswer } from '../../src/submissions/drive-faults.ts'
import { folderNameOf } from '../../src/submissions/drive-settings.ts'

const format = '[{session_id}]_{submitter_name}'
const nameOf = (submitter_name: string, each = format) =>
  folderNameOf(each, { id: 'S1', submitter_name })

describe('the name of a folder', () => {
  test('is put together from what the format asks for', () => {
    expect(nameOf('山田 太郎')).toBe('[S1]_山田 太郎')
    expect(nameOf('山田', '{submitter_name} {submitter_name}')).toBe('山田 山田')
    expect(nameOf('山田', '契約書類')).toBe('契約書類')
  })

  test('takes names for names, also those that look like a format', () => {
    expect(nameOf('{session_id}')).toBe('[S1]_{session_id}')
    expect(nameOf('$& $1 \\')).toBe('[S1]_$& $1 \\')
  })

  test('has no control characters and no marks of direction, and stays Japanese', () => {
    expect(nameOf('a\0b\r\n\tc\u202Ed\u200B')).toBe('[S1]_ab cd')
    expect(nameOf('株式会社　要　𠮷野')).toBe('[S1]_株式会社 要 𠮷野')
    expect(nameOf('か\u3099')).toBe('[S1]_が')
    expect(nameOf('x\uD800y')).toBe('[S1]_xy')
  })

  test('has 200 characters at most, none of them half, and never none', () => {
    const name = nameOf('𠮷'.repeat(300))
    expect([...name]).toHaveLength(200)
    expect(name).not.toMatch(/\p{Cs}/u)
    expect(nameOf('\u0007', '{submitter_name}')).toBe('S1')
  })
})

describe('an answer that is no success', () => {
  const of = (status: number, data: unknown, headers = {}) =>
    faultOfAnswer({ status, data, headers: new Headers(headers) })
  const drive = (reason: string) => ({ error: { errors: [{ reason, message: 'secret' }] } })

  test.for([
    [400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }, 'key_refused'],
    [
      400,
      {
        error: 'invalid_grant',
        error_description:
          'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
      },
      'clock_wrong',
    ],
    [
      400,
      { error: 'invalid_grant', error_description: 'Invalid grant: account not found' },
      'account_unknown',
    ],
    [401, { error: 'invalid_client' }, 'token_refused'],
    [500, { error: 'internal_failure' }, 'unavailable'],
    [401, drive('authError'), 'unauthorised'],
    [403, drive('rateLimitExceeded'), 'rate_limited'],
    [403, drive('userRateLimitExceeded'), 'rate_limited'],
    [403, drive('storageQuotaExceeded'), 'storage_quota'],
    [403, drive('insufficientFilePermissions'), 'permission_denied'],
    [403, drive('accessNotConfigured'), 'api_disabled'],
    [403, '<html>blocked by proxy</html>', 'bad_answer'],
    [404, drive('notFound'), 'not_found'],
    [404, '', 'not_found'],
    [400, drive('invalidSharingRequest'), 'sharing_refused'],
    [400, drive('badRequest'), 'refused'],
    [429, '', 'rate_limited'],
    [503, 'x', 'unavailable'],
  ] as const)('%s %j is %s', ([status, data, fault]) => {
    expect(of(status, data)).toMatchObject({ fault, status })
    expect(JSON.stringify(of(status, data))).not.toContain('secret')
  })

  test('says how long to wait, within reason', () => {
    expect(of(429, '', { 'retry-after': '7' }).retryAfterMs).toBe(7000)
    expect(of(503, '', { 'retry-after': '99999999' }).retryAfterMs).toBe(86_400_000)
    expect(of(503, '', { 'retry-after': 'soon' }).retryAfterMs).toBeUndefined()
    const at = new Date(Date.now() + 60_000).toUTCString()
    const ms = of(503, '', { 'retry-after': at }).retryAfterMs as number
    expect(ms).toBeGreaterThan(50_000)
    expect(ms).toBeLessThanOrEqual(60_000)
  })
})

test('a fault says what to do, and whom to share the folder with', () => {
  const said = describeDriveFault({ fault: 'parent_not_found' }, 'en', 'a@b.example')
  expect(said.hint).toContain('a@b.example')
  expect(describeDriveFault({ fault: 'parent_not_found' }, 'ja').hint).toContain(
    'サービスアカウント',
  )
})
