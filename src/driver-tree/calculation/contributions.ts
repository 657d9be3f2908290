import type { Calculator } from './calculator.ts'
import { isComparable } from './comparing.ts'
import type { Changes, ModelNode, Series } from './model.ts'
import { exactShares, type Game, sampledShares } from './shapley.ts'
import { alignedWith, measureOf } from './totals.ts'

/** Something that changes a tree on its own: a policy, or an input that is tried. */
export type Player = { id: string; label: string; changes: Changes }

export type Contribution = {
  id: string
  label: string
  /** Its part of the effect; all parts together are the effect. */
  contribution: number | null
  /** What it would do without the others. */
  alone: number | null
}

export type Contributions = {
  method: 'shapley' | 'shapley_sampled'
  /** How many orders of the players were drawn, where they are too many for all. */
  permutations: number | null
  baseline: number | null
  simulated: number | null
  effect: number | null
  parts: Contribution[]
}

/** How many players get all their coalitions calculated, and how many numbers that may take. */
const maxExact = 8
const maxExactWork = 50_000_000
const sampledWork = 20_000_000
const maxPermutations = 200

/** How many parts are tried to take what rounding left. */
const maxBalanced = 50

export function together(players: readonly { changes: Changes }[]): Changes {
  return {
    factors: players.flatMap(({ changes }) => changes.factors),
    inputs: players.flatMap(({ changes }) => changes.inputs),
  }
}

/**
 * What each player adds to the change of a node, altogether or in one period: its Shapley value (Shapley
 * 1953), the mean of what it adds to those before it over all orders of the players. Of more than a few
 * players orders are drawn, always the same ones, each with its reverse (Castro, Gómez & Tejada 2009).
 * Either way the parts sum to the effect. Players that do not reach the node have no part in it. Where
 * some of them together make numbers of the node null, or give it numbers that it lacks, nothing is said.
 */
export async function contributionsOf(
  calculator: Calculator,
  players: readonly Player[],
  nodeId: string,
  period: string | null = null,
): Promise<Contributions> {
  const all = await calculator.simulate(together(players))
  const node = calculator.model.nodes.find(({ id }) => id === nodeId) as ModelNode
  const model = all.series(nodeId)
  const place = period === null ? null : calculator.periods.indexOf(period)
  const before = alignedWith(calculator.baseline(nodeId), model)
  const measure = (series: Series) => measureOf(calculator, series, node.aggregation, period)
  const compared = (series: Series) => {
    const after = alignedWith(series, model)
    return isComparable(before, after, place) ? measure(after) : null
  }
  const [baseline, simulated] = [measure(before), measure(model)]
  const alone = new Map<Player, number | null>()
  const concerned: Player[] = []
  for (const player of players) {
    const simulation = await calculator.simulate(player.changes)
    if (simulation.changed.has(nodeId)) concerned.push(player)
    alone.set(player, difference(compared(simulation.series(nodeId)), baseline))
  }
  const game: Game = {
    players: concerned.length,
    value: async (members) => {
      if (members.length === 0) return baseline
      if (members.length === concerned.length) return compared(model)
      const simulation = await calculator.simulate(
        together(members.map((at) => concerned[at] as Player)),
      )
      return compared(simulation.series(nodeId))
    },
  }
  const work = workOf(calculator, all.changed)
  const { shares, permutations } = await sharesOf(game, work)
  const effect = difference(compared(model), baseline)
  const parts = balanced(shares, effect)
  return {
    method: permutations === null ? 'shapley' : 'shapley_sampled',
    permutations,
    baseline,
    simulated,
    effect,
    parts: players.map((player) => ({
      id: player.id,
      label: player.label,
      contribution: contributionOf(parts, concerned.indexOf(player)),
      alone: alone.get(player) ?? null,
    })),
  }
}

const contributionOf = (parts: readonly number[] | null, at: number) =>
  parts ? (at < 0 ? 0 : (parts[at] as number)) : null

/** What one simulation takes, roughly: the numbers that it calculates, and some for the nodes. */
function workOf({ state }: Calculator, changed: ReadonlySet<string>): number {
  let work = state.graph.order.length
  for (const id of changed) {
    work += 50 + (state.cells[state.graph.place.get(id) as number]?.values.length ?? 0)
  }
  return work
}

async function sharesOf(game: Game, work: number) {
  const isExact =
    game.players <= 3 || (game.players <= maxExact && 2 ** game.players * work <= maxExactWork)
  if (isExact) return { shares: await exactShares(game), permutations: null }
  const pairs = Math.floor(sampledWork / (2 * game.players * work))
  const permutations = 2 * Math.max(1, Math.min(maxPermutations / 2, pairs))
  return { shares: await sampledShares(game, permutations), permutations }
}

function difference(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return null
  return Number.isFinite(a - b) ? a - b : null
}

/** The places of parts, the largest one first. */
const bySize = (parts: readonly number[]): number[] =>
  [...parts.keys()].sort((a, b) => Math.abs(parts[b] as number) - Math.abs(parts[a] as number))

const sumOf = (parts: readonly number[]) =>
  bySize(parts).reduce((total, place) => total + (parts[place] as number), 0)

/**
 * Shares that sum to the effect, added up from the largest to the smallest: the largest one that can
 * takes what rounding left. Where none can, the sum is off by what the largest one cannot express.
 */
function balanced(shares: readonly number[] | null, effect: number | null): number[] | null {
  if (!shares || effect === null || !shares.every(Number.isFinite)) return null
  let nearest = [...shares]
  for (const place of bySize(shares).slice(0, maxBalanced)) {
    const parts = [...shares]
    for (let round = 0; round < 3; round += 1) {
      parts[place] = (parts[place] as number) + (effect - sumOf(parts))
      if (sumOf(parts) === effect) return parts
    }
    if (Math.abs(effect - sumOf(parts)) < Math.abs(effect - sumOf(nearest))) nearest = parts
  }
  return nearest
}
