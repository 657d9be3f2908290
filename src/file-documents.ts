import { inflateRawSync } from 'node:zlib'
import { directoryIn, entriesIn, type ZipEntry } from './zip.ts'

/** Reads some bytes of a file, fewer where it ends. */
export type Look = (start: number, length: number) => Promise<Buffer>

/** What is read at most of a directory, and what it may unpack to. */
const maxDirectoryBytes = 1024 * 1024

/** The types of the main parts of a .docx and an .xlsx; a .docm, a .dotx and an .xlsm have others. */
const office = 'application/vnd.openxmlformats-officedocument'
const documentPart = `${office}.wordprocessingml.document.main+xml`
const workbookPart = `${office}.spreadsheetml.sheet.main+xml`

/** Whether a ZIP file is a Word document without macros (ECMA-376 part 2, APPNOTE.TXT 4.3). */
export async function isWordPackage(look: Look, size: number): Promise<boolean> {
  const types = await typesOfParts(look, size)
  return types.includes(`"${documentPart}"`) && !/vbaProject|macroEnabled/i.test(types)
}

/**
 * The same for a workbook of Excel. Programs that write workbooks declare what a binary one would be
 * called also where there is none.
 */
export async function isWorkbookPackage(look: Look, size: number): Promise<boolean> {
  const types = await typesOfParts(look, size)
  const macros = /vbaProject|macrosheet|<Override[^<>]*macroEnabled/i
  return types.includes(`"${workbookPart}"`) && !macros.test(types)
}

/** What a package says of its parts; nothing of what is none. */
async function typesOfParts(look: Look, size: number): Promise<string> {
  const tailStart = Math.max(0, size - 22 - 0xffff)
  const tail = await look(tailStart, size - tailStart)
  const place = directoryIn(tail)
  if (!place || place.length > maxDirectoryBytes) return ''
  const directory = await look(place.start, place.length)
  return unpack(look, entryOf(directory, '[Content_Types].xml'))
}

function entryOf(directory: Buffer, wanted: string): ZipEntry | undefined {
  for (const entry of entriesIn(directory)) if (entry.name === wanted) return entry
  return undefined
}

async function unpack(look: Look, entry: ZipEntry | undefined): Promise<string> {
  if (!entry || entry.packed > maxDirectoryBytes) return ''
  const header = await look(entry.start, 30)
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50) return ''
  const start = entry.start + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  const packed = await look(start, entry.packed)
  if (entry.method === 0) return packed.toString('utf8')
  try {
    return inflateRawSync(packed, { maxOutputLength: maxDirectoryBytes }).toString('utf8')
  } catch {
    return ''
  }
}

/** In a compound file: the end of a chain, and the sectors that hold no data. */
const firstSpecialSector = 0xfffffffa
const maxSectors = maxDirectoryBytes / 512

/**
 * Whether a compound file ([MS-CFB]) has a stream `WordDocument` at its top: a workbook has others,
 * and a Word document within it stands further down.
 */
export async function isWordDocument(look: Look): Promise<boolean> {
  return (await streamsOf(look)).includes('WordDocument')
}

/** The same for a workbook of Excel 97 or later, or of Excel 5. */
export async function isWorkbookDocument(look: Look): Promise<boolean> {
  return (await streamsOf(look)).some((name) => /^(work)?book$/i.test(name))
}

/** What stands at the top of a compound file; nothing of what is none. */
async function streamsOf(look: Look): Promise<string[]> {
  const header = await look(0, 512)
  const shift = header.length === 512 ? header.readUInt16LE(0x1e) : 0
  if (shift !== 9 && shift !== 12) return []
  const entries: Buffer[] = []
  let sector = header.readUInt32LE(0x30)
  for (let count = 0; sector < firstSpecialSector && count < maxSectors; count += 1) {
    const content = await look((sector + 1) * 2 ** shift, 2 ** shift)
    for (let at = 0; at + 128 <= content.length; at += 128) {
      entries.push(content.subarray(at, at + 128))
    }
    sector = await sectorAfter(look, header, sector, shift)
  }
  return namesAtTop(entries)
}

/** The allocation table says which sector follows one; the header says where the table is. */
async function sectorAfter(look: Look, header: Buffer, sector: number, shift: number) {
  const size = 2 ** shift
  const perSector = size / 4
  const table = await tableSector(look, header, Math.floor(sector / perSector), size)
  if (table >= firstSpecialSector) return table
  const entry = await look((table + 1) * size + (sector % perSector) * 4, 4)
  return entry.length === 4 ? entry.readUInt32LE(0) : firstSpecialSector
}

/** The header has room for 109 sectors of the table; a chain of sectors of its own has the rest. */
async function tableSector(look: Look, header: Buffer, index: number, size: number) {
  if (index < 109) return header.readUInt32LE(0x4c + index * 4)
  const perSector = size / 4 - 1
  const [hops, place] = [Math.floor((index - 109) / perSector), (index - 109) % perSector]
  let sector = header.readUInt32LE(0x44)
  for (let hop = 0; hop <= hops && sector < firstSpecialSector && hop < maxSectors; hop += 1) {
    const content = await look((sector + 1) * size, size)
    if (content.length < size) return firstSpecialSector
    if (hop === hops) return content.readUInt32LE(place * 4)
    sector = content.readUInt32LE(size - 4)
  }
  return firstSpecialSector
}

/** The entries of a directory form a tree, by their numbers: left, right, and what is below. */
function namesAtTop(entries: Buffer[]): string[] {
  const seen = new Set<number>()
  const next = entries[0] ? [entries[0].readUInt32LE(0x4c)] : []
  const names: string[] = []
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    const entry = entries[id]
    if (!entry || seen.has(id)) continue
    seen.add(id)
    next.push(entry.readUInt32LE(0x44), entry.readUInt32LE(0x48))
    const isStream = entry[0x42] === 2
    const length = Math.min(64, Math.max(0, entry.readUInt16LE(0x40) - 2))
    if (isStream) names.push(entry.toString('utf16le', 0, length))
  }
  return names
}
