import { batchById } from '../../db/batch.ts'
import type { Doors } from '../access.ts'
import type { App } from '../fastify.ts'
import { identifyApiToken } from './api-tokens.ts'
import { identifyMockUser } from './development.ts'
import { enterByEntra } from './entra.ts'
import { findSessions, identifySession } from './sessions.ts'

/** The ways in, of those that the configuration opens. */
export function createDoors({ db, config, entra }: Pick<App, 'db' | 'config' | 'entra'>): Doors {
  const findSession = batchById(db, findSessions)
  return {
    session: (claims) => identifySession(findSession, claims),
    apiToken: (token) => identifyApiToken(db, token),
    entra: entra && {
      issuer: entra.issuer,
      enter: (token, origin) => enterByEntra({ db, entra }, token, origin),
    },
    mock: config.mockUsers ? (name) => identifyMockUser(db, name) : undefined,
  }
}
