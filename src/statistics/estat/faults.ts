/** What can go wrong between us and e-Stat, and whether the same request may go well later. */
const transience = {
  aborted: false,
  app_id_refused: false,
  bad_query: false,
  blocked: true,
  changed_while_reading: true,
  conflicting_values: false,
  network: true,
  not_estat: true,
  paging_stuck: false,
  redirected: false,
  request_refused: false,
  throttled: true,
  timeout: true,
  too_deep: false,
  too_large: false,
  too_many_rows: false,
  total_mismatch: true,
  truncated: true,
  unavailable: true,
  unexpected_http: false,
  wrong_page: true,
} as const

export type FaultCode = keyof typeof transience

/** `status` is e-Stat's STATUS where a body said it, otherwise the one of HTTP. */
export type Fault = { fault: FaultCode; status?: number; message?: string }

export type EstatError = Error & { estat: Fault }

/** Whether a parser gave a fault instead of what it was asked for. */
export function isFault(result: object): result is Fault {
  return 'fault' in result && Object.hasOwn(transience, String(result.fault))
}

/** Whether a code is one of ours: its message was made here, without secrets. */
export function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(transience, code)
}

/** An error that carries a fault. The text is taken as it is: redact it first. */
export function estatError({ fault, status, message }: Fault): EstatError {
  const code = status === undefined ? fault : `${fault} ${status}`
  return Object.assign(new Error(`e-Stat: ${code}${message ? `: ${message}` : ''}`), {
    estat: {
      fault,
      ...(status === undefined ? {} : { status }),
      ...(message === undefined ? {} : { message }),
    },
  })
}

/** The fault that an error of this client carries; undefined for any other error. */
export function faultOf(error: unknown): Fault | undefined {
  return error instanceof Error && 'estat' in error ? (error as EstatError).estat : undefined
}

/** Whether the same call may go well later. */
export function isTransient(error: unknown): boolean {
  const fault = faultOf(error)
  return fault !== undefined && transience[fault.fault]
}
