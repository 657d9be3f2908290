/** What a model may be given in one turn. */
export type ChatLimits = {
  /** Distinct values of a column that one answer of a tool may have; with 0 none. */
  maxValues: number
  /** Rows in a whole turn; with 0 none. */
  maxRows: number
  /** Characters of all answers of tools in a turn. */
  maxCharacters: number
}

/** Calls of tools in a turn, how often a model is asked, and how often the very same call may give the same. */
export const maxCalls = 40
export const maxRounds = 20
export const maxSame = 3

/** Characters that a model may say in a turn. */
export const maxSaid = 100_000

/** Of the conversation before, how much is told again. */
export const maxHistory = { messages: 20, characters: 20_000 }
