import { newId } from './values.ts'

type Evaluate = {
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>
}

/** A connection in a room, as one text: the user, the connection, and the room, which comes last. */
export type Place = string

/** What a step answers, and the places that nobody renewed: `left` says whose last one that was. */
export type Step<Answer> = { answer: Answer; left: Place[] }

export type SharedPresence = ReturnType<typeof presenceOn>

/**
 * Counts by user and by room, and under each instance its places. Every script first sweeps the
 * instances whose lease has run out, so that nothing ever shows a ghost and one instance is told.
 */
const common = `
  local base, self, lease = KEYS[1], ARGV[1], tonumber(ARGV[2])
  local time = redis.call('time')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local instances, left = base .. 'instances', {}

  local function count(key, field, by)
    local n = redis.call('hincrby', key, field, by)
    if n <= 0 then redis.call('hdel', key, field) end
    return n
  end
  local function change(place, by)
    local user, room = string.match(place, '^(%S+) %S+ (.*)$')
    count(base .. 'users', user, by)
    count(base .. 'rooms', room, by)
    return count(base .. 'in:' .. room, user, by)
  end
  local function add(place)
    return redis.call('sadd', base .. 'of:' .. self, place) == 1 and change(place, 1) == 1
  end
  local function remove(instance, place)
    return redis.call('srem', base .. 'of:' .. instance, place) == 1 and change(place, -1) <= 0
  end
  local function sweep(instance)
    for _, place in ipairs(redis.call('smembers', base .. 'of:' .. instance)) do
      if remove(instance, place) then left[#left + 1] = place end
    end
    redis.call('zrem', instances, instance)
  end
  for _, instance in ipairs(redis.call('zrangebyscore', instances, '-inf', '(' .. now)) do
    if instance ~= self then
      sweep(instance)
      redis.call('set', base .. 'swept:' .. instance, 1, 'px', 86400000)
    end
  end`

const scripts = {
  enter: `
    redis.call('zadd', instances, 'nx', now + lease, self)
    return {add(ARGV[3]) and 1 or 0, left}`,
  leave: 'return {remove(self, ARGV[3]) and 1 or 0, left}',
  users: `return {redis.call('hkeys', base .. 'in:' .. ARGV[3]), left}`,
  stats: `
    local total = 0
    for _, instance in ipairs(redis.call('zrange', instances, 0, -1)) do
      total = total + redis.call('scard', base .. 'of:' .. instance)
    end
    local rooms, users = redis.call('hlen', base .. 'rooms'), redis.call('hlen', base .. 'users')
    return {{total, rooms, users}, left}`,
  renew: `
    redis.call('zadd', instances, now + lease, self)
    return {redis.call('scard', base .. 'of:' .. self), left}`,
  places: `
    local swept = redis.call('del', base .. 'swept:' .. self)
    return {{swept, redis.call('smembers', base .. 'of:' .. self)}, left}`,
  correct: `
    local first = {}
    for n = 4, #ARGV do
      if n < 4 + tonumber(ARGV[3]) then
        if add(ARGV[n]) then first[#first + 1] = ARGV[n] end
      elseif remove(self, ARGV[n]) then
        left[#left + 1] = ARGV[n]
      end
    end
    return {first, left}`,
  close: 'sweep(self) return {0, left}',
}

/** Presence over all instances of one Redis; each of these is one step there. */
export function presenceOn(redis: Evaluate, prefix: string, leaseMs: number) {
  const self = newId()

  async function step<Answer>(
    name: keyof typeof scripts,
    ...args: (string | number)[]
  ): Promise<Step<Answer>> {
    const script = `${common}\n${scripts[name]}`
    const reply = await redis.eval(script, 1, `${prefix}presence:`, self, leaseMs, ...args)
    const [answer, left] = reply as [Answer, Place[]]
    return { answer, left }
  }

  return {
    leaseMs,
    enter: (place: Place) => step<number>('enter', place),
    leave: (place: Place) => step<number>('leave', place),
    users: (room: string) => step<string[]>('users', room),
    stats: () => step<[total: number, rooms: number, users: number]>('stats'),
    /** Holds the lease for another while, and answers how many places this instance has. */
    renew: () => step<number>('renew'),
    /** Whether this instance was taken for dead, and its places. */
    places: () => step<[swept: number, places: Place[]]>('places'),
    /** Adds and removes places of this instance; answers those that are the first of their user. */
    correct: (missing: Place[], surplus: Place[]) =>
      step<Place[]>('correct', missing.length, ...missing, ...surplus),
    close: () => step<number>('close'),
  }
}
