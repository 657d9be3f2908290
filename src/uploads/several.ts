import { hold } from '../../db/hold.ts'
import type { ProblemDetails } from '../../schemas/common.ts'
import type { FileResult, UploadedFile } from '../../schemas/uploads.ts'
import type { Caller } from '../access.ts'
import { holdCaller } from '../accounts/hold.ts'
import { keptOf, receiveAll } from '../arrivals.ts'
import { type Failure, failure } from '../failure.ts'
import { claimIncoming, settle } from '../incoming.ts'
import type { ReceivedFile } from '../multipart.ts'
import { type FileDeps, folder, insertFile, quotaFault } from './files.ts'

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
  const arrived = await receiveAll(deps, { folder, maxBytes }, files)
  const results = await settle(deps, keptOf(arrived), async (trx) => {
    await holdCaller(trx, caller)
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
