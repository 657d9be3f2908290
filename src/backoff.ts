export type Pauses = {
  /** The longest first pause, in milliseconds; it doubles with each try. */
  baseMs: number
  maxMs: number
  /** The longest pause that a Retry-After may ask for. */
  maxRetryAfterMs: number
  /** In [0, 1). */
  random: () => number
}

/**
 * Milliseconds to pause after the given failed try (from 1): exponential with full jitter (Brooker,
 * AWS Architecture Blog 2015), and never less than the server asks for within bounds.
 */
export function pauseAfter(
  failed: number,
  retryAfterMs: number | undefined,
  { baseMs, maxMs, maxRetryAfterMs, random }: Pauses,
): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** (failed - 1))
  return Math.max(random() * ceiling, Math.min(retryAfterMs ?? 0, maxRetryAfterMs))
}

/** Milliseconds from a Retry-After (RFC 9110, 10.2.3): seconds or a date; undefined for neither. */
export function retryAfterOf(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const at = /GMT$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
