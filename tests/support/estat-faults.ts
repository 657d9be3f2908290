import type { IncomingMessage } from 'node:http'

export type EstatFault =
  /** The connection ends without an answer, or in the middle of one. */
  | { kind: 'reset'; within?: 'body' }
  | { kind: 'http'; status: number; retryAfter?: string; body?: string }
  /** The firewall in front: 403 and HTML that repeats the address asked for. */
  | { kind: 'firewall' }
  | { kind: 'html' }
  | { kind: 'redirect'; location: string }
  /** An answer of e-Stat with another STATUS, with HTTP 200 unless told otherwise. */
  | { kind: 'status'; status: number; message?: string; http?: number }
  /** Part of the body, with its own length or with that of the whole. */
  | { kind: 'truncated'; length: 'right' | 'wrong' }
  /** The body in pieces with pauses. */
  | { kind: 'slow'; pauseMs: number; pieces?: number }
  | { kind: 'silent' }
  | { kind: 'huge'; bytes: number; gzip?: boolean }
  | { kind: 'deep'; levels: number }
  /** Says gzip and is not, or is gzip cut short. */
  | { kind: 'encoding'; as: 'plain' | 'cut' }
  /** Says that the next page is the first one. */
  | { kind: 'endless' }
  | { kind: 'total'; add: number }
  /** The first page again, under the position asked for. */
  | { kind: 'duplicate' }
  /** Any other change to what would have been answered. */
  | { kind: 'edit'; edit: (json: Loose) => unknown }

// biome-ignore lint/suspicious/noExplicitAny: tests reach into answers that they know.
export type Loose = any

export type EstatRequest = {
  /** `getStatsData` and so on. */
  name: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  at: number
}

/** By number of request from 0, or by what is asked. */
export type FaultPlan =
  | readonly (EstatFault | undefined)[]
  | ((request: EstatRequest, number: number) => EstatFault | undefined)
