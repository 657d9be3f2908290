export const analysisFileMessages = {} as const

export const analysisFileRules = {} as const
