export type Exception = {
  /** The advisory as `npm audit` names it. */
  url: string
  /** Why it does no harm here. */
  reason: string
  /** The day on which somebody looks at it again. */
  until: string
}

/** Advisories on packages of production that do no harm here; each has a reason and an end. */
export const exceptions: readonly Exception[] = []
