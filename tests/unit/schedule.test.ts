import { expect, test } from 'vitest'
import { recurringJobs } from '../../src/handlers.ts'
import { latestSlot } from '../../src/schedule.ts'

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
  for (const { cron, zone } of recurringJobs) {
    expect(latestSlot(cron, zone, new Date('2026-01-02T03:04:05Z'))).toMatch(/Z$/)
  }
})
