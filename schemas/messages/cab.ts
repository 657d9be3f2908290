export const cabMessages = {} as const

export const cabRules = {} as const
