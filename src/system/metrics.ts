import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import fastifyMetrics from 'fastify-metrics'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { failure } from '../failure.ts'
import type { App } from '../fastify.ts'
import type { JobOutcome } from '../jobs.ts'

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

  return {
    registry,
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
  const { meters, poolUse } = app
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
  app.addHook('onResponse', async (request, reply) => {
    meters.countRequest(request.method, endpointOf(request), reply.statusCode)
  })
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

/** The pattern of the route, for there are as many paths as there are clients and files. */
function endpointOf({ routeOptions, pattern }: FastifyRequest): string {
  return routeOptions.url ?? pattern ?? '__unknown__'
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
