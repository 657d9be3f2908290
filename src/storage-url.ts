import { fileURLToPath } from 'node:url'

export type StoragePlace =
  | { kind: 'folder'; path: string }
  | {
      kind: 's3'
      endpoint: string
      region: string
      bucket: string
      prefix: string
      forcePathStyle: boolean
      /** Whether it was said that the way there may be one that others can listen to. */
      insecure: boolean
    }

const settings = ['endpoint', 'region', 'force_path_style', 'insecure']
const flags = ['true', 'false', null]

/** What `STORAGE_URL` means, or undefined where it means nothing. */
export function storageIn(text: string): StoragePlace | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'file:'
    ? folderIn(url)
    : url.protocol === 's3:'
      ? bucketIn(url)
      : undefined
}

function folderIn(url: URL): StoragePlace | undefined {
  if (url.search || url.hash || url.host || url.pathname === '/') return undefined
  try {
    return { kind: 'folder', path: fileURLToPath(url) }
  } catch {
    return undefined
  }
}

function bucketIn({ hostname, pathname, searchParams, username, password, port, hash }: URL) {
  const names = [...searchParams.keys()]
  const isKnown =
    names.every((name) => settings.includes(name)) && new Set(names).size === names.length
  if (!isKnown || username || password || port || hash) return undefined
  const prefix = pathname.replace(/^\/|\/$/g, '')
  const isBucket = /^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(hostname)
  if (!isBucket || !/^([\w-][\w.-]*(\/(?!$)|$))*$/.test(prefix)) return undefined

  const forcePathStyle = searchParams.get('force_path_style')
  const insecure = searchParams.get('insecure')
  if (!flags.includes(forcePathStyle) || !flags.includes(insecure)) return undefined
  // Stores other than Amazon's mostly take this one, whatever they are called.
  const region = searchParams.get('region') ?? (searchParams.has('endpoint') ? 'us-east-1' : '')
  if (!/^[a-z\d-]+$/.test(region)) return undefined
  const endpoint = searchParams.get('endpoint') ?? `https://s3.${region}.amazonaws.com`
  if (!isEndpoint(endpoint)) return undefined
  return {
    kind: 's3' as const,
    endpoint,
    region,
    bucket: hostname,
    prefix,
    forcePathStyle: forcePathStyle === 'true',
    insecure: insecure === 'true',
  }
}

function isEndpoint(text: string): boolean {
  if (!/^https?:\/\/[^?#@\s]+$/.test(text)) return false
  return URL.canParse(text)
}
