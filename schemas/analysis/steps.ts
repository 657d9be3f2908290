export const analysisStepSchemas = [] as const
