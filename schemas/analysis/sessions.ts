export const analysisSessionSchemas = [] as const
