import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a program is: as told, in PATH, or where Debian keeps it; undefined where there is none. */
export function findProgram(name: string, told: string | undefined, ...folders: string[]) {
  if (told) return existsSync(told) ? told : undefined
  const places = [...folders, ...(process.env.PATH ?? '').split(delimiter)]
  return places.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** The newest PostgreSQL that Debian's packages have put here. */
function newestPostgres(): string[] {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return []
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => join(root, version, 'bin'))
}

const { POSTGRES_BIN, REDIS_PATH, NGINX_PATH } = process.env
const postgresAt = (name: string) =>
  findProgram(name, POSTGRES_BIN && join(POSTGRES_BIN, name), ...newestPostgres())

/** The programs that a cluster is made of, as far as this machine has them. */
export const programs = {
  nginx: findProgram('nginx', NGINX_PATH, '/usr/sbin'),
  initdb: postgresAt('initdb'),
  postgres: postgresAt('postgres'),
  redis: findProgram('redis-server', REDIS_PATH, '/usr/bin'),
}

/** What a cluster lacks on this machine, by the name of its package. */
export function lackingPrograms({ postgres = true, redis = true } = {}): string[] {
  return [
    ...(programs.nginx ? [] : ['nginx (NGINX_PATH)']),
    ...(!postgres || (programs.postgres && programs.initdb) ? [] : ['postgresql (POSTGRES_BIN)']),
    ...(!redis || programs.redis ? [] : ['redis-server (REDIS_PATH)']),
  ]
}
