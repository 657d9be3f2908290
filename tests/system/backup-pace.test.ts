import { vi } from 'vitest'
import { checkBackup } from '../../src/system/backup-check.ts'
import { inAdvance, inLine, smallBytes } from '../../src/system/backup-pace.ts'
import { restoreFiles } from '../../src/system/restore.ts'
import { archiveOf, bytesOf, keysIn } from '../support/backups.ts'
import { describe, expect, signInTo, startService, test } from '../support/service.ts'
import { openS3 } from '../support/storages.ts'
import { pdfOf, sendFile } from '../support/uploads.ts'

const few = 8

describe('files of an object store', () => {
  test('go eight at once into a backup and back, whole and in their order', async () => {
    const { server, storage, drop } = await openS3()
    const service = await startService({ changes: { storage } })
    const desk = await signInTo(service.app)
    for (let n = 0; n < 19; n += 1) await sendFile(desk, `${n}.pdf`, pdfOf(1000 + n))
    await sendFile(desk, 'large.pdf', pdfOf(smallBytes + 1))

    const out = server.gate('GetObject')
    const making = archiveOf(service)
    await vi.waitFor(() => expect(out.count.underWay).toBe(few), { timeout: 20_000 })
    out.open()
    const path = await making
    expect(out.count.most).toBe(few)
    const checked = await checkBackup(path, service.deps.secrets)
    const keys = keysIn(checked.manifest)
    expect(keys).toHaveLength(20)
    expect(keys).toEqual([...keys].sort())

    const other = await openS3()
    const back = other.server.gate('PutObject')
    const bringing = restoreFiles(other.storage, path, checked)
    await vi.waitFor(() => expect(back.count.underWay).toBe(few), { timeout: 20_000 })
    back.open()
    const undo = await bringing
    expect(back.count.most).toBe(few)
    expect(await bytesOf(other.storage, keys)).toEqual(await bytesOf(storage, keys))
    await undo()
    expect(await other.held()).toEqual([])
    await other.drop()
    await service.close()
    await drop()
  })

  test('are gone again when one of them cannot be kept', async () => {
    const service = await startService()
    const desk = await signInTo(service.app)
    for (let n = 0; n < 12; n += 1) await sendFile(desk, `${n}.pdf`, pdfOf(1000 + n))
    const path = await archiveOf(service)
    const checked = await checkBackup(path, service.deps.secrets)
    const { server, storage, held, drop } = await openS3()
    server.fail('PutObject', 'denied', { skip: 5 })
    await expect(restoreFiles(storage, path, checked)).rejects.toMatchObject({
      failure: 'unavailable',
    })
    expect(await held()).toEqual([])
    await service.close()
    await drop()
  })
})

describe('work in advance', () => {
  test('fails where its turn is, and after what came before', async () => {
    const done: number[] = []
    const work = async (n: number) => {
      if (n === 2) throw new Error('no')
      return n
    }
    const all = async () => {
      for await (const n of inAdvance([0, 1, 2, 3], work)) done.push(n)
    }
    await expect(all()).rejects.toThrow('no')
    expect(done).toEqual([0, 1])
  })

  test('takes nothing more after a fault, and tells of it at the end', async () => {
    const line = inLine()
    await line.take(() => Promise.reject(new Error('no')))
    await expect(line.ended()).rejects.toThrow('no')
    await expect(line.take(async () => {})).rejects.toThrow('no')
  })
})
