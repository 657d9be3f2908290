import { expect, test } from '../support/service.ts'

test('a leap second is a time like any other', async ({ signIn }) => {
  const admin = await signIn('SystemAdmin')
  const leap = '2016-12-31T23:59:60Z'
  for (const [path, name] of [
    ['/admin/audit', 'from'],
    ['/admin/audit', 'to'],
    ['/admin/audit/export', 'from'],
    ['/admin/audit/export', 'to'],
  ]) {
    const { statusCode, body } = await admin.get(`/api/v1${path}?${name}=${leap}`)
    expect(statusCode, body).toBe(200)
  }
  const token = { name: '夜間', scopes: ['account.read'], expires_at: leap }
  const refused = await admin.post('/api/v1/auth/tokens', token)
  expect(refused.json()).toMatchObject({ status: 422, errors: [{ field: 'expires_at' }] })
})
