export const analysisEngineMessages = {} as const

export const analysisEngineRules = {} as const
