import type { Complete, Delta, Message } from '../model.ts'
import { interpretWithSteps } from './made-names.ts'
import type { Overview, PlannedCall } from './plan.ts'
import { failedReply, finishedReply, isJapaneseText, type Outcome, unreadable } from './replies.ts'

type ToolAnswer = Extract<Message, { role: 'tool' }>

/**
 * The interpreter of Japanese and English sentences, as a model: it needs no network. It asks for the
 * overview, then makes one call after the other, and stops at the first that fails; then it says what
 * was done. `now` is asked for the day that words such as 昨年度 go by.
 */
export function createInterpreter(now: () => Date = () => new Date()): Complete {
  return async function* interpretTurn(turn, _tools, signal) {
    signal.throwIfAborted()
    yield* next(turn, now())
  }
}

function* next(turn: readonly Message[], at: Date): Generator<Delta> {
  const start = turn.findLastIndex(({ role }) => role === 'user')
  const said = turn[start]?.content ?? ''
  const answers = turn.slice(start + 1).filter((each): each is ToolAnswer => each.role === 'tool')
  const [first, ...others] = answers
  const japanese = isJapaneseText(said)
  if (!first) return yield* call(0, 'get_data_overview', {})
  const overview = overviewOf(first.content)
  if (!overview) return yield* text(failedReply([outcomeOf(first)], [], japanese))
  const plan = interpretWithSteps(said, overview, at)
  if (plan.kind === 'ask') return yield* text(plan.says)
  const outcomes = others.map(outcomeOf)
  if (outcomes.some(({ error }) => error))
    return yield* text(failedReply(outcomes, plan.calls, japanese))
  const planned = plan.calls[outcomes.length]
  if (planned) return yield* call(outcomes.length + 1, ...toolOf(planned))
  return yield* text(finishedReply(plan, outcomes, japanese))
}

function* text(says: string): Generator<Delta> {
  yield { kind: 'text', text: says }
  yield { kind: 'end', reason: 'stop' }
}

function* call(number: number, name: string, input: object): Generator<Delta> {
  yield { kind: 'call', call: { id: `call_${number}`, name, arguments: JSON.stringify(input) } }
  yield { kind: 'end', reason: 'calls' }
}

function toolOf(planned: PlannedCall): [string, object] {
  if (planned.call === 'delete') {
    return ['delete_step', { step: planned.step, ...(planned.cascade && { cascade: true }) }]
  }
  if (planned.call === 'change') {
    return [
      'change_step',
      { step: planned.step, ...(planned.name && { name: planned.name }), config: planned.config },
    ]
  }
  const { name, type, input, config } = planned
  return ['add_step', { name, type, input, config }]
}

function overviewOf(content: string): Overview | undefined {
  const answer = parsed(content)
  return Array.isArray(answer?.tables) && Array.isArray(answer.steps)
    ? (answer as Overview)
    : undefined
}

const outcomeOf = ({ content }: ToolAnswer): Outcome =>
  (parsed(content) as Outcome | undefined) ?? unreadable

function parsed(content: string): Record<string, unknown> | undefined {
  try {
    const answer: unknown = JSON.parse(content)
    return typeof answer === 'object' && answer !== null
      ? (answer as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
