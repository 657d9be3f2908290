export const analysisTemplateMessages = {} as const

export const analysisTemplateRules = {} as const
