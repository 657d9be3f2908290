import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { LogController } from 'fastify'
import type { DestinationStream } from 'pino'
import type { Config } from './config.ts'
import { pathOf } from './values.ts'

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
    childLoggerFactory: (logger, bindings, options, { headers }) =>
      logger.child({ ...bindings, ...traceIn(headers.traceparent) }, options),
  }
}

/** One line a request, when it is done. */
export function installRequestLog(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        path: pathOf(request.url),
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 100) / 100,
        user_id: request.caller?.id ?? null,
        ip: request.ip,
      },
      'request',
    )
  })
}

/** W3C Trace Context: the trace that a request belongs to, when it says so in the right form. */
function traceIn(traceparent: unknown): { trace_id?: string; parent_span_id?: string } {
  const [, trace_id, parent_span_id] =
    /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}$/.exec(String(traceparent)) ?? []
  return trace_id && parent_span_id ? { trace_id, parent_span_id } : {}
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
