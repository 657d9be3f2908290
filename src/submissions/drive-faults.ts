import { driveFaults } from '../../schemas/messages/drive.ts'
import { fill, type Language } from '../messages.ts'

export type DriveFaultCode = keyof typeof driveFaults

/** Never a text of Google's, and never one with a token: `reason` is one of its words. */
export type DriveFault = {
  fault: DriveFaultCode
  status?: number | undefined
  reason?: string | undefined
  retryAfterMs?: number | undefined
}

/** `permanent` is what the job queue reads: trying again would change nothing. */
export type DriveError = Error & { drive: DriveFault; permanent: boolean }

/** What may go well later without anybody doing anything. */
const passing: readonly DriveFaultCode[] = [
  'unauthorised',
  'rate_limited',
  'unavailable',
  'network',
  'timeout',
  'bad_answer',
]

export function driveError(fault: DriveFault | DriveFaultCode): DriveError {
  const drive = typeof fault === 'string' ? { fault } : fault
  const words = [drive.fault, drive.status, drive.reason].filter(Boolean).join(' ')
  return Object.assign(new Error(`Google Drive: ${words}`), { drive, permanent: !isPassing(drive) })
}

export function isPassing({ fault }: DriveFault): boolean {
  return passing.includes(fault)
}

/** What is wrong and what to do about it, for people. */
export function describeDriveFault(
  { fault }: Pick<DriveFault, 'fault'>,
  language: Language,
  client_email: string | null = null,
): { error: string; hint: string } {
  const [error, hint] = driveFaults[fault][language]
  const somebody = { ja: 'サービスアカウント', en: 'the service account' }[language]
  return { error, hint: fill(hint, { client_email: client_email ?? somebody }) }
}

/** The fault of an error of ours, also of one that the library has wrapped into its own. */
export function driveFaultOf(error: unknown): DriveFault | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('drive' in each) return (each as DriveError).drive
  }
  return undefined
}

type Answer = { status: number; data: unknown; headers: Headers }

/** What an answer of Google's that is no success means. */
export function faultOfAnswer({ status, data, headers }: Answer): DriveFault {
  const { error, error_description } = Object(data)
  const said = typeof error === 'string' && status < 500
  if (said) return { fault: faultOfToken(error, String(error_description)), status }
  // A proxy says so in a page of its own.
  if ((status === 403 || status === 407) && typeof error !== 'object') {
    return { fault: 'bad_answer', status }
  }
  const reason = reasonIn(error)
  const retryAfterMs = retryAfterIn(headers.get('retry-after'))
  return {
    fault: byReason.get(reason ?? '') ?? faultOfStatus(status),
    status,
    ...(reason && { reason }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

/** The token endpoint says what is wrong in words only (RFC 6749, 5.2). */
function faultOfToken(error: string, description: string): DriveFaultCode {
  if (error !== 'invalid_grant') return 'token_refused'
  if (/short-lived|reasonable timeframe|\biat\b|\bexp\b/i.test(description)) return 'clock_wrong'
  if (/account/i.test(description)) return 'account_unknown'
  return /signature/i.test(description) ? 'key_refused' : 'token_refused'
}

const byReason = new Map<string, DriveFaultCode>([
  ['rateLimitExceeded', 'rate_limited'],
  ['userRateLimitExceeded', 'rate_limited'],
  ['sharingRateLimitExceeded', 'rate_limited'],
  ['dailyLimitExceeded', 'rate_limited'],
  ['storageQuotaExceeded', 'storage_quota'],
  ['teamDriveFileLimitExceeded', 'drive_full'],
  ['teamDriveHierarchyTooDeep', 'drive_full'],
  ['accessNotConfigured', 'api_disabled'],
  ['SERVICE_DISABLED', 'api_disabled'],
  ['invalidSharingRequest', 'sharing_refused'],
  ['publishOutNotPermitted', 'sharing_refused'],
  ['shareOutNotPermitted', 'sharing_refused'],
  ['cannotShareTeamDriveWithNonGoogleAccounts', 'sharing_refused'],
])

function faultOfStatus(status: number): DriveFaultCode {
  if (status === 401) return 'unauthorised'
  if (status === 403) return 'permission_denied'
  if (status === 404 || status === 410) return 'not_found'
  if (status === 429) return 'rate_limited'
  if (status === 408 || status >= 500) return 'unavailable'
  return status >= 400 ? 'refused' : 'bad_answer'
}

function reasonIn(error: unknown): string | undefined {
  const { errors, details } = Object(error)
  const reason = [errors, details].flatMap((list) => (Array.isArray(list) ? list : []))
  const word = reason.map((each) => Object(each).reason).find((each) => typeof each === 'string')
  return /^\w{1,60}$/.test(word ?? '') ? word : undefined
}

const longestWaitMs = 24 * 60 * 60 * 1000

function retryAfterIn(header: string | null, at = Date.now()): number | undefined {
  if (!header) return undefined
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - at
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestWaitMs) : undefined
}
