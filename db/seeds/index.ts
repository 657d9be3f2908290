import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { createGunzip, gunzipSync } from 'node:zlib'

const isSource = import.meta.url.endsWith('.ts')

/** A file of bundled data: beside this one in the sources, and the same place from the bundle. */
function urlOf(name: string): URL {
  return new URL(isSource ? `./${name}` : `../db/seeds/${name}`, import.meta.url)
}

/** Reads a gzipped seed as a stream; see db/seeds/README.md for what there is. */
export function openSeed(name: string) {
  return createReadStream(urlOf(name)).pipe(createGunzip())
}

/** Reads a small gzipped seed of one value a line. */
export function readSeedLines(name: string): Set<string> {
  return new Set(
    gunzipSync(readFileSync(urlOf(name)))
      .toString('utf8')
      .trim()
      .split('\n'),
  )
}

/** What a seed is made of, so that a new one is told from one that is loaded already. */
export function seedDigest(name: string): string {
  return createHash('sha256')
    .update(readFileSync(urlOf(name)))
    .digest('hex')
}
