export const analysisTransformMessages = {} as const

export const analysisTransformRules = {} as const
