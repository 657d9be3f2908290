import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { recurringJobsOf } from '../../src/handlers.ts'
import { latestSlot } from '../../src/schedule.ts'

const SECRETS_KEY = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')

test.each([
  ['0 9 * * *', 'Asia/Tokyo', '2026-01-02T03:00:00Z', '2026-01-02T00:00:00.000Z'],
  ['0 9 * * *', 'Asia/Tokyo', '2026-01-01T23:59:59Z', '2026-01-01T00:00:00.000Z'],
  ['0 9 * * *', 'Asia/Tokyo', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00.000Z'],
  ['*/15 * * * *', 'UTC', '2026-01-02T00:14:59Z', '2026-01-02T00:00:00.000Z'],
  // New York has no 02:30 on this day; the run is at the first moment after the gap.
  ['30 2 * * *', 'America/New_York', '2026-03-08T12:00:00Z', '2026-03-08T07:00:00.000Z'],
])('%s in %s was due last, at %s, on %s', (cron, zone, at, slot) => {
  expect(latestSlot(cron, zone, new Date(at))).toBe(slot)
})

test('every recurring job has a pattern and a zone that can be read', () => {
  const secrets = { JWT_SECRET: 'kWq3-this-one-is-long-enough-and-made-up', SECRETS_KEY }
  const config = loadConfig({ ...secrets, ESTAT_APP_ID: 'a1' })
  const recurring = recurringJobsOf(config)
  expect(recurring.map(({ kind }) => kind)).toEqual([
    'clean_up',
    'remind_submitters',
    'remind_reviews',
    'settle_votes',
    'watch_incidents',
    'sync_statistics',
  ])
  expect(recurringJobsOf(loadConfig(secrets)).map(({ kind }) => kind)).toEqual([
    'clean_up',
    'remind_submitters',
    'remind_reviews',
    'settle_votes',
    'watch_incidents',
  ])
  for (const { cron, zone } of recurring) {
    expect(latestSlot(cron, zone, new Date('2026-01-02T03:04:05Z'))).toMatch(/Z$/)
  }
})
