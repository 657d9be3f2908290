import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import { test as base } from 'vitest'
import { chromiumPath } from './chromium.ts'
import { newPlace, startServer } from './process.ts'

export { describe, expect } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** What the page server has: our pages, and the libraries as their packages ship them. */
const folders = {
  pages: join(root, 'tests/browser/pages'),
  'chart.js': join(root, 'node_modules/chart.js/dist'),
  'plotly.js-dist-min': join(root, 'node_modules/plotly.js-dist-min'),
  'maplibre-gl': join(root, 'node_modules/maplibre-gl/dist'),
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
}

export type Opened = {
  page: Page
  /** Whatever the page complained of, and whatever it asked of another machine. */
  faults: string[]
  /** Saves what is to be seen as `dist/pictures/<name>.png`. */
  take: (name: string) => Promise<void>
}

export type Pages = {
  /** Of the service, which runs as a process of its own. */
  url: string
  open: (page: string, query: Record<string, string>) => Promise<Opened>
  /** A page of the service itself, or of another at a whole URL. */
  visit: (path: string) => Promise<Opened>
}

/** A browser and a server of our pages. */
export type Drawing = {
  browser: Browser
  files: string
  open: Pages['open']
  /** What a test has opened with `pages`. */
  shown: Page[]
}

/**
 * A browser, a page server and, where a test asks for pages, a service on another port; for all tests
 * of a file. The pages of a test are closed after it; of one that failed they say what they show.
 */
export const test = base.extend<{ drawing: Drawing; pages: Pages; closing: undefined }>({
  closing: [
    async ({ drawing: { shown }, task }, use) => {
      await use(undefined)
      for (const page of shown.splice(0)) {
        if (task.result?.errors?.length) console.error(page.url(), await textOf(page))
        await page.close()
      }
    },
    { auto: true },
  ],
  drawing: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const files = await servePages()
      const browser = await launch()
      await use({
        browser,
        files: files.url,
        open: (page, query) => open(browser, files.url, page, query),
        shown: [],
      })
      await browser.close()
      files.close()
    },
    { scope: 'file' },
  ],
  pages: [
    async ({ drawing: { browser, files, open, shown } }, use) => {
      const show = async (opening: Promise<Opened>) => {
        const opened = await opening
        shown.push(opened.page)
        return opened
      }
      const { env, drop } = await newPlace({ withStatistics: true })
      const service = await startServer({ ...env, LOG_LEVEL: 'silent', CORS_ORIGINS: files })
      await use({
        url: service.url,
        open: (page, query) => show(open(page, query)),
        visit: (path) => show(visit(browser, new URL(path, service.url).href)),
      })
      service.child.kill('SIGTERM')
      await service.ended
      await drop()
    },
    { scope: 'file' },
  ],
})

/** Without a graphics card: WebGL is computed. */
function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath as string,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      // It ends a process that draws slowly, as every one does where much else is to be done.
      '--disable-gpu-watchdog',
      '--disable-background-networking',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
    ],
  })
}

/** The beginning of what a page shows, or why it cannot say. */
async function textOf(page: Page): Promise<string> {
  const text = page.evaluate<string>('document.body.innerText.slice(0, 500)').catch(String)
  return Promise.race([text, setTimeout(10_000, 'It does not answer.', { ref: false })])
}

/** Opens a page and waits until it says that it has drawn. */
async function open(
  browser: Browser,
  server: string,
  name: string,
  query: Record<string, string>,
): Promise<Opened> {
  const opened = await visit(browser, `${server}/pages/${name}.html?${new URLSearchParams(query)}`)
  const { page, faults } = opened
  await page.waitForFunction('window.drawn === true', undefined, { timeout: 120_000 }).catch(() => {
    throw new Error(`${name} has not drawn. ${faults.join('; ')}`)
  })
  return opened
}

async function visit(browser: Browser, url: string): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 960, height: 720 } })
  // Hundreds of operations are drawn at once, on a machine that does other things too.
  page.setDefaultTimeout(120_000)
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  page.on('pageerror', (error) => void faults.push(String(error)))
  page.on('requestfailed', (request) => {
    // A page that is left asks for no more of what it was about to show.
    const isLeft = request.failure()?.errorText === 'net::ERR_ABORTED'
    if (!isLeft) faults.push(`failed: ${request.url()}`)
  })
  page.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url())) faults.push(request.url())
  })
  await page.goto(url)
  const take = async (picture: string) => {
    await mkdir(join(root, 'dist/pictures'), { recursive: true })
    await page.screenshot({ path: join(root, `dist/pictures/${picture}.png`) })
  }
  return { page, faults, take }
}

async function servePages() {
  const server = createServer((request, response) => {
    const [, folder = '', ...rest] = (request.url ?? '').split('?')[0]?.split('/') ?? []
    const path = join(folders[folder as keyof typeof folders] ?? '/nowhere', rest.join('/'))
    if (folder === 'favicon.ico') return response.writeHead(204).end()
    return readFile(path).then(
      (bytes) => response.setHeader('content-type', types[extname(path)] ?? '').end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${port}`, close }
}
