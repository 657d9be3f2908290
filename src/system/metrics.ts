import { timingSafeEqual } from 'node:crypto'
import fastifyMetrics from 'fastify-metrics'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { version } from '../about.ts'
import type { Found } from '../cache.ts'
import { failure } from '../failure.ts'
import type { App } from '../fastify.ts'
import type { JobOutcome } from '../job-runs.ts'
import type { CallOutcome } from '../outgoing.ts'
import { installStateGauges } from './state-gauges.ts'

export type Meters = ReturnType<typeof createMeters>

declare module '../fastify.ts' {
  interface Deps {
    meters: Meters
  }
}

/** One registry a service, so that two services in one process do not count each other. */
export function createMeters() {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Total HTTP requests',
    labelNames: ['method', 'endpoint', 'status_code'],
    registers,
  })
  const jobs = new Counter({
    name: 'job_runs_total',
    help: 'Jobs run, by kind and how they ended',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const jobSeconds = new Histogram({
    name: 'job_run_duration_seconds',
    help: 'How long jobs ran',
    labelNames: ['kind'],
    buckets: [0.01, 0.1, 1, 10, 60, 600],
    registers,
  })

  const sockets = new Gauge({
    name: 'websocket_connections',
    help: 'WebSockets that are open',
    registers,
  })
  const socketMessages = new Counter({
    name: 'websocket_messages_total',
    help: 'Messages over WebSockets, by where they go',
    labelNames: ['direction'],
    registers,
  })

  const deliveries = new Counter({
    name: 'drive_deliveries_total',
    help: 'Tries to copy a file to Google Drive, by how they ended',
    labelNames: ['outcome'],
    registers,
  })

  const looks = new Counter({
    name: 'cache_requests_total',
    help: 'Looks into the cache, by where the value was',
    labelNames: ['found'],
    registers,
  })
  const callSeconds = new Histogram({
    name: 'outbound_request_duration_seconds',
    help: 'Calls to services elsewhere, by how they ended, until the head of the answer',
    labelNames: ['target', 'outcome'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  })
  new Gauge({
    name: 'build_info',
    help: 'Always 1; its labels say what runs',
    labelNames: ['version', 'node_version'],
    registers,
  }).set({ version, node_version: process.version }, 1)

  return {
    registry,
    countLook: (found: Found): void => looks.inc({ found }),
    countCall: (target: string, outcome: CallOutcome, seconds: number): void =>
      callSeconds.observe({ target, outcome }, seconds),
    countDelivery: (outcome: 'synced' | 'retried' | 'failed' | 'off'): void =>
      deliveries.inc({ outcome }),
    showSockets: (count: number): void => sockets.set(count),
    countSocketMessage: (direction: 'in' | 'out'): void => socketMessages.inc({ direction }),
    countRequest(method: string, endpoint: string, status: number): void {
      requests.inc({ method, endpoint, status_code: status })
    },
    countJob(kind: string, outcome: JobOutcome, seconds: number): void {
      jobs.inc({ kind, outcome })
      jobSeconds.observe({ kind }, seconds)
    },
  }
}

/** Counts and times every request by the pattern of its route, and watches what it waits for. */
export async function installMetrics(app: App): Promise<void> {
  const { meters, levels, poolUse } = app
  const { registry } = meters
  await app.register(fastifyMetrics.default, {
    endpoint: null,
    defaultMetrics: { enabled: true, register: registry },
    routeMetrics: {
      enabled: { histogram: true, summary: false },
      overrides: {
        labels: { route: 'endpoint' },
        histogram: {
          registers: [registry],
          buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10],
        },
        summary: { registers: [] },
      },
    },
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode, elapsedTime } = reply
    const { url, config } = request.routeOptions
    // The pattern of the route, for there are as many paths as there are clients and files.
    const endpoint = url ?? request.pattern ?? '__unknown__'
    meters.countRequest(request.method, endpoint, statusCode)
    // A socket lasts as long as somebody looks.
    if (config.area && !request.ws) levels.countRequest(config.area, statusCode, elapsedTime)
    done()
  })
  installStateGauges(app)
  if (poolUse()) {
    new Gauge({
      name: 'database_connections',
      help: 'Connections to the database, by what they do, and requests that wait for one',
      labelNames: ['state'],
      registers: [registry],
      collect() {
        const { total, idle, waiting } = poolUse() ?? { total: 0, idle: 0, waiting: 0 }
        this.set({ state: 'busy' }, total - idle)
        this.set({ state: 'idle' }, idle)
        this.set({ state: 'waiting' }, waiting)
      },
    })
  }
}

/** In the text format of Prometheus; behind `METRICS_TOKEN` where that is set. */
export async function readMetrics({ meters, config }: App, authorization = ''): Promise<string> {
  if (config.metricsToken && !isSame(authorization, `Bearer ${config.metricsToken}`)) {
    throw failure('metrics_token_required')
  }
  return meters.registry.metrics()
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
