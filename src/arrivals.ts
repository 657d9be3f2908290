import type { Failure, FailureCode } from './failure.ts'
import type { Deps } from './fastify.ts'
import { type CheckedFile, checkFile, type FilePlace } from './file-content.ts'
import { bringIn, dropIncoming, type Kept } from './incoming.ts'
import type { ReceivedFile } from './multipart.ts'

/** A file of a form that is in the storage and not yet anybody's, or what is wrong with it. */
export type Arrival = { name: string } & ({ file: CheckedFile; kept: Kept } | { fault: Failure })

/** What can be wrong with one file while the others are well. */
const ownFaults: readonly FailureCode[] = [
  'file_content_mismatch',
  'file_empty',
  'file_too_large',
  'file_type_not_allowed',
  'invalid_request',
]

/** Takes in the files of a form, each for itself. When the form itself breaks off, none stays. */
export async function receiveAll(
  deps: Pick<Deps, 'db' | 'storage'>,
  place: FilePlace,
  files: AsyncIterable<ReceivedFile>,
): Promise<Arrival[]> {
  const arrivals: Arrival[] = []
  try {
    for await (const each of files) arrivals.push(await receive(deps, place, each))
  } catch (error) {
    await dropIncoming(deps, keptOf(arrivals))
    throw error
  }
  return arrivals
}

/** Those that are in the storage. */
export function keptOf(arrivals: Arrival[]): Kept[] {
  return arrivals.flatMap((each) => ('kept' in each ? [each.kept] : []))
}

async function receive(
  deps: Pick<Deps, 'db' | 'storage'>,
  place: FilePlace,
  { name, body }: ReceivedFile,
): Promise<Arrival> {
  try {
    const checked = await checkFile(deps.storage, place, name, body)
    const kept = await bringIn(deps, checked.place, checked.body)
    return { name: checked.file.name, file: checked.file, kept }
  } catch (error) {
    if (ownFaults.includes(Object(error).failure)) return { name, fault: error as Failure }
    throw error
  }
}
