import type { Static, TSchema } from '@sinclair/typebox'
import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyPluginOptions,
  FastifyRequest,
  FastifyTypeProvider,
  RawServerDefault,
} from 'fastify'
import type { PoolUse } from '../db/open.ts'
import type { Db } from '../db/tables.ts'
import type { Channels } from './channels.ts'
import type { Config } from './config.ts'
import type { Counters } from './counters.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { SendMail } from './mail.ts'
import type { RedisClient } from './redis.ts'
import type { Secrets } from './secrets.ts'
import type { Storage } from './storage.ts'
import type { CallWebhook } from './webhook.ts'

/**
 * Everything the service is made of that a test may want to replace. Areas add what is theirs, where
 * they define it.
 */
export interface Deps {
  config: Config
  db: Db
  storage: Storage
  channels: Channels
  secrets: Secrets
  counters: Counters
  mail: SendMail
  webhook: CallWebhook | undefined
  redis: Pick<RedisClient, 'ping'> | undefined
  poolUse: () => PoolUse | undefined
  lifecycle: Lifecycle
}

interface TypeBox extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
  serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown
}

/** A folder under `routes/`: one plugin, one scope, types inferred from its schemas. */
export type Routes = FastifyPluginAsync<FastifyPluginOptions, RawServerDefault, TypeBox>

export type App = FastifyInstance
export type Request = FastifyRequest

declare module 'fastify' {
  interface FastifyInstance extends Deps {}
}
