export const analysisTemplateSchemas = [] as const
