import type { Group, Key } from './batch.ts'

/** An error keeps the whole batch back; a warning is published and kept beside it. */
export type Severity = 'error' | 'warning'

/** What one check found in one part of a batch. */
export type Finding = {
  severity: Severity
  /** What it is about: indicator, period, level, as far as it has them. */
  scope: string
  observed: string
  expected: string
  failing: number
  sample: Key[]
}

export const sampleSize = 20

export function finding(
  severity: Severity,
  scope: string,
  { observed, expected, keys }: { observed: unknown; expected: unknown; keys: readonly Key[] },
): Finding {
  return {
    severity,
    scope,
    observed: String(observed),
    expected: String(expected),
    failing: keys.length,
    sample: keys
      .slice(0, sampleSize)
      .map(({ indicator, area, period }) => ({ indicator, area, period })),
  }
}

/** `A1101 2020 prefecture`. */
export function scopeOf({ indicator, period }: Group, ...more: readonly string[]): string {
  return [indicator.code, period.label, ...more].join(' ')
}
