import type {
  FaultTree,
  Fishbone,
  RcaDocument,
  RcaMethod,
  RcaTimeline,
} from '../../../schemas/itsm/rca.ts'
import type { FieldFault } from '../../failure.ts'

const deepest = 20

/** What a schema cannot say of a document; nothing for one that holds together. */
export function faultsIn(method: RcaMethod, document: RcaDocument): FieldFault[] {
  if (method === 'fishbone') return fishboneFaults(document as Fishbone)
  if (method === 'timeline') return timelineFaults(document as RcaTimeline)
  if (method === 'fault_tree') return faultTreeFaults(document as FaultTree)
  return []
}

function fishboneFaults({ categories, primary_causes }: Fishbone): FieldFault[] {
  const causes = Object.values(categories).flatMap((each) => each ?? [])
  const known = new Set(causes.flatMap(({ cause, sub_causes = [] }) => [cause, ...sub_causes]))
  return primary_causes.flatMap((cause, n) =>
    known.has(cause) ? [] : [{ field: `primary_causes.${n}`, rule: 'cause_not_in_diagram' }],
  )
}

function timelineFaults({ events }: RcaTimeline): FieldFault[] {
  return events.flatMap(({ at }, n) => {
    const before = events[n - 1]
    const isLater = !before || Date.parse(at) >= Date.parse(before.at)
    return isLater ? [] : [{ field: `events.${n}.at`, rule: 'out_of_order' }]
  })
}

function faultTreeFaults(tree: FaultTree): FieldFault[] {
  const local = nodeFaults(tree)
  return local.length > 0 ? local : shapeFaults(tree)
}

function nodeFaults({ top, nodes }: FaultTree): FieldFault[] {
  const places = new Map(nodes.map(({ id }, n): [string, number] => [id, n]).toReversed())
  const faults: FieldFault[] = places.has(top) ? [] : [{ field: 'top', rule: 'node_unknown' }]
  for (const [n, { id, gate, children }] of nodes.entries()) {
    const field = `nodes.${n}`
    if (places.get(id) !== n) faults.push({ field: `${field}.id`, rule: 'node_repeated' })
    if (gate !== null && children.length === 0) {
      faults.push({ field: `${field}.children`, rule: 'gate_without_children' })
    }
    if (gate === null && children.length > 0) {
      faults.push({ field: `${field}.gate`, rule: 'children_without_gate' })
    }
    for (const [m, child] of children.entries()) {
      if (places.has(child)) continue
      faults.push({ field: `${field}.children.${m}`, rule: 'node_unknown' })
    }
  }
  return faults
}

/**
 * Takes away, again and again, nodes that no remaining node has below it (Kahn 1962): what is never
 * taken stands in a cycle. The depth of a node is one more than that of the deepest above it.
 */
function shapeFaults({ top, nodes }: FaultTree): FieldFault[] {
  const byId = new Map(nodes.map((node, n) => [node.id, { ...node, n, above: 0, depth: 0 }]))
  for (const { children } of nodes) {
    for (const child of children) at(byId, child).above += 1
  }
  at(byId, top).depth = 1
  const taken = new Set<string>()
  const free = [...byId.values()].filter(({ above }) => above === 0).map(({ id }) => id)
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    taken.add(id)
    const { depth, children } = at(byId, id)
    for (const child of children) {
      const below = at(byId, child)
      if (depth > 0) below.depth = Math.max(below.depth, depth + 1)
      below.above -= 1
      if (below.above === 0) free.push(child)
    }
  }
  const all = [...byId.values()]
  const circular = all.filter(({ id }) => !taken.has(id))
  if (circular.length > 0) return circular.map(faultOf('node_in_cycle'))
  const lost = all.filter(({ depth }) => depth === 0)
  if (lost.length > 0) return lost.map(faultOf('node_unreachable'))
  return all.filter(({ depth }) => depth > deepest).map(faultOf('tree_too_deep'))
}

function faultOf(rule: FieldFault['rule']) {
  return ({ n }: { n: number }): FieldFault => ({ field: `nodes.${n}.id`, rule, max: deepest })
}

function at<Value>(map: ReadonlyMap<string, Value>, id: string): Value {
  return map.get(id) as Value
}
