export const changeMessages = {} as const

export const changeRules = {} as const
