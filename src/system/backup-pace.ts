/** How many files are on their way at once, and up to which size: together these fill some 32 MiB. */
const width = 8
export const smallBytes = 4 * 2 ** 20

/** Works on a few at once, ahead of whoever takes the results, which come in the order of `all`. */
export async function* inAdvance<Each, Result>(
  all: Iterable<Each>,
  work: (each: Each) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = []
  for (const each of all) {
    const begun = work(each)
    // Whoever waits for those before it hears of a fault when its turn comes.
    begun.catch(() => {})
    underWay.push(begun)
    if (underWay.length === width) yield await (underWay.shift() as Promise<Result>)
  }
  for (const begun of underWay) yield await begun
}

/** Lets a few things be done at once; taking one more waits until one of them has ended. */
export function inLine() {
  const underWay = new Set<Promise<unknown>>()
  const faults: unknown[] = []
  const blame = () => {
    if (faults.length > 0) throw faults[0]
  }
  return {
    async take(work: () => Promise<void>): Promise<void> {
      if (underWay.size === width) await Promise.race(underWay)
      blame()
      const begun = work()
        .catch((error) => faults.push(error))
        .finally(() => underWay.delete(begun))
      underWay.add(begun)
    },
    /** Waits for all of them, and fails as the first that failed. */
    async ended(): Promise<void> {
      await Promise.all(underWay)
      blame()
    },
  }
}
