import { createChannels } from '../../src/channels.ts'
import { createCounters, withFallback } from '../../src/counters.ts'
import type { App } from '../../src/fastify.ts'
import type { ReadObject } from '../../src/realtime/rooms.ts'
import { sharePresence, tellRooms } from '../../src/realtime/shared-presence.ts'
import { createMeters } from '../../src/system/metrics.ts'
import { newPrefix, openRedis, redisUrl } from './redis.ts'
import { type Client, startService } from './service.ts'
import { openSocket, tokenOf } from './socket.ts'

/** What an instance has of its own. */
async function openInstance(prefix: string, url: string) {
  const redis = await openRedis(prefix, { url, leaseMs: 6000 })
  const counters = withFallback(redis.counters, createCounters())
  const channels = createChannels({ relay: redis.relay })
  const presence = sharePresence(redis.presence, tellRooms(channels))
  return { redis, counters, channels, presence, meters: createMeters() }
}

type Options = {
  firstUrl?: string
  secondUrl?: string
  rooms?: Record<string, ReadObject>
}

/** Two instances on one database, each with connections to Redis of its own. */
export async function startTwo({
  firstUrl = redisUrl,
  secondUrl = redisUrl,
  rooms = {},
}: Options = {}) {
  const prefix = newPrefix()
  const instances = [await openInstance(prefix, firstUrl), await openInstance(prefix, secondUrl)]
  const service = await startService({ changes: { rooms, ...instances[0] } })
  const second = await service.twin(instances[1])
  await service.queue.start()
  return {
    ...service,
    first: service.app,
    second,
    async close() {
      await service.queue.stop(1000)
      await service.close()
      for (const { presence, redis } of instances) {
        await presence.close()
        await redis.close()
      }
    },
  }
}

export const enter = (app: App, room: string, who: Client, query = {}) =>
  openSocket(app, room, { token: tokenOf(who), query })

export async function usersIn(app: App, who: Client, room: string): Promise<string[]> {
  const url = `/api/v1/ws/rooms/${encodeURIComponent(room)}/users`
  const response = await app.inject({ url, headers: { authorization: who.authorization } })
  return response.json().users.sort()
}
