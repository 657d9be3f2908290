import { invalid } from './failure.ts'

/** The last entry of a page: what it is sorted by, its id, and how many came up to it. */
export type Position<Key extends string | number = string> = {
  key: Key
  id: string
  count: number
}

/** What a list is sorted by. */
export type KeyKind = 'text' | 'time' | 'number'

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

export function cursorOf(sort: string, { key, id, count }: Position<string | number>): string {
  return Buffer.from(JSON.stringify([sort, key, id, count])).toString('base64url')
}

/** Fails when the cursor was not given for this order. */
export function positionIn(cursor: string, sort: string, kind: 'number'): Position<number>
export function positionIn(cursor: string, sort: string, kind: 'text' | 'time'): Position
export function positionIn(cursor: string, sort: string, kind: KeyKind): Position<string | number>
export function positionIn(cursor: string, sort: string, kind: KeyKind): Position<string | number> {
  const [ofSort, key, id, count] = partsOf(cursor)
  const isRight =
    ofSort === sort &&
    isKey(key, kind) &&
    typeof id === 'string' &&
    uuid.test(id) &&
    isWhole(count) &&
    count > 0
  if (!isRight) throw invalid({ field: 'cursor', rule: 'cursor' })
  return { key, id, count }
}

function isKey(key: unknown, kind: KeyKind): key is string | number {
  if (kind === 'number') return isWhole(key)
  return typeof key === 'string' && !key.includes('\0') && (kind === 'text' || isTime(key))
}

/** As large as a column holds. */
function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31
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
