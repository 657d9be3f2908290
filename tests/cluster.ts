/**
 * The topology of compose.yaml on this machine without containers, until Ctrl-C: nginx, instances,
 * PostgreSQL, Redis, and the object store of the tests, which keeps its files in memory.
 *
 *   npm run cluster [-- --instances 3 --port 8080 --folder ./data/cluster --postgres URL --redis URL]
 */
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { type Cluster, startCluster } from './support/cluster.ts'
import { lackingPrograms } from './support/programs.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

function read() {
  try {
    const { values } = parseArgs({
      options: {
        instances: { type: 'string', default: '2' },
        port: { type: 'string', default: '8080' },
        folder: { type: 'string' },
        postgres: { type: 'string' },
        redis: { type: 'string' },
      },
    })
    const [instances, port] = [Number(values.instances), Number(values.port)]
    if (!(instances >= 1 && instances <= 16)) fail('--instances: 1 to 16 / 1〜16')
    if (!(port >= 1 && port <= 65_535)) fail('--port: 1 to 65535 / 1〜65535')
    return { ...values, instances, port }
  } catch (error) {
    fail(Object(error).message)
  }
}

/** Whatever else is pressed meanwhile, all of it is stopped in order. */
function untilTold(): Promise<unknown> {
  const told = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
  return Promise.race(told)
}

function explain({ url, folder, administrator, instances, postgres, redis }: Cluster): void {
  say(`
  ${url}/          (${instances.map((each) => `${each.name} ${each.url}`).join(', ')})
  ${url}/docs
  Sign in / サインイン   ${administrator.email}   ${administrator.password}
  PostgreSQL   ${postgres.url}
  Redis        ${redis.url}
  Logs / ログ  ${folder}/*.log   ${folder}/nginx/*.log

Ctrl-C stops all of it. / Ctrl-C ですべて停止します。`)
}

const { postgres, redis, folder, ...rest } = read()
const lacking = lackingPrograms({ postgres: !postgres, redis: !redis })
if (lacking.length > 0) {
  fail(`Not found on this machine: ${lacking.join(', ')}. Install them, or say where they are by the variable.
この機械に見つかりません: ${lacking.join(', ')}。インストールするか、括弧内の環境変数で場所を指定してください。`)
}
const told = untilTold()
say('Starting … / 起動しています…')
const cluster = await startCluster({
  ...rest,
  ...(postgres && { postgresUrl: postgres }),
  ...(redis && { redisUrl: redis }),
  ...(folder && { folder }),
  apart: true,
}).catch((error) => fail(error.message))
explain(cluster)
await told
say('\nStopping: nginx, the instances, Redis, PostgreSQL … / 停止しています…')
await cluster.stop()
say('Stopped. / 停止しました。')
process.exit(0)
