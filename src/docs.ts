import { createHash } from 'node:crypto'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyReply } from 'fastify'
import { namedSchemas } from '../schemas/index.ts'
import { serviceName, version } from './about.ts'
import type { App } from './fastify.ts'
import { describeRoute, finish, overview } from './openapi.ts'
import { builtDocument, redocScript, webFile } from './web.ts'

/** Where the documents are: beside the service, and below /api for proxies that pass on only that. */
const prefixes = ['', '/api']

const tags = {
  auth: 'Sign in, stay signed in, sign out; passwords and API tokens.',
  users: 'Users as the Vue guide shows them.',
  user_accounts: 'Users as administrators see them, oneself, and own settings.',
  admin: 'The audit log and the job queue.',
  items: 'Things with a title, tags and a status, owned by somebody.',
  uploads: 'Files: in one go or resumable, out again whole or in part, as links and thumbnails.',
  submissions: 'Documents that people without an account upload to a link, and staff review.',
  'google-drive': 'Where submitted files are copied to: settings, credentials, connection.',
  realtime: 'Rooms over WebSocket: tickets, who is there, what was said.',
  population: 'Population by area and year: series, ages, trends, forecasts.',
  comparison: 'Areas side by side, correlations and groups.',
  livability: 'How well areas do by weighted indicators, and how far that depends on choices.',
  kpi: 'Key figures as cards: change, target, status, rank, freshness.',
  policy: 'Policies: areas, start, target, and how the indicator has gone.',
  maps: 'Shapes of areas, values by area with class breaks, vector tiles.',
  statistics: 'All figures: what there is, cuts through it, revisions, quality, sync.',
  incidents:
    'Incidents: what is broken, who mends it, notes, history, links, files, lists, import.',
  sla: 'Targets, calendars and clocks that explain themselves.',
  problems: 'Problems: causes of incidents, how they are looked for, what came of it.',
  'known-errors': 'Known errors with their workarounds, found by symptoms.',
  changes: 'Changes: risk, approval by vote, calendar, conflicts, tasks, review.',
  cab: 'Boards that decide on changes, and their meetings.',
  cis: 'Configuration items and what they depend on.',
  teams: 'Teams of the service desk.',
  analysis: 'Analysis sessions: files, steps, snapshots, charts, chat; templates of questions.',
  'driver-tree':
    'Driver trees: nodes, formulas, files and policies, what comes of them, scenarios, output.',
  itsm: 'Figures, settings and webhooks of the service desk.',
  projects: 'Projects, who is in them and in which role, their files, what was done.',
  system: 'What the service is and how it is.',
}

/** Describes every route, by what it declares: OpenAPI 3.1, Swagger UI and ReDoc. */
export async function installDocs(app: App): Promise<void> {
  for (const schema of namedSchemas) app.addSchema(schema)

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: serviceName,
        version,
        description: overview(),
        contact: { name: 'Kaname developers', url: 'https://kaname.example.jp' },
        license: { name: 'Proprietary', url: 'https://kaname.example.jp/license' },
      },
      servers: [{ url: '/', description: 'This service' }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'Any access token or API token.' },
          password: {
            type: 'oauth2',
            description: 'Signs in with a user name or an email.',
            flows: { password: { tokenUrl: '/api/v1/auth/login', scopes: {} } },
          },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) => `${json.$id ?? `def-${i}`}`,
    },
    transform: ({ schema, url, route }) => ({ url, schema: describeRoute(schema, route) }),
    transformObject: finish as never,
  })

  let document: { bytes: Buffer; etag: string } | undefined
  const sendDocument = (reply: FastifyReply) => {
    document ??= tagged(builtDocument() ?? Buffer.from(JSON.stringify(app.swagger())))
    const { bytes, etag } = document
    return reply.header('etag', etag).type('application/json').send(bytes)
  }

  for (const prefix of prefixes) {
    const hidden = { schema: { hide: true }, config: { public: true } } as const
    app.get(`${prefix}/openapi.json`, hidden, async (_request, reply) => sendDocument(reply))
    app.get(`${prefix}/redoc`, hidden, async (_request, reply) =>
      reply.type('text/html').send(webFile('redoc.html').replaceAll('{prefix}', prefix)),
    )
    app.get(`${prefix}/redoc/redoc.standalone.js`, hidden, async (_request, reply) =>
      reply
        .header('cache-control', 'public, max-age=86400')
        .type('text/javascript')
        .send(redocScript()),
    )
    // In a scope of its own each, since the plugin decorates the scope it is in.
    await app.register(async (scope) => {
      await scope.register(swaggerUi, {
        routePrefix: `${prefix}/docs`,
        uiHooks: {
          // What it has of its own would be made anew, in JSON at each request. JSON is YAML too.
          preHandler: (request, reply, next) => {
            if (/\/docs\/(?:json|yaml)$/.test(request.routeOptions.url ?? '')) sendDocument(reply)
            else next()
          },
        },
        uiConfig: {
          validatorUrl: null,
          displayRequestDuration: true,
          // Hundreds of operations: a list of areas is drawn at once, and one can look for a word.
          docExpansion: 'none',
          deepLinking: true,
          filter: true,
        },
        theme: { title: serviceName },
      })
    })
  }
}

function tagged(bytes: Buffer) {
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` }
}
