export const analysisChatSchemas = [] as const
