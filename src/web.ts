import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Config } from './config.ts'

const isSource = import.meta.url.endsWith('.ts')

/** The folder of pages and scripts, beside this file in the sources and in the build alike. */
export const webDir = fileURLToPath(new URL('./web/', import.meta.url))

export function webFile(name: string): string {
  return readFileSync(`${webDir}${name}`, 'utf8')
}

/** ReDoc is one file of its package, which the build copies so that production needs no more. */
export function redocScript(): string {
  return isSource
    ? createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js')
    : `${webDir}redoc.standalone.js`
}

/** The page at `/`. What it says of mock users is left out where there are none. */
export function homePage({ mockUsers, publicUrl }: Config): string {
  const page = webFile('index.html').replaceAll('{url}', publicUrl)
  return mockUsers ? page : page.replace(/<!-- development -->.*<!-- \/development -->/s, '')
}
