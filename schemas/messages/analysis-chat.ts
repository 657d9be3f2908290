export const analysisChatMessages = {} as const

export const analysisChatRules = {} as const
