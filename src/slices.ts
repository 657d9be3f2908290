import { setImmediate } from 'node:timers/promises'
import { createTurns } from './turns.ts'

/** How long work may keep others waiting. */
const sliceMs = 8

/** Lets others run when the work since the last time has taken long. */
export type Pause = () => Promise<void>

export function createPause(): Pause {
  let begun = performance.now()
  return async () => {
    if (performance.now() - begun < sliceMs) return
    await setImmediate()
    begun = performance.now()
  }
}

/**
 * One piece of long work at a time, so that many of them keep those who ask for little no longer
 * waiting than one does. Fails with `too_busy` where very many wait already, and after half a minute of it.
 */
export const inTurn = createTurns({ atOnce: 1, waiting: 1000, patienceMs: 30_000 })

/** Long work that yields now and then. */
export type Steps<Result> = Generator<unknown, Result, void>

/** Runs long work that yields now and then, in its turn, and lets others run in between. */
export function inSlices<Result>(work: Steps<Result>): Promise<Result> {
  return inTurn(() => withPauses(work))
}

/** Like `inSlices` without waiting for a turn, for those who hold what others in the queue may need. */
export async function withPauses<Result>(work: Steps<Result>): Promise<Result> {
  const pause = createPause()
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    await pause()
  }
}

/** Runs work that yields without a pause. */
export function atOnce<Result>(work: Steps<Result>): Result {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

/**
 * All rows of a long list, page by page, and lets others run in between: SQLite answers at once. `read` gives
 * those that come after a row, no more than `size` of them.
 */
export async function readInSlices<Row>(
  size: number,
  read: (after: Row | undefined) => Promise<Row[]>,
): Promise<Row[]> {
  const pause = createPause()
  const rows: Row[] = []
  for (;;) {
    const page = await read(rows.at(-1))
    rows.push(...page)
    if (page.length < size) return rows
    await pause()
  }
}

const sliceSize = 1000

/** Does `work` for each item, and lets others run after every thousand. */
export async function eachInSlices<Item>(
  items: readonly Item[],
  work: (item: Item) => void,
): Promise<void> {
  for (let at = 0; at < items.length; at += sliceSize) {
    for (const item of items.slice(at, at + sliceSize)) work(item)
    await setImmediate()
  }
}
