export const slaMessages = {} as const

export const slaRules = {} as const
