/** How a call to a service elsewhere ended: with 2xx or 3xx, with a refusal, or without an answer. */
export type CallOutcome = 'answered' | 'refused' | 'failed' | 'unreachable'

export type CountCall = (target: string, outcome: CallOutcome, seconds: number) => void

/** A fetch whose calls are counted by how they ended; the time is that until the head of the answer. */
export function countedFetch(target: string, countCall: CountCall): typeof fetch {
  return (input, init) =>
    counted(
      target,
      countCall,
      () => fetch(input, init),
      ({ status }) => status,
    )
}

/** Does one call and counts it. */
export async function counted<Answer>(
  target: string,
  countCall: CountCall,
  call: () => Promise<Answer>,
  statusOf: (answer: Answer) => number,
): Promise<Answer> {
  const started = performance.now()
  const count = (outcome: CallOutcome) =>
    countCall(target, outcome, (performance.now() - started) / 1000)
  try {
    const answer = await call()
    count(outcomeOf(statusOf(answer)))
    return answer
  } catch (error) {
    count('unreachable')
    throw error
  }
}

function outcomeOf(status: number): CallOutcome {
  if (status >= 500) return 'failed'
  return status >= 400 ? 'refused' : 'answered'
}
