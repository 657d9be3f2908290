import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { driveFaultOf } from '../../src/submissions/drive-faults.ts'
import { type UploadTask, uploadToDrive } from '../../src/submissions/drive-upload.ts'
import { type Delivering, pdf, startDelivering } from '../support/deliveries.ts'

const unit = 256 * 1024
const body = pdf(5 * unit + 1234)
const md5 = createHash('md5').update(body).digest('hex')

let world: Delivering

beforeAll(async () => {
  world = await startDelivering()
})
afterAll(() => world.close())
afterEach(() => world.drive.plan())

/** One try to send `body` in small chunks. */
async function send(changes: Partial<UploadTask> = {}) {
  const told: number[] = []
  let address = changes.address
  const task: UploadTask = {
    folderId: world.parent.id,
    name: 'a.pdf',
    type: 'application/pdf',
    size: body.length,
    appProperties: {},
    address,
    chunkBytes: 2 * unit,
    signal: new AbortController().signal,
    read: async (start, end) => body.subarray(start, end),
    findCopy: async () => undefined,
    onBegin: async (begun) => {
      address = begun
    },
    onProgress: async (bytes) => void told.push(bytes),
    ...changes,
  }
  const result = await uploadToDrive(world.service.deps.drive.request, task).then(
    (copy) => ({ copy }),
    (error) => ({ fault: driveFaultOf(error)?.fault }),
  )
  return { ...result, told, address }
}

const ranges = () =>
  world.drive.calls
    .filter(({ endpoint }) => endpoint === 'chunk' || endpoint === 'status')
    .map(({ headers }) => headers['content-range'])

describe('an upload in chunks', () => {
  test('is sent in order, and each is a multiple of what Google asks for', async () => {
    const { copy, told } = (await send()) as { copy: { md5: string }; told: number[] }
    expect(copy).toMatchObject({ md5, size: body.length })
    expect(told).toEqual([0, 2 * unit, 4 * unit])
    const total = body.length
    expect(ranges()).toEqual([
      `bytes 0-${2 * unit - 1}/${total}`,
      `bytes ${2 * unit}-${4 * unit - 1}/${total}`,
      `bytes ${4 * unit}-${total - 1}/${total}`,
    ])
  })

  test('goes on where the last byte was kept, not where the chunk ended', async () => {
    world.drive.plan({ chunk: { 1: { keep: unit }, 2: { keep: unit } } })
    const { copy, told } = (await send()) as { copy: object; told: number[] }
    expect(copy).toMatchObject({ md5 })
    expect(told).toEqual([0, unit, 2 * unit, 4 * unit])
  })

  test('goes on after a cut, when it is given its address', async () => {
    world.drive.plan({ chunk: { 2: { reset: 'during' } } })
    const first = await send()
    expect(first).toMatchObject({ fault: 'network' })
    const second = await send({ address: first.address })
    expect(second).toMatchObject({ copy: { md5 } })
    expect(world.drive.count('begin')).toBe(1)
    expect(ranges()).toContain(`bytes */${body.length}`)
    expect(second.told[0]).toBeGreaterThanOrEqual(2 * unit)
  })

  test('has ended when its last answer was lost', async () => {
    world.drive.plan({ chunk: { 3: { reset: 'after' } } })
    const { address } = await send()
    expect(await send({ address })).toMatchObject({ copy: { md5 }, told: [] })
  })

  test.each([404, 410] as const)('begins anew when it is forgotten: %i', async (status) => {
    world.drive.plan({ chunk: { 2: { reset: 'before' } } })
    const { address } = await send()
    world.drive.expireUploads(status)
    expect(await send({ address })).toMatchObject({ copy: { md5 } })
    expect(world.drive.count('begin')).toBe(2)
  })

  test('takes what is there already in the place of a forgotten one', async () => {
    const there = { id: 'there', size: body.length, md5 }
    const address = 'https://www.googleapis.com/upload/drive/v3/files?upload_id=gone'
    world.drive.plan()
    expect(await send({ address, findCopy: async () => there })).toMatchObject({ copy: there })
    expect(world.drive.count('begin')).toBe(0)
  })

  test('is given up for now when nothing is kept', async () => {
    world.drive.plan({ chunk: { 2: { keep: 0 } } })
    expect(await send()).toMatchObject({ fault: 'unavailable' })
  })

  test('ends when it is told to, and when nobody wants it any more', async () => {
    const stop = new AbortController()
    world.drive.plan({ chunk: { 1: { silent: true } } })
    const sending = send({ signal: stop.signal })
    await expect.poll(() => world.drive.count('chunk')).toBe(1)
    stop.abort()
    expect(await sending).not.toHaveProperty('copy')
    const onProgress = async () => {
      throw new Error('gone')
    }
    expect(await send({ onProgress })).toMatchObject({ fault: undefined })
  })

  test('of nothing is a file of nothing', async () => {
    expect(await send({ size: 0 })).toMatchObject({ copy: { size: 0 } })
  })

  test('does not follow an address that is not Google’s', async () => {
    const address = 'http://169.254.169.254/upload?upload_id=1'
    expect(await send({ address })).toMatchObject({ fault: 'bad_answer' })
  })
})
