import { AsyncLocalStorage } from 'node:async_hooks'

/** What was made once in a database, and the tables that each thing needs. */
export type Kept = {
  /** `maker` may stop being able to make it: then those who wait for it make it themselves. */
  once<Result>(
    key: string,
    maker: { isStopped(): boolean },
    make: () => Promise<Result>,
  ): Promise<Result>
  /** A table that was made just now belongs to what is being made. */
  own(table: string): void
  /**
   * Forgets what was used longest ago until there are at most so many things, and their tables weigh no
   * more than `budget`; what shares a table with something goes with it. Answers the tables of those that
   * stay. To be called while nobody makes or uses anything.
   */
  trim(weights: ReadonlyMap<string, number>, budget: number, most: number): Set<string>
}

type Entry = { result: Promise<unknown>; tables: Set<string>; maker: { isStopped(): boolean } }

export function createKept(): Kept {
  /** In the order of their last use. */
  const entries = new Map<string, Entry>()
  const making = new AsyncLocalStorage<Entry>()

  function begin(maker: Entry['maker'], make: () => Promise<unknown>): Entry {
    const entry: Entry = { result: Promise.resolve(), tables: new Set(), maker }
    entry.result = making.run(entry, async () => {
      const result = await make()
      for (const table of tablesIn(result)) entry.tables.add(table)
      return result
    })
    return entry
  }

  function forget(gone: Entry): void {
    const tables = new Set(gone.tables)
    let isMore = true
    while (isMore) {
      isMore = false
      for (const [key, entry] of entries) {
        if (entry !== gone && ![...entry.tables].some((table) => tables.has(table))) continue
        entries.delete(key)
        for (const table of entry.tables) tables.add(table)
        isMore = true
      }
    }
  }

  const needed = () => new Set([...entries.values()].flatMap(({ tables }) => [...tables]))

  return {
    async once<Result>(key: string, maker: Entry['maker'], make: () => Promise<Result>) {
      for (;;) {
        const entry = entries.get(key) ?? begin(maker, make)
        entries.delete(key)
        entries.set(key, entry)
        try {
          return (await entry.result) as Result
        } catch (error) {
          if (entries.get(key) === entry) entries.delete(key)
          const isOthers = entry.maker !== maker && entry.maker.isStopped()
          if (!isOthers) throw error
        }
      }
    },

    own: (table) => void making.getStore()?.tables.add(table),

    trim(weights, budget, most) {
      const weigh = () => {
        let weight = 0
        for (const table of needed()) weight += weights.get(table) ?? 0
        return weight
      }
      while (entries.size > most || (entries.size > 0 && weigh() > budget)) {
        forget(entries.values().next().value as Entry)
      }
      return needed()
    },
  }
}

/** What `Relation`s in a result name, a few levels deep. */
function* tablesIn(value: unknown, depth = 0): Generator<string> {
  if (typeof value !== 'object' || value === null || depth > 4) return
  for (const [name, part] of Object.entries(value)) {
    if (name === 'table' && typeof part === 'string') yield part
    else yield* tablesIn(part, depth + 1)
  }
}
