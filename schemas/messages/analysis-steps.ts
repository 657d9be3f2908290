export const analysisStepMessages = {} as const

export const analysisStepRules = {} as const
