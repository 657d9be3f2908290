import type { Db } from '../../db/tables.ts'
import { ticks } from '../values.ts'
import { type Catalogue, loadCatalogue, readEdition } from './catalogue.ts'

/** What there is, kept in memory until it changes; while the database is gone, what was last. */
export type Library = { read: () => Promise<Catalogue> }

declare module '../fastify.ts' {
  interface Deps {
    library: Library
  }
}

/** Another instance may publish: how long this one may not know it. */
const freshMs = 1000

export function createLibrary(db: Db): Library {
  let catalogue: Catalogue | undefined
  let checkedAt = 0
  let reading: Promise<Catalogue> | undefined

  async function refresh(): Promise<Catalogue> {
    const { edition } = await readEdition(db)
    if (catalogue?.edition !== edition) catalogue = await loadCatalogue(db)
    checkedAt = ticks()
    return catalogue
  }

  return {
    async read() {
      if (catalogue && ticks() - checkedAt < freshMs) return catalogue
      reading ??= refresh()
        .catch((error) => {
          if (!catalogue) throw error
          return catalogue
        })
        .finally(() => {
          reading = undefined
        })
      return reading
    },
  }
}

const memories = new WeakMap<Catalogue, Map<string, Promise<unknown>>>()

/** How many are kept; what was kept first goes first. */
const maxRemembered = 200

/**
 * What is worked out once for as long as the figures stay as they are: it goes with the catalogue
 * that it was made under.
 */
export function remembered<Made>(
  catalogue: Catalogue,
  key: string,
  make: () => Promise<Made>,
): Promise<Made> {
  const memory = memories.get(catalogue) ?? new Map<string, Promise<unknown>>()
  memories.set(catalogue, memory)
  const known = memory.get(key)
  if (known) return known as Promise<Made>
  const made = make()
  memory.set(key, made)
  made.catch(() => memory.delete(key))
  const [first] = memory.keys()
  if (memory.size > maxRemembered && first !== undefined) memory.delete(first)
  return made
}
