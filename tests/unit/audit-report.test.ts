import { describe, expect, test } from 'vitest'
import { judge } from '../security/audit.ts'
import type { Exception } from '../security/exceptions.ts'

const url = 'https://github.com/advisories/GHSA-4r6h-8v6p-xvw6'
const advisory = { url, title: 'Prototype Pollution', severity: 'high', name: 'xlsx' }
const today = '2026-11-21'

const reportOf = (...via: (object | string)[]) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: { xlsx: { name: 'xlsx', severity: 'high', via }, parent: { via: ['xlsx'] } },
    metadata: { vulnerabilities: { high: 1 } },
  })
const clean = JSON.stringify({ vulnerabilities: {}, metadata: {} })
const known = (until: string): Exception[] => [{ url, reason: 'is not read', until }]

describe('what npm audit says', () => {
  test('is fine where it is nothing, or nothing grave', () => {
    expect(judge(clean, [], today).exitCode).toBe(0)
    expect(judge(reportOf({ ...advisory, severity: 'moderate' }), [], today).exitCode).toBe(0)
  })

  test('is not where an advisory is grave, and names it once', () => {
    const { exitCode, lines } = judge(reportOf(advisory), [], today)
    expect(exitCode).toBe(1)
    expect(lines).toEqual([`high: xlsx: Prototype Pollution (${url})`])
    expect(judge(reportOf({ ...advisory, severity: 'critical' }), [], today).exitCode).toBe(1)
  })

  test('is fine where the advisory is explained, until that day', () => {
    expect(judge(reportOf(advisory), known(today), today).exitCode).toBe(0)
    expect(judge(reportOf(advisory), known('2026-11-20'), today).exitCode).toBe(1)
  })

  test('makes an explanation that nobody needs any more a fault', () => {
    expect(judge(clean, known('2027-01-01'), today).exitCode).toBe(1)
  })

  test.for([
    ['nothing', ''],
    ['no JSON', 'npm error network timeout'],
    ['that it may not ask', JSON.stringify({ message: '405 Method Not Allowed', statusCode: 405 })],
  ] as const)('is no answer where it says %s', ([, said]) => {
    const { exitCode, lines } = judge(said, [], today)
    expect(exitCode).toBe(2)
    expect(lines[0]).toContain('could not be asked')
  })
})
