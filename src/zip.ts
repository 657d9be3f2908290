import { inflateRawSync } from 'node:zlib'

export type ZipEntry = { name: string; method: number; packed: number; start: number }

/** The entries of the directory of a ZIP file (APPNOTE.TXT 4.3.12), up to what is none. */
export function* entriesIn(directory: Buffer): Generator<ZipEntry> {
  for (let at = 0; at + 46 <= directory.length; ) {
    if (directory.readUInt32LE(at) !== 0x02014b50) return
    const [name, extra, comment] = [28, 30, 32].map((each) => directory.readUInt16LE(at + each))
    yield {
      name: directory.toString('utf8', at + 46, at + 46 + Number(name)),
      method: directory.readUInt16LE(at + 10),
      packed: directory.readUInt32LE(at + 20),
      start: directory.readUInt32LE(at + 42),
    }
    at += 46 + Number(name) + Number(extra) + Number(comment)
  }
}

/** Where the directory lies, by the end of the file (4.3.16); nothing where it is no ZIP file. */
export function directoryIn(tail: Buffer): { start: number; length: number } | undefined {
  const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  if (end < 0 || tail.length < end + 22) return undefined
  return { start: tail.readUInt32LE(end + 16), length: tail.readUInt32LE(end + 12) }
}

/** What a ZIP file may unpack to. */
export type ZipLimits = { maxBytes: number; maxEntries: number }

/**
 * How a ZIP file in the memory unpacks. What it says of itself is not believed: each entry is unpacked, one
 * after the other and never past the limit, also where several share bytes.
 */
export function howUnpacked(
  file: Buffer,
  { maxBytes, maxEntries }: ZipLimits,
): 'fits' | 'too_large' | 'unreadable' {
  const place = directoryIn(file)
  if (!place) return 'unreadable'
  let [left, count] = [maxBytes, 0]
  for (const entry of entriesIn(file.subarray(place.start, place.start + place.length))) {
    count += 1
    const size = sizeOf(file, entry, left)
    if (size === undefined) return 'unreadable'
    if (count > maxEntries || size > left) return 'too_large'
    left -= size
  }
  return 'fits'
}

/** Nothing for an entry that cannot be unpacked; more than `limit` for one that is larger. */
function sizeOf(file: Buffer, { start, method, packed }: ZipEntry, limit: number) {
  if (start + 30 > file.length || file.readUInt32LE(start) !== 0x04034b50) return undefined
  const said = file.readUInt32LE(start + 22)
  const from = start + 30 + file.readUInt16LE(start + 26) + file.readUInt16LE(start + 28)
  if (said > limit) return said
  if (method !== 8) return Math.max(said, packed)
  try {
    return inflateRawSync(file.subarray(from), { maxOutputLength: limit + 1 }).length
  } catch (error) {
    return Object(error).code === 'ERR_BUFFER_TOO_LARGE' ? limit + 1 : undefined
  }
}
