import { refusal } from './backup-refusals.ts'

/** A disk, a quota on it or the largest file of this process, as systems and databases say it. */
const fullCodes = ['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL', '53100']

/** What an archive that could not be written says on the terminal. */
export function writingFault(error: unknown, file: string): unknown {
  const { code, name, syscall, message } = Object(error)
  if (fullCodes.includes(code)) return refusal('no_room', { file })
  if (name === 'AbortError') return refusal('stopped')
  if (code === 'EPIPE') return refusal('reader_left')
  return syscall === 'open' ? refusal('not_writable', { file, reason: message }) : error
}

/** What a restore that broke off says where its place is full. */
export function restoringFault(error: unknown): unknown {
  const { code, failure } = Object(error)
  return fullCodes.includes(code) || failure === 'storage_full' ? refusal('no_room_here') : error
}
