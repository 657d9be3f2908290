import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify'
import { LogController } from 'fastify'
import type { DestinationStream } from 'pino'
import type { Config } from './config.ts'
import { lazyLogger } from './lazy-log.ts'
import { bindingsOf, type Trace, traceFrom } from './trace.ts'
import { pathOf } from './values.ts'

declare module 'node:http' {
  interface IncomingMessage {
    trace?: Trace
  }
}

/** Whatever one may log by accident and nobody should read. */
const secrets = ['authorization', 'cookie', 'password', 'token', 'access_token', 'refresh_token']

/** JSON lines that never carry a query, a body, a header or what an error dragged along. */
export function loggingOf(
  { logLevel }: Config,
  stream?: DestinationStream,
): Pick<FastifyServerOptions, 'logger' | 'logController' | 'childLoggerFactory'> {
  return {
    logger: {
      level: logLevel,
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '***' },
      serializers: { err: describeError },
      ...(stream && { stream }),
    },
    logController: new LogController({
      requestIdLogLabel: 'request_id',
      disableRequestLogging: true,
    }),
    childLoggerFactory(logger, bindings, options, raw) {
      const trace = traceFrom(raw.headers.traceparent)
      raw.trace = trace
      return lazyLogger(() => logger.child({ ...bindings, ...bindingsOf(trace) }, options))
    },
  }
}

/** One line a request, when it is done. It is made of fields that are known, so nothing is looked for to be masked. */
export function installRequestLog(app: FastifyInstance): void {
  const log = app.log.child({}, { redact: [] })
  app.addHook('onResponse', (request, reply, done) => {
    log.info(
      {
        request_id: request.id,
        ...(request.raw.trace && bindingsOf(request.raw.trace)),
        method: request.method,
        path: loggedPathOf(request),
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 100) / 100,
        user_id: request.caller?.id ?? null,
        ip: request.ip,
      },
      'request',
    )
    done()
  })
}

/** The path; of a route that everybody may take its pattern: who knows the id in it is let in. */
export function loggedPathOf({ url, routeOptions }: FastifyRequest): string {
  const { config, url: pattern = '' } = routeOptions
  return config.public && pattern.includes('/:') ? pattern : pathOf(url)
}

type Described = { type: string; message: string; stack: string; [name: string]: unknown }

function describeError(error: unknown): Described {
  const { name = 'Error', message = String(error), stack = '', code, cause } = Object(error)
  return {
    type: name,
    message,
    stack,
    ...(code !== undefined && { code }),
    ...(cause !== undefined && { cause: describeError(cause) }),
  }
}
