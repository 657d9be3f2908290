export const analysisResultSchemas = [] as const
