import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Config } from './config.ts'

const isSource = import.meta.url.endsWith('.ts')

/** The folder of pages and scripts, beside this file in the sources and in the build alike. */
export const webDir = fileURLToPath(new URL('./web/', import.meta.url))

export function webFile(name: string): string {
  return readFileSync(`${webDir}${name}`, 'utf8')
}

/**
 * ReDoc is one file of its package, which the build copies so that production needs no more. Its
 * page would ask a machine of its makers for their logo; ours has none of that.
 */
export function redocScript(): string {
  const path = isSource
    ? createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js')
    : `${webDir}redoc.standalone.js`
  const logo = Buffer.from(webFile('favicon.svg')).toString('base64')
  return readFileSync(path, 'utf8').replace(
    'https://cdn.redoc.ly/redoc/logo-mini.svg',
    `data:image/svg+xml;base64,${logo}`,
  )
}

/**
 * The OpenAPI document as the build has written it: to make it takes seconds, in which an instance
 * would answer nobody. The sources have none.
 */
export function builtDocument(): Buffer | undefined {
  const path = `${webDir}openapi.json`
  return !isSource && existsSync(path) ? readFileSync(path) : undefined
}

/** The page at `/`. What it says of mock users is left out where there are none. */
export function homePage({ mockUsers, publicUrl }: Config): string {
  const page = webFile('index.html').replaceAll('{url}', publicUrl)
  return mockUsers ? page : page.replace(/<!-- development -->.*<!-- \/development -->/s, '')
}
