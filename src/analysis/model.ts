import type { TSchema } from '@sinclair/typebox'

/** A call that a model makes of a tool; `arguments` is JSON as the model wrote it. */
export type ModelCall = { id: string; name: string; arguments: string }

/** What is said in a turn: instructions, the people, the model, and what its tools answered. */
export type Message =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; calls?: readonly ModelCall[] }
  | { role: 'tool'; call_id: string; content: string }

/** What a model may call; `parameters` is the schema of the arguments. */
export type Tool = { name: string; description: string; parameters: TSchema }

/** A piece of an answer: text, a whole call, or why it ended. */
export type Delta =
  | { kind: 'text'; text: string }
  | { kind: 'call'; call: ModelCall }
  | { kind: 'end'; reason: 'stop' | 'calls' | 'length' | 'filtered' }

/** Goes on with a turn: a model elsewhere, or the interpreter that is built in. */
export type Complete = (
  turn: readonly Message[],
  tools: readonly Tool[],
  signal: AbortSignal,
) => AsyncIterable<Delta>

declare module '../fastify.ts' {
  interface Deps {
    complete: Complete
  }
}
