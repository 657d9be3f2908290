import { latestSlot } from '../../schedule.ts'
import { dayInJapan } from '../runs/runs.ts'

/** The sync goes by the clock of Japan, and so do its days. */
export const zone = 'Asia/Tokyo'

const dayMs = 24 * 3600 * 1000

/** The latest `count` days up to `at` on which a pattern comes round, newest first. */
export function lastDays(cron: string, at: Date, count: number): string[] {
  const days: string[] = []
  let before = at
  while (days.length < count) {
    const slot = latestSlot(cron, zone, before)
    if (!slot) return days
    const day = dayInJapan(slot)
    days.push(day)
    before = new Date(startOf(day).getTime() - 1)
  }
  return days
}

/** The days among them that are no further back than so many calendar days. */
export function daysWithin(cron: string, at: Date, calendarDays: number): string[] {
  const first = dayInJapan(new Date(at.getTime() - (calendarDays - 1) * dayMs).toISOString())
  return lastDays(cron, at, calendarDays).filter((day) => day >= first)
}

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00+09:00`)
}
