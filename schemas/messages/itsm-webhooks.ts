export const webhookMessages = {} as const

export const webhookRules = {} as const
