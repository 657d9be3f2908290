import { describe, expect, test } from 'vitest'
import { can, grantable, permissions } from '../../src/permissions.ts'

describe('can', () => {
  test('asks any of the roles', () => {
    expect(can({ roles: ['User', 'Auditor'] }, 'audit.read')).toBe(true)
    expect(can({ roles: ['User'] }, 'audit.read')).toBe(false)
    expect(can({ roles: [] }, 'account.read')).toBe(false)
  })

  test('asks the scopes of an API token besides, and grants nothing the roles do not', () => {
    const token = { roles: ['User' as const], scopes: ['account.read', 'audit.read'] }
    expect(can(token, 'account.read')).toBe(true)
    expect(can(token, 'account.write')).toBe(false)
    expect(can(token, 'audit.read')).toBe(false)
  })
})

test('nobody can hand on to a token what would let it lengthen its own life', () => {
  for (const role of Object.keys(permissions) as (keyof typeof permissions)[]) {
    expect(grantable({ roles: [role] })).not.toContain('account.secure')
  }
})
