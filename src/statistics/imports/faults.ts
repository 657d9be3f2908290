import { type Failure, type FieldFault, failure } from '../../failure.ts'

/** How many faults are told at once. */
const maxFaults = 100

export type Fault = FieldFault & { line: number; column: number }

export type Faults = {
  /** Keeps a fault, and gives up when there are enough of them. */
  add: (fault: Fault) => void
  /** Gives up with a fault after which the rest cannot be read. */
  stop: (fault: Fault) => never
  /** Gives up when there are any. */
  end: () => void
}

/** Collects what is wrong with a file, so that all of it can be told at once. */
export function collectFaults(): Faults {
  const errors: Fault[] = []
  const all = (): Failure => failure('import_malformed', undefined, { errors })
  return {
    add(fault) {
      errors.push(fault)
      if (errors.length >= maxFaults) throw all()
    },
    stop(fault) {
      errors.push(fault)
      throw all()
    },
    end() {
      if (errors.length > 0) throw all()
    },
  }
}

/** What may be said of a cell in an answer: its beginning, without control characters. */
export function excerptOf(text: string): string {
  return text.slice(0, 40).replace(/\p{Cc}/gu, ' ')
}
