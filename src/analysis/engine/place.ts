import { join } from 'node:path'
import type { Storage } from '../../storage.ts'
import { type Copies, createCopies } from './copies.ts'
import { type OwnFolder, openOwnFolder } from './folder.ts'

type Place = { own: OwnFolder; copies: Copies }

/** The folder of this process and its copies, made when they are first asked for. */
export function createPlace(
  { storage, folder }: { storage: Storage; folder: string },
  { copyBytes, copyFileBytes }: { copyBytes: number; copyFileBytes: number },
) {
  let place: Promise<Place> | undefined

  async function make(): Promise<Place> {
    const own = await openOwnFolder(folder)
    const sizes = { maxBytes: copyBytes, maxFileBytes: copyFileBytes }
    return { own, copies: createCopies(storage, join(own.path, 'copies'), sizes) }
  }

  function open(): Promise<Place> {
    place ??= make().catch((error) => {
      place = undefined
      throw error
    })
    return place
  }

  return Object.assign(open, {
    close: async () => (await place?.catch(() => undefined))?.own.close(),
  })
}
