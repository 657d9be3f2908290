import type { SharpOptions } from 'sharp'
import type { ThumbnailSize } from '../../schemas/thumbnails.ts'
import { failure } from '../failure.ts'

/** Of a picture for a thumbnail; one of more bytes is not even read. */
export const maxPictureBytes = 50 * 1024 * 1024

const maxPixels = 40_000_000
const maxSeconds = 20

/** The pixels are counted before any is decoded; of an animation only the first picture is. */
const cautious: SharpOptions = { limitInputPixels: maxPixels, failOn: 'error', pages: 1 }

/** SVG, PDF and the like, which may name other files, are never opened, whatever they are called. */
const loaders = [
  'VipsForeignLoadJpegBuffer',
  'VipsForeignLoadPngBuffer',
  'VipsForeignLoadNsgifBuffer',
]

/** Here and not in a closure, since these settings are the process's. */
let loading: ReturnType<typeof loadSharp> | undefined

async function loadSharp() {
  const { default: sharp } = await import('sharp')
  sharp.cache(false)
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: loaders })
  return sharp
}

/**
 * A JPEG that fits into a square, upright, on white, without what the picture says of its maker and
 * its place. Made on a thread of libuv: the event loop goes on.
 */
export async function drawThumbnail(picture: Buffer, size: ThumbnailSize): Promise<Buffer> {
  loading ??= loadSharp()
  const sharp = await loading
  try {
    return await sharp(picture, cautious)
      .timeout({ seconds: maxSeconds })
      .autoOrient()
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .jpeg({ quality: 85 })
      .toBuffer()
  } catch (error) {
    throw blamePicture(error)
  }
}

/** The decoder tells its errors apart by their words only. */
function blamePicture(error: unknown) {
  const { message } = Object(error)
  if (/exceeds pixel limit/.test(message)) return pictureTooLarge()
  if (/^timeout/.test(message)) return failure('too_busy')
  return failure('picture_unreadable')
}

export function pictureTooLarge() {
  return failure('picture_too_large', {
    megapixels: maxPixels / 1_000_000,
    megabytes: maxPictureBytes / 1024 / 1024,
  })
}
