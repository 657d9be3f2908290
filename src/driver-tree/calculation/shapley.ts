/** A game of players that are numbered from 0: what each coalition comes to, null for nothing. */
export type Game = {
  players: number
  value: (members: readonly number[]) => Promise<number | null>
}

/** The Shapley value of each player over all coalitions; null where one of them comes to nothing. */
export async function exactShares({ players, value }: Game): Promise<number[] | null> {
  const values = new Float64Array(2 ** players)
  for (let coalition = 0; coalition < values.length; coalition += 1) {
    const found = await value(membersOf(coalition, players))
    if (found === null) return null
    values[coalition] = found
  }
  const weights = weightsOf(players)
  return Array.from({ length: players }, (_, player) => {
    let share = 0
    for (let coalition = 0; coalition < values.length; coalition += 1) {
      if (coalition & (1 << player)) continue
      const added = (values[coalition | (1 << player)] as number) - (values[coalition] as number)
      share += (weights[membersOf(coalition, players).length] as number) * added
    }
    return share
  })
}

const membersOf = (coalition: number, players: number): number[] =>
  Array.from({ length: players }, (_, player) => player).filter(
    (player) => coalition & (1 << player),
  )

/** How often a coalition of each size comes before a player: s! (n − s − 1)! / n!. */
function weightsOf(players: number): number[] {
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))
  return Array.from(
    { length: players },
    (_, size) => (factorial(size) * factorial(players - size - 1)) / factorial(players),
  )
}

/** The mean of what each player adds over orders that are drawn, always the same, and their reverses. */
export async function sampledShares(
  { players, value }: Game,
  permutations: number,
): Promise<number[] | null> {
  const shares = new Array<number>(players).fill(0)
  const random = drawn(20_090_501)
  const ends = [await value([]), await value(Array.from({ length: players }, (_, at) => at))]
  if (ends.includes(null)) return null
  for (let pair = 0; pair < permutations / 2; pair += 1) {
    const order = shuffled(players, random)
    for (const one of [order, order.toReversed()]) {
      let before = ends[0] as number
      for (let at = 0; at < players; at += 1) {
        // In the order in which they are given, as what comes of changes may depend on it.
        const members = one.slice(0, at + 1).sort((a, b) => a - b)
        const after = at === players - 1 ? (ends[1] as number) : await value(members)
        if (after === null) return null
        const player = one[at] as number
        shares[player] = (shares[player] as number) + (after - before) / permutations
        before = after
      }
    }
  }
  return shares
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, at) => at)
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const [a, b] = [order[at] as number, order[other] as number]
    order[at] = b
    order[other] = a
  }
  return order
}

/** Numbers in [0, 1) that are the same for the same seed: Mulberry32 (T. Ettinger 2017). */
function drawn(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
