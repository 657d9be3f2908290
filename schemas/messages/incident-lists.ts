export const incidentListMessages = {} as const

export const incidentListRules = {} as const
