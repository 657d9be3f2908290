import { backupMessages } from '../../schemas/messages/backup.ts'
import { fill } from '../messages.ts'

/** An error for the terminal, in both languages. */
export function refusal(
  code: keyof typeof backupMessages,
  detail: Record<string, string | number> = {},
): Error {
  const { en, ja } = backupMessages[code]
  const error = new Error(`${fill(en, detail)}\n${fill(ja, detail)}`)
  return Object.assign(error, { refusal: code })
}
