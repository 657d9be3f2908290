import { type Failure, failure } from '../../failure.ts'

type ModelCode =
  | 'analysis_model_unauthorized'
  | 'analysis_model_filtered'
  | 'analysis_model_too_long'

/** A failure of a model, and whether the same request may do better a moment later. */
export type ModelFailure = Failure & { isTransient: boolean; retryAfterMs?: number | undefined }

/** `reason` is in words of our own: nothing that a model's server said goes into it. */
export function modelFailed(
  reason: string,
  { isTransient = false, retryAfterMs }: { isTransient?: boolean; retryAfterMs?: number } = {},
): ModelFailure {
  const failed = failure('analysis_model_failed', { reason })
  return Object.assign(failed, { isTransient, retryAfterMs })
}

function refused(code: ModelCode): ModelFailure {
  return Object.assign(failure(code), { isTransient: false })
}

export function isModelFailure(error: unknown): error is ModelFailure {
  return typeof Object(error).isTransient === 'boolean'
}

/** Codes of errors that say something to an operator; others are not repeated. */
const knownCodes: Record<string, ModelCode | 'told'> = {
  invalid_api_key: 'analysis_model_unauthorized',
  content_filter: 'analysis_model_filtered',
  content_policy_violation: 'analysis_model_filtered',
  context_length_exceeded: 'analysis_model_too_long',
  string_above_max_length: 'analysis_model_too_long',
  model_not_found: 'told',
  deploymentnotfound: 'told',
  insufficient_quota: 'told',
  rate_limit_exceeded: 'told',
  server_error: 'told',
  unsupported_value: 'told',
  unsupported_parameter: 'told',
}

/** What an `error` object of a body or of a stream means. */
export function faultOfError(error: unknown, status?: number, retryAfterMs?: number): ModelFailure {
  const { code, type } = Object(error)
  const word = [code, type]
    .map((each) => String(each).toLowerCase())
    .find((each) => Object.hasOwn(knownCodes, each))
  const meaning = word === undefined ? undefined : knownCodes[word]
  if (status === 401 || status === 403) return refused('analysis_model_unauthorized')
  if (meaning !== undefined && meaning !== 'told') return refused(meaning)
  if (status === 413) return refused('analysis_model_too_long')
  const said = status === undefined ? 'an error in the stream' : `HTTP ${status}`
  const isPassing = status === undefined || [408, 409, 425, 429].includes(status) || status >= 500
  return modelFailed([said, word].filter(Boolean).join(' '), {
    isTransient: isPassing && word !== 'insufficient_quota',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

/** What a connection that broke means, without the words of whoever broke it. */
export function faultOfConnection(error: unknown): ModelFailure {
  if (isModelFailure(error)) return error
  const { code = Object(Object(error).cause).code } = Object(error)
  const isWord = typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code)
  return modelFailed(isWord ? code : 'the connection broke', { isTransient: true })
}
