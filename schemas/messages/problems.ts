export const problemMessages = {} as const

export const problemRules = {} as const
