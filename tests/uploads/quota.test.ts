import { test as base } from 'vitest'
import { describe, expect, type Service, signInTo, startService } from '../support/service.ts'
import { holdings, pdfOf, sendFile, sendForm } from '../support/uploads.ts'

const megabyte = 1024 * 1024

const test = base.extend<{ service: Service }>({
  service: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures from the pattern
    async ({}, use) => {
      const service = await startService({ env: { UPLOAD_QUOTA_MB: '1' } })
      await use(service)
      await service.close()
    },
    { scope: 'file' },
  ],
})

describe('the quota of a user', () => {
  test('is filled to the last byte, and freed by deleting', async ({ service }) => {
    const ann = await signInTo(service.app)
    const first = await sendFile(ann, 'a.pdf', pdfOf(megabyte - 1000))
    expect((await sendFile(ann, 'b.pdf', pdfOf(1000))).statusCode).toBe(201)
    const before = await holdings(service)
    const refused = await sendFile(ann, 'c.pdf', pdfOf(100))
    expect(refused.statusCode).toBe(413)
    expect(refused.json()).toMatchObject({
      code: 'quota_exceeded',
      used_bytes: megabyte,
      quota_bytes: megabyte,
    })
    expect(await holdings(service)).toEqual(before)
    await ann.delete(first.json().url)
    expect((await sendFile(ann, 'c.pdf', pdfOf(100))).statusCode).toBe(201)
    expect((await sendFile(await signInTo(service.app), 'd.pdf', pdfOf(1000))).statusCode).toBe(201)
  })

  test('is not exceeded by many files at once', async ({ service }) => {
    const ann = await signInTo(service.app)
    const body = pdfOf(300_000)
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => sendFile(ann, `${i}.pdf`, body)),
    )
    const statuses = answers.map(({ statusCode }) => statusCode).sort()
    expect(statuses).toEqual([201, 201, 201, 413, 413, 413, 413, 413])
    expect((await ann.get('/api/v1/upload/files')).json().total).toBe(3)
    const { files, rows, incoming } = await holdings(service)
    expect(files).toHaveLength(rows.length + 1) // the one that a job will remove
    expect(incoming).toEqual([])
  })

  test('counts each of several files', async ({ service }) => {
    const ann = await signInTo(service.app)
    const sizes = [700_000, 500_000, 300_000]
    const parts = sizes.map((size) => ({
      name: 'files',
      filename: `${size}.pdf`,
      body: pdfOf(size),
    }))
    const response = await sendForm(ann, parts, '/api/v1/upload/files/multiple')
    expect(response.json()).toMatchObject([
      { success: true },
      { success: false, problem: { code: 'quota_exceeded', used_bytes: 700_000 } },
      { success: true },
    ])
    expect((await holdings(service)).incoming).toEqual([])
  })
})
