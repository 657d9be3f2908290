import { inflateRawSync } from 'node:zlib'

/** What a package may have at most. */
export type PackageLimits = { entries: number; unpackedBytes: number }

/** A part of a package: its name, how it is packed, and where. */
type Part = { name: string; method: number; packed: number; unpacked: number; start: number }

type Place = Part & { from: number; end: number }

/** Why a package is not taken. */
export type PackageFault = 'unreadable' | 'too_large' | 'encrypted'

/**
 * How much smaller a large part may be than what it unpacks to. Zeros as the usual programs write them
 * come to 17, without any references to 260; what deflate can do at most, and bombs do, is 1030.
 */
const mostRatio = 400
const smallBytes = 1024 * 1024

/**
 * The parts of a ZIP file (APPNOTE.TXT) as a ZIP file of our own making, nothing in it packed: whoever
 * reads it reads what was looked at here. Strict, for a stranger's file: what two readers might read
 * differently is none, and nothing is unpacked past what the file says of itself.
 */
export function repack(
  file: Buffer,
  limits: PackageLimits,
  isWanted: (name: string) => boolean,
): Buffer | PackageFault {
  const parts = partsIn(file, limits)
  if (typeof parts === 'string') return parts
  const wanted = parts.filter(({ name }) => isWanted(name))
  const total = wanted.reduce((sum, { unpacked }) => sum + unpacked, 0)
  const isBomb = ({ packed, unpacked }: Part) =>
    unpacked > smallBytes && unpacked > packed * mostRatio
  if (total > limits.unpackedBytes || wanted.some(isBomb)) return 'too_large'
  const archive = createPackage(wanted.reduce((sum, { name }) => sum + sizeBeside(name), total))
  for (const part of wanted) {
    const bytes = unpack(file, part)
    if (bytes === undefined) return 'unreadable'
    archive.add(part.name, bytes)
  }
  return archive.end()
}

/** All parts by the directory, or why they cannot be trusted. */
function partsIn(file: Buffer, { entries }: PackageLimits): Place[] | PackageFault {
  const end = file.subarray(-65_557).lastIndexOf('PK\x05\x06', undefined, 'latin1')
  const at = Math.max(0, file.length - 65_557) + end
  if (end < 0 || at + 22 > file.length) return 'unreadable'
  const [disk, first, here, count] = [4, 6, 8, 10].map((each) => file.readUInt16LE(at + each))
  const length = file.readUInt32LE(at + 12)
  const start = file.readUInt32LE(at + 16)
  if (disk !== 0 || first !== 0 || here !== count || start + length > at) return 'unreadable'
  if (Number(count) > entries) return 'too_large'
  const directory = file.subarray(start, start + length)
  const places: Place[] = []
  const names = new Set<string>()
  let next = 0
  for (let n = 0; n < Number(count); n += 1) {
    const part = partAt(directory, next)
    if (typeof part === 'string') return part
    next = part.next
    const place = placeOf(file, part, start)
    const name = part.name.toLowerCase()
    if (!place || names.has(name)) return 'unreadable'
    names.add(name)
    places.push(place)
  }
  return next === length && areApart(places) ? places : 'unreadable'
}

/** One entry of the directory (4.3.12), and where the next begins. */
function partAt(directory: Buffer, at: number): (Part & { next: number }) | PackageFault {
  const isThere = at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50
  if (!isThere) return 'unreadable'
  const [nameLength = 0, extraLength = 0, commentLength = 0] = [28, 30, 32].map((each) =>
    directory.readUInt16LE(at + each),
  )
  const next = at + 46 + nameLength + extraLength + commentLength
  if (next > directory.length) return 'unreadable'
  if (directory.readUInt16LE(at + 8) & 0x2041) return 'encrypted'
  const name = directory.toString('latin1', at + 46, at + 46 + nameLength)
  const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)
  const sizes = sizesOf(
    [24, 20, 42].map((each) => directory.readUInt32LE(at + each)),
    extra,
  )
  if (!sizes || !isPlain(name)) return 'unreadable'
  const [unpacked = 0, packed = 0, start = 0] = sizes
  return { name, method: directory.readUInt16LE(at + 10), packed, unpacked, start, next }
}

/** Sizes that do not fit are in a field of their own (4.5.3), which some programs always write. */
function sizesOf(sizes: number[], extra: Buffer): number[] | undefined {
  if (!sizes.includes(0xffffffff)) return sizes
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let from = at + 4
    const end = Math.min(extra.length, from + extra.readUInt16LE(at + 2))
    return sizes.map((size) => {
      if (size !== 0xffffffff || from + 8 > end) return size
      from += 8
      return Number(extra.readBigUInt64LE(from - 8))
    })
  }
  return undefined
}

/** A path below the package, as all programs write it. */
function isPlain(name: string): boolean {
  return name !== '' && !/^\/|\\|\0|(^|\/)\.\.?(\/|$)/.test(name)
}

/** Where the bytes of a part lie, by its own header, which says the same name. */
function placeOf(file: Buffer, part: Part, directory: number): Place | undefined {
  const { start, packed, name } = part
  if (start + 30 > directory || file.readUInt32LE(start) !== 0x04034b50) return undefined
  const nameEnd = start + 30 + file.readUInt16LE(start + 26)
  const from = nameEnd + file.readUInt16LE(start + 28)
  const end = from + packed
  if (end > directory || file.toString('latin1', start + 30, nameEnd) !== name) return undefined
  return { ...part, from, end }
}

/** No byte belongs to two parts: what overlaps may unpack to itself many times over. */
function areApart(places: readonly Place[]): boolean {
  const sorted = places.toSorted((one, other) => one.start - other.start)
  return sorted.every(({ end }, n) => end <= (sorted[n + 1]?.start ?? Number.POSITIVE_INFINITY))
}

/** Nothing where a part is not what it says. */
function unpack(file: Buffer, { method, from, end, unpacked }: Place): Buffer | undefined {
  const packed = file.subarray(from, end)
  if (method === 0) return packed.length === unpacked ? packed : undefined
  if (method !== 8) return undefined
  try {
    const chunkSize = Math.max(1024, unpacked + 1)
    const bytes = inflateRawSync(packed, { maxOutputLength: unpacked + 1, chunkSize })
    return bytes.length === unpacked ? bytes : undefined
  } catch {
    return undefined
  }
}

const endBytes = 22
const sizeBeside = (name: string) => 30 + 46 + 2 * name.length

/** A ZIP file with nothing packed in it, of a size that is known. */
function createPackage(size: number) {
  const file = Buffer.alloc(size + endBytes)
  const entries: { name: string; length: number; start: number }[] = []
  let at = 0
  const header = (mark: number, skipped: number, name: string, length: number) => {
    file.writeUInt32LE(mark, at)
    at += skipped
    file.writeUInt32LE(length, at + 14)
    file.writeUInt32LE(length, at + 18)
    file.writeUInt16LE(name.length, at + 22)
  }
  return {
    add(name: string, bytes: Buffer): void {
      entries.push({ name, length: bytes.length, start: at })
      header(0x04034b50, 4, name, bytes.length)
      file.write(name, at + 26, 'latin1')
      at += 26 + name.length
      at += bytes.copy(file, at)
    },
    end(): Buffer {
      const directory = at
      for (const { name, length, start } of entries) {
        header(0x02014b50, 6, name, length)
        file.writeUInt32LE(start, at + 36)
        file.write(name, at + 40, 'latin1')
        at += 40 + name.length
      }
      file.writeUInt32LE(0x06054b50, at)
      file.writeUInt16LE(entries.length, at + 8)
      file.writeUInt16LE(entries.length, at + 10)
      file.writeUInt32LE(at - directory, at + 12)
      file.writeUInt32LE(directory, at + 16)
      return file.subarray(0, at + endBytes)
    },
  }
}
