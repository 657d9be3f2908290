import { readFileSync } from 'node:fs'

/** The package file is one folder above the sources, and two above the build. */
function packageFile(): { version: string } {
  const levels = import.meta.url.endsWith('.ts') ? '..' : '../..'
  return JSON.parse(readFileSync(new URL(`${levels}/package.json`, import.meta.url), 'utf8'))
}

export const serviceName = 'Kaname'
export const version = packageFile().version

declare const __build: string | undefined

/** Tells one build from another, where there are kept answers of both; the sources have none. */
export const build = typeof __build === 'string' ? __build : 'sources'
