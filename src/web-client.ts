import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import serveStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { failure } from './failure.ts'
import type { App } from './fastify.ts'
import { preferencesIn, varyOn } from './http.ts'
import { pathOf } from './values.ts'
import { homePage, webDir } from './web.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What a request counts as that no route took, and that was answered all the same. */
    pattern: string | undefined
  }
}

/** What belongs to the service at the root: nothing below these is ever a screen of the client. */
const ours = new Set(['api', 'docs', 'health', 'metrics', 'openapi.json', 'redoc', 'static', 'ws'])

/** Open, uncounted and answering in every phase, for a page is of no use with half of its files. */
const open = { public: true, rateLimit: false, always: true } as const

/**
 * Serves STATIC_DIR, or our own page where that is not set, and gives the page to a browser at every
 * address that is neither ours nor a file: which screen it is, the page finds out by itself.
 */
export async function installWebClient(app: App): Promise<void> {
  await app.register(serveStatic, {
    serve: false,
    root: webDir,
    cacheControl: false,
    dotfiles: 'ignore',
    index: false,
    preCompressed: true,
    setHeaders: (reply, path) => void reply.header('cache-control', cachingOf(path)),
  })
  const { staticDir } = app.config
  serveFolder(app, '/static/kaname/*', webDir)
  serveFolder(app, '/static/*', staticDir ?? webDir)

  app.decorateRequest('pattern')
  app.addHook('onRequest', async (request, reply) => {
    const path = request.is404 ? clientPathOf(request.url) : undefined
    if (path === undefined) return
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const file = staticDir && (await fileIn(staticDir, path))
    if (file && !isRead) {
      reply.header('allow', 'GET, HEAD')
      throw failure('method_not_allowed', { allowed: ['GET', 'HEAD'] })
    }
    const isScreen = isRead && !basename(path).includes('.') && wantsPage(request)
    if (!file && !isScreen) return
    request.pattern = '/*'
    return file ? reply.sendFile(file, staticDir) : sendPage(app, reply)
  })
}

/** Whether a client would rather have a page than JSON. A wildcard is no wish for a page. */
export function wantsPage({ headers }: FastifyRequest): boolean {
  const weights = preferencesIn(headers.accept)
  const page = weights.get('text/html') ?? 0
  return page > 0 && page >= (weights.get('application/json') ?? 0)
}

/** The page of the web client, or our own where there is none. */
export function sendPage({ config }: App, reply: FastifyReply): FastifyReply {
  varyOn(reply, 'Accept')
  if (config.staticDir) return reply.sendFile('index.html', config.staticDir)
  return reply.type('text/html').serializer(String).send(homePage(config))
}

function serveFolder(app: App, url: string, folder: string): void {
  app.get<{ Params: { '*': string } }>(
    url,
    { config: open, schema: { hide: true } },
    async ({ params }, reply) => {
      const file = await fileIn(folder, params['*'])
      if (!file) throw failure('route_not_found')
      return reply.sendFile(file, folder)
    },
  )
}

/** The path that the client may have something at, without the first slash. */
function clientPathOf(url: string): string | undefined {
  const path = decodeURIComponent(pathOf(url)).slice(1)
  const [first = ''] = path.split(/[\\/]+/).filter(Boolean)
  return ours.has(first.toLowerCase()) ? undefined : path
}

/** The path, if the folder has a file there: no dotfile, and nothing that a link leads out to. */
async function fileIn(folder: string, path: string): Promise<string | undefined> {
  const isOdd = path.split('/').some((part) => part === '' || part.startsWith('.'))
  if (isOdd || path.includes('\\')) return undefined
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, path))])
    const isOwn = file.startsWith(root + sep) && (await stat(file)).isFile()
    return isOwn ? path : undefined
  } catch {
    return undefined
  }
}

/** `index-BmQ2x9Za.js` as Vite names what it puts into `assets`, and `main.3f2a1b9c.js` as webpack does. */
const viteName = /-(?=[\w-]*[A-Z\d])[\w-]{8}(\.[a-z]\w*)+$/
const webpackName = /\.(?=\d*[a-f])(?=[a-f]*\d)[\da-f]{8,20}(\.[a-z]\w*)+$/

/** What has its hash in its name never changes; everything else is asked for again. */
function cachingOf(path: string): string {
  const isVite = basename(dirname(path)) === 'assets' && viteName.test(path)
  const isHashed = isVite || webpackName.test(path)
  return isHashed ? 'public, max-age=31536000, immutable' : 'no-cache'
}
