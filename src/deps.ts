import { join } from 'node:path'
import { batchById } from '../db/batch.ts'
import { openDb } from '../db/open.ts'
import { createEntraKeys } from './accounts/entra.ts'
import { createPasswords } from './accounts/passwords.ts'
import { findUsers } from './accounts/users.ts'
import { exemptionsOf } from './address-guard.ts'
import { createComplete } from './analysis/chat/provider.ts'
import { createEngine } from './analysis/engine.ts'
import { createCache } from './cache.ts'
import { createChannels } from './channels.ts'
import type { Config } from './config.ts'
import { createCounters, withFallback } from './counters.ts'
import { forgetTreeFiles } from './driver-tree/files/removal.ts'
import { createCalculators } from './driver-tree/simulation/calculators.ts'
import type { Deps } from './fastify.ts'
import { findItems } from './items/rows.ts'
import { createPost } from './itsm/notices/post.ts'
import { leaveTeams } from './itsm/teams/teams.ts'
import { createLifecycle } from './lifecycle.ts'
import { folderMail, smtpMail } from './mail.ts'
import { counted, countedFetch } from './outgoing.ts'
import { createProjectParts } from './project-parts.ts'
import { leaveProjects, requireOtherManagers } from './projects/leaving.ts'
import { createPresence } from './realtime/presence.ts'
import { sharePresence, tellRooms } from './realtime/shared-presence.ts'
import { connectRedis } from './redis.ts'
import { createRooms } from './rooms.ts'
import { createSecrets } from './secrets.ts'
import { createEstat } from './statistics/estat/client.ts'
import { createLibrary } from './statistics/library.ts'
import { createShapes } from './statistics/maps/shapes.ts'
import { diskStorage, type Storage } from './storage.ts'
import { s3Storage } from './storage-s3.ts'
import { createDrive } from './submissions/drive.ts'
import { createLevels } from './system/levels.ts'
import { createMeters } from './system/metrics.ts'
import { forgetOwner } from './uploads/files.ts'
import { createThumbnails } from './uploads/thumbnail-store.ts'
import { ticks } from './values.ts'
import { httpWebhook } from './webhook.ts'
import { createWorkers } from './workers.ts'

/** Everything the service is made of, as the configuration says; `close` gives it all back. */
export async function createDeps(
  config: Config,
  image?: Buffer,
): Promise<{ deps: Deps; close: () => Promise<void> }> {
  const { databaseUrl, dataDir, smtpUrl, mailFrom, azure } = config
  const { db, poolUse } = await openDb(databaseUrl, {
    poolSize: config.databasePoolSize,
    prepare: config.databasePrepare,
    image,
  })
  const redis = await openRedis(config)
  const channels = createChannels({ relay: redis?.relay, onError: createWarner() })
  const presence = redis ? sharePresence(redis.presence, tellRooms(channels)) : createPresence()
  const local = createCounters()
  const storage = openStorage(config.storage)
  const secrets = createSecrets(config.secretsKey, config.secretsKeysOld)
  const workers = createWorkers()
  const engine = createEngine({ storage, folder: join(dataDir, 'engine'), ...config.engine })
  const meters = createMeters()
  const fetchOf = (target: string) => countedFetch(target, meters.countCall)
  const post = createPost(exemptionsOf(config.webhookAllowedHosts))
  const deps: Deps = {
    config,
    db,
    poolUse,
    findUser: batchById(db, findUsers),
    findItem: batchById(db, findItems),
    redis,
    storage,
    workers,
    thumbnails: createThumbnails({ db, storage }),
    channels,
    presence,
    rooms: createRooms(),
    secrets,
    deliveries: { running: 0 },
    drive: createDrive({ db, secrets, rootUrl: config.googleApiRootUrl, fetch: fetchOf('drive') }),
    cache: createCache({
      maxBytes: config.cacheMegabytes * 1024 * 1024,
      shared: redis?.cache,
      onLook: meters.countLook,
    }),
    calculators: createCalculators({ maxBytes: config.cacheMegabytes * 1024 * 1024 }),
    engine,
    complete: createComplete(config, fetchOf('model')),
    library: createLibrary(db),
    shapes: createShapes(),
    estat: config.estat.appId
      ? createEstat({ ...config.estat, fetch: fetchOf('estat') })
      : undefined,
    counters: redis ? withFallback(redis.counters, local) : local,
    mail: smtpUrl ? smtpMail(smtpUrl, mailFrom) : folderMail(join(dataDir, 'outbox'), mailFrom),
    webhook: config.webhookUrl ? httpWebhook(config.webhookUrl, fetchOf('webhook')) : undefined,
    callReceiver: (...call) =>
      counted(
        'itsm_webhook',
        meters.countCall,
        () => post(...call),
        ({ status }) => status,
      ),
    passwords: createPasswords(),
    userLeaves: async (trx, id, actor) => {
      await forgetOwner(trx, id)
      await leaveTeams(trx, id)
      await leaveProjects(trx, id, actor)
      await forgetTreeFiles(trx, id)
    },
    userPauses: requireOtherManagers,
    projectParts: createProjectParts(engine),
    entra: azure && createEntraKeys(azure),
    lifecycle: createLifecycle(),
    meters,
    levels: createLevels(),
  }
  return {
    deps,
    close: async () => {
      await engine.close()
      await workers.close()
      await presence.close()
      await db.destroy()
      await redis?.close()
    },
  }
}

/** Where the configuration says that files are. */
export function openStorage(place: Config['storage']): Storage {
  return place.kind === 's3' ? s3Storage(place) : diskStorage(place.path)
}

async function openRedis({ redisUrl, redisPrefix, presenceLease }: Config) {
  if (!redisUrl) return undefined
  return connectRedis(redisUrl, redisPrefix, { leaseMs: presenceLease * 1000 })
}

/** Says what concerns no request and nobody waits for: once a minute, since it may go on for long. */
function createWarner() {
  let quietUntil = Number.NEGATIVE_INFINITY
  return (error: unknown): void => {
    if (ticks() < quietUntil) return
    quietUntil = ticks() + 60_000
    process.emitWarning(Object(error))
  }
}
