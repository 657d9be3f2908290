export const ciMessages = {} as const

export const ciRules = {} as const
