import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { deflateSync } from 'node:zlib'
import sharp, { type Color } from 'sharp'
import type { Deps } from '../../src/fastify.ts'
import { newId, now } from '../../src/values.ts'

type Corner = 'TL' | 'TR' | 'BL' | 'BR'
type Rgb = [number, number, number]

export const cornerColours: Record<Corner, Rgb> = {
  TL: [220, 30, 30],
  TR: [30, 180, 30],
  BL: [30, 30, 220],
  BR: [220, 220, 30],
}

/** Where the corners of an upright picture are kept, by EXIF orientation (CIPA DC-008, 4.6.4). */
export const keptCorners: Record<number, [Corner, Corner, Corner, Corner]> = {
  1: ['TL', 'TR', 'BL', 'BR'],
  2: ['TR', 'TL', 'BR', 'BL'],
  3: ['BR', 'BL', 'TR', 'TL'],
  4: ['BL', 'BR', 'TL', 'TR'],
  5: ['TL', 'BL', 'TR', 'BR'],
  6: ['TR', 'BR', 'TL', 'BL'],
  7: ['BR', 'TR', 'BL', 'TL'],
  8: ['BL', 'TL', 'BR', 'TR'],
}

/** A photograph of 400 × 300 when held upright, kept as a camera held otherwise keeps it. */
export function photograph(orientation: number): Promise<Buffer> {
  const [width, height] = orientation < 5 ? [400, 300] : [300, 400]
  const corners = keptCorners[orientation] ?? []
  const pixels = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const corner = corners[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)] as Corner
      pixels.set(cornerColours[corner], (y * width + x) * 3)
    }
  }
  const exif = {
    IFD0: { Artist: 'Hanako' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '34/1 20/1 2400/100' },
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .withMetadata({ orientation, exif })
    .jpeg()
    .toBuffer()
}

export function plain(width: number, height: number, background: Color = '#3366cc') {
  const channels = Object(background).alpha === undefined ? 3 : 4
  return sharp({ create: { width, height, channels, background } })
}

/** Noise is what compresses worst: about four bytes a pixel as PNG. */
export function noise(width: number, height: number) {
  const kind = { type: 'gaussian', mean: 128, sigma: 40 } as const
  return sharp({ create: { width, height, channels: 3, background: '#000', noise: kind } })
}

/** Red, then green. */
export function animation(width: number, height: number): Promise<Buffer> {
  const frame = (colour: Rgb) => Buffer.alloc(width * height * 3, Buffer.from(colour))
  const raw = { width, height: height * 2, channels: 3, pageHeight: height } as const
  return sharp(Buffer.concat([frame([255, 0, 0]), frame([0, 255, 0])]), { raw })
    .gif({ delay: [100, 100] })
    .toBuffer()
}

/** A PNG of so many black pixels of one bit, written by hand, since no decoder shall be asked. */
export function blackPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(1, 8)
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))), { level: 9 })
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  const end = chunk('IEND', Buffer.alloc(0))
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), end])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

/** A GIF whose screen and whose one frame say how large they are, and hold hardly a pixel. */
export function emptyGif(screen: [number, number], frame: [number, number]): Buffer {
  const head = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1')
  head.writeUInt16LE(screen[0], 6)
  head.writeUInt16LE(screen[1], 8)
  const image = Buffer.from([0x2c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0x44, 1, 0])
  image.writeUInt16LE(frame[0], 5)
  image.writeUInt16LE(frame[1], 7)
  return Buffer.concat([head, image, Buffer.from([0x3b])])
}

/** A file as an upload leaves it, whatever the upload itself would have said of it. */
export async function storeUpload(
  { db, storage }: Pick<Deps, 'db' | 'storage'>,
  owner: { id: string },
  bytes: Buffer,
  content_type = 'image/jpeg',
) {
  const row = {
    id: newId(),
    stored_name: `${crypto.randomUUID()}.${content_type.split('/')[1]}`,
    original_name: '写真.jpg',
    content_type,
    description: null,
    owner_id: owner.id,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    key: `uploads/${newId()}`,
    created_at: now(),
  }
  await storage.put(row.key, Readable.from([bytes]), bytes.length)
  await db.insertInto('uploads').values(row).execute()
  return { ...row, url: `/api/v1/upload/thumbnails/${row.stored_name}` }
}
