import type { Db } from '../../../db/tables.ts'
import { inTurn } from '../../slices.ts'
import { type Calculator, createCalculator, recalculated } from '../calculation/calculator.ts'
import type { ModelNode } from '../calculation/model.ts'
import { type LoadedModel, loadModel } from './loading.ts'
import { sizeOf } from './size.ts'

/** A tree of one version, calculated. */
export type Calculated = { model: LoadedModel; calculator: Calculator }

/** Trees as they were last calculated. */
export type Calculators = {
  /**
   * The tree of this version or a later one: made once however many ask at the same time, and from the one
   * before where only numbers differ. Not for use within a transaction: it waits for other connections.
   */
  read: (db: Db, tree: { id: string; version: number }) => Promise<Calculated>
  /** Bytes that are kept, as far as they can be told. */
  size: () => number
}

declare module '../../fastify.ts' {
  interface Deps {
    calculators: Calculators
  }
}

/** Keeps the trees that were last asked for, bounded in bytes; the very last one in any case. */
export function createCalculators({ maxBytes }: { maxBytes: number }): Calculators {
  const kept = new Map<string, Calculated & { bytes: number }>()
  const underWay = new Map<string, { version: number; made: Promise<Calculated> }>()
  let size = 0

  function forget(id: string): void {
    size -= kept.get(id)?.bytes ?? 0
    kept.delete(id)
  }

  function keep(id: string, calculated: Calculated, bytes: number): void {
    forget(id)
    kept.set(id, { ...calculated, bytes })
    size += bytes
    for (const oldest of [...kept.keys()].slice(0, -1)) {
      if (size > maxBytes) forget(oldest)
    }
  }

  async function make(db: Db, id: string): Promise<Calculated> {
    const earlier = kept.get(id)
    const model = await loadModel(db, id, earlier?.model)
    return inTurn(async () => {
      const calculated = { model, calculator: await calculate(model, earlier) }
      keep(id, calculated, await sizeOf(calculated))
      return calculated
    })
  }

  return {
    async read(db, { id, version }) {
      for (;;) {
        const known = kept.get(id)
        if (known && known.model.version >= version) {
          kept.delete(id)
          kept.set(id, known)
          return known
        }
        const other = underWay.get(id)
        if (other && other.version >= version) return other.made
        if (other) await other.made.catch(() => {})
        else {
          const made = make(db, id).finally(() => underWay.delete(id))
          underWay.set(id, { version, made })
        }
      }
    },
    size: () => size,
  }
}

function calculate(model: LoadedModel, earlier: Calculated | undefined): Promise<Calculator> {
  const changed = earlier && changesOf(earlier.model, model)
  if (!earlier || !changed) return createCalculator(model)
  return recalculated(earlier.calculator, model, changed)
}

/** The nodes whose numbers differ; nothing where more than numbers does. */
export function changesOf(before: LoadedModel, after: LoadedModel): Set<string> | undefined {
  if (before.nodes.length !== after.nodes.length) return undefined
  const changed = new Set<string>()
  for (const [place, node] of after.nodes.entries()) {
    const was = before.nodes[place] as ModelNode
    if (was === node) continue
    if (!isSameButNumbers(was, node)) return undefined
    if (was.value !== node.value || was.data !== node.data) changed.add(node.id)
  }
  return changed
}

function isSameButNumbers(one: ModelNode, other: ModelNode): boolean {
  return (
    one.id === other.id &&
    one.label === other.label &&
    one.node_type === other.node_type &&
    one.operator === other.operator &&
    one.children.length === other.children.length &&
    one.children.every((id, place) => id === other.children[place])
  )
}
