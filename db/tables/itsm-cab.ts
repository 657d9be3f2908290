export type BoardRule = 'any' | 'majority' | 'all'
export type SeatRole = 'required' | 'optional'
export type Decision = 'approve' | 'reject' | 'abstain' | 'conditional'

/** Boards, what they voted, when they met; and the times that changes keep to. */
export type ItsmCabTables = {
  cab_boards: {
    id: string
    name: string
    /** As it is compared: unique. */
    name_key: string
    /** One at most. */
    is_default: 0 | 1
    rule: BoardRule
    /** 0 to 1: the share of required members who must have voted. */
    quorum: number
    version: number
    created_at: string
    updated_at: string
  }
  cab_members: { board_id: string; user_id: string; role: SeatRole }
  cab_delegates: {
    id: string
    board_id: string
    /** Whose seat it is. */
    user_id: string
    delegate_id: string
    /** Half-open. */
    starts_at: string
    ends_at: string
  }
  /** One a seat and round. */
  change_votes: {
    id: string
    change_id: string
    round: number
    /** Whose vote it is. */
    user_id: string
    /** Who cast it: somebody else where it is a delegate. */
    cast_by: string
    decision: Decision
    comments: string | null
    /** JSON: `string[]`. */
    conditions: string
    created_at: string
    updated_at: string
  }
  /** What a round of votes came to, as it was then. */
  change_decisions: {
    change_id: string
    round: number
    decision: 'approved' | 'rejected'
    /** Null where one approver decided. */
    board_id: string | null
    board_name: string | null
    /** JSON: `Tally`. */
    tally: string
    decided_at: string
  }
  /** What an approval hangs on. */
  change_conditions: {
    change_id: string
    /** Counted from 1 within the change, over all rounds. */
    n: number
    round: number
    /** Who asked for it. */
    user_id: string
    text: string
    done_by: string | null
    done_at: string | null
    created_at: string
  }
  cab_meetings: {
    id: string
    board_id: string
    title: string
    starts_at: string
    ends_at: string
    place: string | null
    minutes: string | null
    /** Since when nothing of it may change. */
    closed_at: string | null
    created_by: string
    version: number
    created_at: string
    updated_at: string
  }
  cab_agenda: { meeting_id: string; position: number; change_id: string; minutes: number | null }
  cab_attendees: { meeting_id: string; user_id: string }
  change_windows: {
    id: string
    kind: 'freeze' | 'maintenance'
    /** Of a freeze; null for maintenance. */
    severity: 'hard' | 'soft' | null
    name: string
    reason: string | null
    starts_at: string
    /** Null where it recurs. */
    ends_at: string | null
    /** JSON: `Recurrence`; null where it does not recur. */
    recurrence: string | null
    /** No part of it is at or after this; null where it goes on. */
    over_at: string | null
    created_by: string
    version: number
    created_at: string
    updated_at: string
  }
  /** The CIs that a window is for; none where it is for all. */
  change_window_cis: { window_id: string; ci_id: string }
}
