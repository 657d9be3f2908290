export const analysisChartMessages = {} as const

export const analysisChartRules = {} as const
