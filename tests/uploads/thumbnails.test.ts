import sharp from 'sharp'
import {
  animation,
  blackPng,
  cornerColours,
  emptyGif,
  noise,
  photograph,
  plain,
  storeUpload,
} from '../support/pictures.ts'
import { describe, expect, test } from '../support/service.ts'

const clear = { r: 255, g: 0, b: 0, alpha: 0 }

async function pixelsOf(jpeg: Buffer) {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true })
  return {
    info,
    at: (x: number, y: number) => {
      const start = (y * info.width + x) * info.channels
      return [...data.subarray(start, start + 3)]
    },
  }
}

/** JPEG is not exact. */
function expectColour(colour: number[], wanted: readonly number[]): void {
  const off = colour.map((part, n) => Math.abs(part - (wanted[n] ?? 0)))
  expect(Math.max(...off), `${colour} is not ${wanted}`).toBeLessThan(25)
}

describe('a thumbnail', () => {
  test('is a JPEG of 200 pixels that the client of nobody else keeps', async ({
    service,
    signIn,
  }) => {
    const ann = await signIn()
    const { url } = await storeUpload(service.deps, ann, await plain(600, 400).png().toBuffer())
    const { statusCode, headers, rawPayload } = await ann.get(url)
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'private, max-age=3600',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^"[\da-f]{32}-200"$/),
      vary: expect.stringContaining('Authorization'),
    })
    const { format, width, height, space } = await sharp(rawPayload).metadata()
    expect({ format, width, height, space }).toEqual({
      format: 'jpeg',
      width: 200,
      height: 133,
      space: 'srgb',
    })
  })

  test.for([
    [100, 100, 75],
    [400, 400, 300],
    [800, 600, 450],
  ])(
    'of %i pixels is %i × %i: as asked for, and never enlarged',
    async ([size, width, height], { service, signIn }) => {
      const ann = await signIn()
      const { url } = await storeUpload(service.deps, ann, await plain(600, 450).jpeg().toBuffer())
      const { rawPayload, headers } = await ann.get(`${url}?size=${size}`)
      expect(await sharp(rawPayload).metadata()).toMatchObject({ width, height })
      expect(headers.etag).toMatch(`-${size}"`)
    },
  )

  test.for(['0', '300', '200.5', '-100', 'large', '100000'])(
    'of a size of %s is not made',
    async (size, { service, signIn }) => {
      const ann = await signIn()
      const { url } = await storeUpload(service.deps, ann, await plain(9, 9).jpeg().toBuffer())
      const response = await ann.get(`${url}?size=${size}`)
      expect(response.statusCode).toBe(422)
      expect(response.json().errors[0]).toMatchObject({ field: 'size' })
    },
  )

  test.for([1, 2, 3, 4, 5, 6, 7, 8])(
    'of a photograph of orientation %i is upright and does not say where it was taken',
    async (orientation, { service, signIn }) => {
      const ann = await signIn()
      const bytes = await photograph(orientation)
      const taken = await sharp(bytes).metadata()
      expect(taken.orientation).toBe(orientation)
      expect(taken.exif?.includes('Hanako')).toBe(true)

      const { url } = await storeUpload(service.deps, ann, bytes)
      const { rawPayload } = await ann.get(url)
      const { info, at } = await pixelsOf(rawPayload)
      expect(info).toMatchObject({ width: 200, height: 150 })
      expectColour(at(10, 10), cornerColours.TL)
      expectColour(at(190, 10), cornerColours.TR)
      expectColour(at(10, 140), cornerColours.BL)
      expectColour(at(190, 140), cornerColours.BR)

      const kept = await sharp(rawPayload).metadata()
      for (const name of ['exif', 'icc', 'iptc', 'xmp', 'orientation'] as const) {
        expect(kept[name], name).toBeUndefined()
      }
      expect(rawPayload.includes('Exif') || rawPayload.includes('Hanako')).toBe(false)
    },
  )

  const kinds: Record<string, [() => Promise<Buffer>, [number, number], number[]]> = {
    'a CMYK JPEG': [
      () => plain(60, 40, '#cc1100').toColourspace('cmyk').jpeg().toBuffer(),
      [60, 40],
      [204, 17, 0],
    ],
    'a grey JPEG': [
      () => plain(60, 40, '#888888').toColourspace('b-w').jpeg().toBuffer(),
      [60, 40],
      [136, 136, 136],
    ],
    'a JPEG of another colour space': [
      () => plain(60, 40, '#cc1100').withIccProfile('p3').jpeg().toBuffer(),
      [60, 40],
      [204, 17, 0],
    ],
    'a progressive JPEG': [
      () => plain(60, 40).jpeg({ progressive: true }).toBuffer(),
      [60, 40],
      [51, 102, 204],
    ],
    'a PNG of one pixel': [() => plain(1, 1).png().toBuffer(), [1, 1], [51, 102, 204]],
    'a PNG of 10000 × 1': [() => plain(10_000, 1).png().toBuffer(), [200, 1], [51, 102, 204]],
    'a PNG of 1 × 10000': [() => plain(1, 10_000).png().toBuffer(), [1, 200], [51, 102, 204]],
    'a PNG one can see through': [
      () => plain(60, 40, clear).png().toBuffer(),
      [60, 40],
      [255, 255, 255],
    ],
    'a PNG of 16 bits, half of it to be seen': [
      () =>
        plain(60, 40, { ...clear, alpha: 0.5 })
          .toColourspace('rgb16')
          .png()
          .toBuffer(),
      [60, 40],
      [255, 127, 127],
    ],
    'a PNG of a palette': [
      () => plain(60, 40).png({ palette: true }).toBuffer(),
      [60, 40],
      [51, 102, 204],
    ],
    'a GIF one can see through': [
      () => plain(60, 40, clear).gif().toBuffer(),
      [60, 40],
      [255, 255, 255],
    ],
    'a GIF that lies of a huge screen': [
      async () => emptyGif([60_000, 60_000], [3, 2]),
      [3, 2],
      [0, 0, 0],
    ],
    'an animation, of its first frame': [() => animation(400, 200), [200, 100], [255, 0, 0]],
  }
  test.for(Object.keys(kinds))('is made of %s', async (kind, { service, signIn }) => {
    const ann = await signIn()
    const [make, [width, height], colour] = kinds[kind] as (typeof kinds)[string]
    const { url } = await storeUpload(service.deps, ann, await make())
    const response = await ann.get(url)
    expect(response.statusCode).toBe(200)
    const { info, at } = await pixelsOf(response.rawPayload)
    expect(info).toMatchObject({ width, height, channels: 3 })
    expectColour(at(0, 0), colour)
  })
})

const svg = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"
  xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">
  <image xlink:href="file:///etc/passwd" width="9" height="9"/></svg>`

describe('a picture that is not decoded', () => {
  const cut = async (picture: Promise<Buffer>, part: number) => {
    const bytes = await picture
    return bytes.subarray(0, Math.floor(bytes.length * part))
  }
  const hostile: Record<string, [() => Buffer | Promise<Buffer>, string]> = {
    'of 256 megapixels in 32 KB': [() => blackPng(16_384, 16_384), 'picture_too_large'],
    'just over 40 megapixels': [() => blackPng(10_000, 4_001), 'picture_too_large'],
    'with a huge GIF frame': [() => emptyGif([9, 9], [60_000, 60_000]), 'picture_too_large'],
    'that is an SVG': [() => Buffer.from(svg), 'picture_unreadable'],
    'that is a WebP': [() => plain(9, 9).webp().toBuffer(), 'picture_unreadable'],
    'that is a TIFF': [() => plain(9, 9).tiff().toBuffer(), 'picture_unreadable'],
    'that is a JPEG cut in its head': [
      () => cut(noise(99, 99).jpeg().toBuffer(), 0.05),
      'picture_unreadable',
    ],
    'that is a JPEG cut short': [
      () => cut(noise(99, 99).jpeg().toBuffer(), 0.9),
      'picture_unreadable',
    ],
    'that is a PNG cut short': [
      () => cut(noise(99, 99).png().toBuffer(), 0.5),
      'picture_unreadable',
    ],
    'that is a GIF cut short': [() => cut(animation(99, 99), 0.3), 'picture_unreadable'],
    'that is text': [() => Buffer.from('<html>not a picture</html>'), 'picture_unreadable'],
  }
  test.for(Object.keys(hostile))('is one %s', async (kind, { service, signIn }) => {
    const ann = await signIn()
    const [make, code] = hostile[kind] as (typeof hostile)[string]
    const { url } = await storeUpload(service.deps, ann, await make(), 'image/png')
    const response = await ann.get(url)
    expect(response.statusCode).toBe(422)
    expect(response.json()).toMatchObject({ code, detail: expect.stringMatching(/ください。$/) })
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.headers.etag).toBeUndefined()
  })

  test('is one of more bytes than are read', async ({ service, db, signIn }) => {
    const ann = await signIn()
    const { id, url } = await storeUpload(
      service.deps,
      ann,
      await plain(9, 9).png().toBuffer(),
      'image/png',
    )
    const size = 50 * 1024 * 1024 + 1
    await db.updateTable('uploads').set({ size }).where('id', '=', id).execute()
    const response = await ann.get(url, { 'accept-language': 'en' })
    expect(response.json()).toMatchObject({
      status: 422,
      code: 'picture_too_large',
      detail: expect.stringContaining('40 megapixels and 50 MB'),
    })
  })

  test('is one that the storage has lost', async ({ service, signIn }) => {
    const ann = await signIn()
    const { key, url } = await storeUpload(service.deps, ann, await plain(9, 9).jpeg().toBuffer())
    await service.deps.storage.remove(key)
    const response = await ann.get(url)
    expect(response.json()).toMatchObject({ status: 404, code: 'file_missing' })
  })

  test.for(['application/pdf', 'application/msword', 'image/svg+xml'])(
    'is none that is %s',
    async (type, { service, signIn }) => {
      const ann = await signIn()
      const { url } = await storeUpload(service.deps, ann, Buffer.from('%PDF-1.7'), type)
      const response = await ann.get(url)
      expect(response.json()).toMatchObject({ status: 404, code: 'thumbnail_not_available' })
    },
  )
})

describe('who sees a thumbnail', () => {
  test('is who sees the file', async ({ app, service, signIn }) => {
    const [ann, ben, auditor, root] = [
      await signIn(),
      await signIn(),
      await signIn('Auditor'),
      await signIn('SystemAdmin'),
    ]
    const bytes = await plain(9, 9).jpeg().toBuffer()
    const { url } = await storeUpload(service.deps, ann, bytes)
    expect((await ann.get(url)).statusCode).toBe(200)
    expect((await root.get(url)).statusCode).toBe(200)
    for (const other of [ben, auditor]) {
      const response = await other.get(url)
      expect(response.json()).toMatchObject({ status: 404, code: 'upload_not_found' })
    }
    expect((await app.inject(url)).statusCode).toBe(401)
    const own = await storeUpload(service.deps, auditor, bytes)
    expect((await auditor.get(own.url)).statusCode).toBe(200)
  })

  test('is nobody where there is none', async ({ signIn }) => {
    const ann = await signIn()
    for (const name of [`${crypto.randomUUID()}.png`, '..%2f..%2fetc%2fpasswd', '%25']) {
      const response = await ann.get(`/api/v1/upload/thumbnails/${name}`)
      expect(response.json()).toMatchObject({ status: 404, code: 'upload_not_found' })
    }
  })
})
