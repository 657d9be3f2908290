import { type Failure, failure } from '../failure.ts'

/** A pure function says why data cannot carry an answer; whoever asked hears it as a problem. */
export function answered<Answer extends object, Refused extends { refused: string }>(
  answer: Answer | Refused,
): Exclude<Answer, Refused> {
  if ('refused' in answer) throw refusalOf(answer as Refused)
  return answer as Exclude<Answer, Refused>
}

/** The codes of refusals are codes of messages, and their members fill the placeholders. */
function refusalOf({ refused, ...detail }: { refused: string }): Failure {
  return failure(refused as 'too_few_points', readable(detail) as { needed: number; found: number })
}

/** Numbers as people write them. */
export function readable(detail: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => {
      const isLong = typeof value === 'number' && !Number.isInteger(value)
      return [name, isLong ? Number(value.toPrecision(3)) : value]
    }),
  )
}
