import { hold } from '../../db/hold.ts'
import type { ProblemDetails } from '../../schemas/common.ts'
import type { FileResult, UploadedFile } from '../../schemas/uploads.ts'
import type { Caller } from '../access.ts'
import { type Failure, type FailureCode, failure } from '../failure.ts'
import { bringIn, claimIncoming, dropIncoming, type Kept, settle } from '../incoming.ts'
import type { ReceivedFile } from '../multipart.ts'
import { type CheckedFile, checkFile, type FileDeps, insertFile, quotaFault } from './files.ts'

/** What can be wrong with one file while the others are well. */
const ownFaults: readonly FailureCode[] = [
  'file_content_mismatch',
  'file_empty',
  'file_too_large',
  'file_type_not_allowed',
  'invalid_request',
]

type Arrived = { name: string } & ({ file: CheckedFile; kept: Kept } | { fault: Failure })

/**
 * Takes several files in at once, each for itself: one that is refused does not keep the others
 * out. When the form itself breaks off, none is stored.
 */
export async function createFiles(
  deps: FileDeps,
  caller: Caller,
  description: () => string | null,
  files: AsyncIterable<ReceivedFile>,
  maxBytes: number,
  tell: (fault: Failure) => ProblemDetails,
): Promise<FileResult[]> {
  const arrived: Arrived[] = []
  const kept = () => arrived.flatMap((each) => ('kept' in each ? [each.kept] : []))
  try {
    for await (const each of files) arrived.push(await takeIn(deps, each, maxBytes))
  } catch (error) {
    await dropIncoming(deps, kept())
    throw error
  }
  const results = await settle(deps, kept(), async (trx) => {
    await hold(trx, `uploads:${caller.id}`)
    const written: FileResult[] = []
    for (const each of arrived) {
      const { name } = each
      const fault =
        'fault' in each ? each.fault : await quotaFault(trx, deps.config, caller, each.kept.size)
      if (fault || 'fault' in each) {
        written.push({ success: false, filename: name, problem: tell(fault as Failure) })
        continue
      }
      await claimIncoming(trx, each.kept)
      const file: UploadedFile = await insertFile(trx, caller, each.file, description(), each.kept)
      written.push({ success: true, ...file })
    }
    return written
  })
  if (!results.some(({ success }) => success)) {
    throw failure('no_file_stored', undefined, { results })
  }
  return results
}

async function takeIn(
  { db, storage }: FileDeps,
  { name, body }: ReceivedFile,
  maxBytes: number,
): Promise<Arrived> {
  try {
    const { file, place, body: checked } = await checkFile(storage, name, body, maxBytes)
    return { name: file.name, file, kept: await bringIn({ db, storage }, place, checked) }
  } catch (error) {
    if (ownFaults.includes(Object(error).failure)) return { name, fault: error as Failure }
    throw error
  }
}
