export const incidentMessages = {} as const

export const incidentRules = {} as const
