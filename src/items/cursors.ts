import type { ItemSort } from '../../schemas/items.ts'
import { invalid } from '../failure.ts'

/** The last entry of a page: what it is sorted by, its id, and how many came up to it. */
export type Position = { key: string; id: string; count: number }

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

export function cursorOf(sort: ItemSort, { key, id, count }: Position): string {
  return Buffer.from(JSON.stringify([sort, key, id, count])).toString('base64url')
}

/** Fails when the cursor was not given for this order. */
export function positionIn(cursor: string, sort: ItemSort): Position {
  const [ofSort, key, id, count] = partsOf(cursor)
  const isRight =
    ofSort === sort &&
    typeof key === 'string' &&
    !key.includes('\0') &&
    typeof id === 'string' &&
    uuid.test(id) &&
    typeof count === 'number' &&
    Number.isInteger(count) &&
    count > 0 &&
    count < 2 ** 31 &&
    (isTime(key) || !sort.endsWith('updated_at'))
  if (!isRight) throw invalid({ field: 'cursor', rule: 'cursor' })
  return { key, id, count }
}

function partsOf(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

/** As we write it, on a day that there is: PostgreSQL takes no other. */
function isTime(text: string): boolean {
  return time.test(text) && new Date(text).toJSON() === text
}
