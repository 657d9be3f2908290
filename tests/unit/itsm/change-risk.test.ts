import { describe, expect, test } from 'vitest'
import { assessRisk, levelOf, type RiskFacts } from '../../../src/itsm/changes/risk.ts'
import { isOfficeTime, requirePeriod, utc } from '../../../src/itsm/changes/times.ts'

const careful: RiskFacts = {
  impact: 'low',
  likelihood: 'low',
  rollback_plan: 'back',
  test_plan: 'try',
  scheduled_start: '2026-12-01T11:00:00.000Z',
  scheduled_end: '2026-12-01T13:00:00.000Z',
  past: { finished: 20, failed: 0 },
}

const daytime = {
  scheduled_start: '2026-12-01T01:00:00.000Z',
  scheduled_end: '2026-12-01T02:00:00.000Z',
}

describe('the risk of a change', () => {
  test.each([
    ['the least there is', {}, 1, 'low'],
    ['medium times medium', { impact: 'medium', likelihood: 'medium' }, 4, 'low'],
    ['medium times high', { impact: 'medium', likelihood: 'high' }, 6, 'medium'],
    ['high times high', { impact: 'high', likelihood: 'high' }, 9, 'medium'],
    ['high times critical', { impact: 'high', likelihood: 'critical' }, 12, 'high'],
    ['extensive times critical', { impact: 'extensive', likelihood: 'critical' }, 16, 'very_high'],
    ['no rollback plan', { rollback_plan: null }, 4, 'low'],
    ['no test plan', { test_plan: null }, 3, 'low'],
    ['business time', daytime, 3, 'low'],
    ['no time yet', { scheduled_start: null, scheduled_end: null }, 1, 'low'],
    ['neither plan, by day', { rollback_plan: null, test_plan: null, ...daytime }, 8, 'medium'],
    ['one failure of twenty', { past: { finished: 20, failed: 1 } }, 2, 'low'],
    ['five failures of twenty', { past: { finished: 20, failed: 5 } }, 2, 'low'],
    ['six failures of twenty', { past: { finished: 20, failed: 6 } }, 3, 'low'],
    ['nothing but failures', { past: { finished: 3, failed: 3 } }, 5, 'low'],
    ['nothing before it', { past: { finished: 0, failed: 0 } }, 1, 'low'],
    [
      'all at once',
      {
        impact: 'extensive',
        likelihood: 'critical',
        rollback_plan: null,
        test_plan: null,
        ...daytime,
        past: { finished: 1, failed: 1 },
      },
      27,
      'very_high',
    ],
  ] as [string, Partial<RiskFacts>, number, string][])(
    'with %s is %o: %i, %s',
    (_, facts, score, level) => {
      const risk = assessRisk({ ...careful, ...facts })
      expect(risk).toMatchObject({ risk_score: score, risk_level: level })
      expect(risk.reasons.reduce((sum, { points }) => sum + points, 0)).toBe(score)
      for (const { points, ja, en } of risk.reasons) {
        expect(points).toBeGreaterThan(0)
        expect(ja).not.toBe(en)
      }
    },
  )

  test.each([
    [0, 'low'],
    [5, 'low'],
    [6, 'medium'],
    [10, 'medium'],
    [11, 'high'],
    [15, 'high'],
    [16, 'very_high'],
    [27, 'very_high'],
  ])('of %i points is %s', (score, level) => {
    expect(levelOf(score)).toBe(level)
  })

  test('goes by another calendar where one is given', () => {
    const asked: string[][] = []
    const { risk_score } = assessRisk(careful, (...period) => asked.push(period) > 0)
    expect(risk_score).toBe(3)
    expect(asked).toEqual([[careful.scheduled_start, careful.scheduled_end]])
  })
})

describe('office time in Japan', () => {
  test.each([
    ['Tuesday 08:00 to 09:00', '2026-11-30T23:00:00Z', '2026-12-01T00:00:00Z', false],
    ['Tuesday 08:59 to 09:01', '2026-11-30T23:59:00Z', '2026-12-01T00:01:00Z', true],
    ['Tuesday 17:59 to 20:00', '2026-12-01T08:59:00Z', '2026-12-01T11:00:00Z', true],
    ['Tuesday 18:00 to Wednesday 09:00', '2026-12-01T09:00:00Z', '2026-12-02T00:00:00Z', false],
    ['Tuesday 18:00 to Wednesday 09:01', '2026-12-01T09:00:00Z', '2026-12-02T00:01:00Z', true],
    ['Friday 18:00 to Monday 09:00', '2026-12-04T09:00:00Z', '2026-12-07T00:00:00Z', false],
    ['Saturday noon', '2026-12-05T03:00:00Z', '2026-12-05T04:00:00Z', false],
    ['Sunday to Monday noon', '2026-12-06T03:00:00Z', '2026-12-07T03:00:00Z', true],
  ])('%s: %s to %s is %s', (_, from, to, expected) => {
    expect(isOfficeTime(from, to)).toBe(expected)
  })
})

describe('times that clients send', () => {
  test('are kept in UTC', () => {
    expect(utc('scheduled_start', '2026-12-01T20:00:00+09:00')).toBe('2026-12-01T11:00:00.000Z')
  })

  test.each(['2026-12-31T23:59:60Z', '0000-01-01T00:00:00Z', '9999-01-01T00:00:00Z'])(
    '%s is refused',
    (text) => {
      expect(() => utc('scheduled_start', text)).toThrow(
        expect.objectContaining({ failure: 'invalid_request' }),
      )
    },
  )

  test('come in order, and no more than 90 days apart', () => {
    const start = '2026-12-01T00:00:00.000Z'
    for (const end of [start, '2026-11-30T00:00:00.000Z', '2027-03-01T00:00:00.001Z']) {
      expect(() => requirePeriod(start, end, 'scheduled_end')).toThrow()
    }
    expect(requirePeriod(start, '2027-03-01T00:00:00.000Z', 'scheduled_end')).toBeUndefined()
    expect(requirePeriod(null, start, 'scheduled_end')).toBeUndefined()
  })
})
