import type { Db } from './tables.ts'

type Waiter<Value> = {
  answer: Promise<Value | undefined>
  resolve: (value: Value | undefined) => void
  reject: (error: unknown) => void
}

/** Rows by key; keys without a row are left out. */
type Load<Value> = (keys: string[]) => Promise<Map<string, Value>>

/**
 * Asked one by one, answered together: those who ask in the same moment, or while as many statements
 * as may be are under way, share the next one. Nothing is kept, so every answer is read after it was
 * asked for. Not for transactions, which must read by themselves.
 */
export function createBatch<Value>(
  load: Load<Value>,
  { maxSize = 100, maxUnderWay = 2 } = {},
): (key: string) => Promise<Value | undefined> {
  const waiting = new Map<string, Waiter<Value>>()
  let underWay = 0
  let isPlanned = false

  function plan(): void {
    if (isPlanned || underWay >= maxUnderWay || waiting.size === 0) return
    isPlanned = true
    // After everything that has arrived on other connections by now.
    setImmediate(send)
  }

  function send(): void {
    isPlanned = false
    const batch = [...waiting].slice(0, maxSize)
    for (const [key] of batch) waiting.delete(key)
    underWay += 1
    void answer(batch).finally(() => {
      underWay -= 1
      plan()
    })
    plan()
  }

  async function answer(batch: [string, Waiter<Value>][]): Promise<void> {
    try {
      const found = await load(batch.map(([key]) => key))
      for (const [key, { resolve }] of batch) resolve(found.get(key))
    } catch (error) {
      for (const [, { reject }] of batch) reject(error)
    }
  }

  return (key) => {
    const waiter = waiting.get(key) ?? createWaiter<Value>()
    waiting.set(key, waiter)
    plan()
    return waiter.answer
  }
}

function createWaiter<Value>(): Waiter<Value> {
  const waiter = {} as Waiter<Value>
  waiter.answer = new Promise((resolve, reject) => Object.assign(waiter, { resolve, reject }))
  return waiter
}

/** Finds rows by id, together with whoever else asks for one of the same kind. */
export function batchById<Row extends { id: string }>(
  db: Db,
  find: (db: Db, values: { ids: string[] }) => Promise<Row[]>,
): (id: string) => Promise<Row | undefined> {
  return createBatch(async (ids) => new Map((await find(db, { ids })).map((row) => [row.id, row])))
}
