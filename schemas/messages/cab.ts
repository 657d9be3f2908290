export const cabMessages = {
  board_not_found: {
    status: 404,
    ja: '委員会 {id} は見つかりません。一覧 (/api/v1/cab/boards) を確認してください。',
    en: 'There is no board {id}. See the list at /api/v1/cab/boards.',
  },
  board_in_use: {
    status: 409,
    ja: 'この委員会は会議 {meetings} 件と終わっていない変更 {changes} 件で使われています。締めていない会議を削除し、変更の board_id を変えるか終えてから、または既定を別の委員会に移してから削除してください。',
    en: 'Board in use: {meetings} meetings and {changes} unfinished changes refer to it. Delete meetings that are open, give those changes another board_id or finish them, or make another board the default first.',
  },
  board_required: {
    status: 409,
    ja: 'この変更を決める委員会がありません。変更の board_id を指定するか、既定の委員会を作ってください (/api/v1/cab/boards)。',
    en: 'There is no board to decide on this change. Name one as its board_id, or create a default board at /api/v1/cab/boards.',
  },
  own_change: {
    status: 403,
    ja: '申請者と実施者は、代理としても自分の変更に投票できません。ほかの委員に依頼してください。',
    en: 'Requester and implementer do not vote on their own change, not even as delegates. Ask another member.',
  },
  seat_required: {
    status: 403,
    ja: 'この変更に投票できるのは、委員会「{board}」の委員と期間内の代理だけです。委員に依頼してください。',
    en: 'Only members of the board "{board}" and their delegates of the day vote on this change. Ask one of them.',
  },
  vote_decided: {
    status: 409,
    ja: 'この回の投票は決まっているため、投票を変えられません。結果は /api/v1/changes/{id}/votes で確認してください。もう一度諮るには、計画か日時を編集すると新しい回が始まります。',
    en: 'This round of votes is decided and no vote can change. See /api/v1/changes/{id}/votes; editing its plan or time before the start opens another round.',
  },
  vote_closed: {
    status: 409,
    ja: '状態 {status} の変更には投票できません。投票できるのは、申請 (/submit) から決定までの間だけです。',
    en: 'A change that is {status} is not open to votes. Vote between /submit and the decision.',
  },
  condition_not_found: {
    status: 404,
    ja: 'この変更に条件 {n} はありません。一覧 (/api/v1/changes/{id}/votes) を確認してください。',
    en: 'This change has no condition {n}. See /api/v1/changes/{id}/votes.',
  },
  condition_superseded: {
    status: 409,
    ja: '条件 {n} は以前の回の投票のものです。今の回の条件を済ませてください。',
    en: 'Condition {n} belongs to an earlier round of votes. Meet those of the present one.',
  },
  meeting_not_found: {
    status: 404,
    ja: '会議 {id} は見つかりません。一覧 (/api/v1/cab/meetings) を確認してください。',
    en: 'There is no meeting {id}. See the list at /api/v1/cab/meetings.',
  },
  meeting_closed: {
    status: 409,
    ja: 'この会議は締められています。内容は変えられません。続きは新しい会議に記録してください。',
    en: 'This meeting is closed and keeps what it says. Write what follows down in a new meeting.',
  },
  window_not_found: {
    status: 404,
    ja: '期間 {id} は見つかりません。一覧 (/api/v1/change-windows) を確認してください。',
    en: 'There is no window {id}. See the list at /api/v1/change-windows.',
  },
  calendar_too_large: {
    status: 422,
    ja: 'この期間には {limit} 件を超える予定があります。期間を短くするか、絞り込んでください。',
    en: 'There are more than {limit} entries in this range. Ask for a shorter one, or filter.',
  },
} as const

export const cabRules = {
  unknown_board: {
    ja: '委員会の id を指定してください (/api/v1/cab/boards)。',
    en: 'must be the id of a board; see /api/v1/cab/boards',
  },
  unknown_change: {
    ja: '変更の id を指定してください (/api/v1/changes)。',
    en: 'must be the id of a change; see /api/v1/changes',
  },
  no_vote: {
    ja: '投票の権限 (change.vote) を持つユーザーを指定してください。',
    en: 'must be a user whose role has the permission change.vote',
  },
  twice: { ja: '同じものを二度指定できません。', en: 'must not be named twice' },
  not_member: { ja: 'この委員会の委員を指定してください。', en: 'must be a member of this board' },
  own_delegate: { ja: '本人以外を指定してください。', en: 'must be somebody else' },
  delegates_overlap: {
    ja: '同じ委員の代理の期間が重なっています。ずらしてください。',
    en: 'must not overlap another delegation of the same member',
  },
  end_first: { ja: '開始より後にしてください。', en: 'must be after the start' },
  seat_choice: {
    ja: '複数の席に投票できます。どの委員の席か指定してください。',
    en: 'must name the member whose seat you vote for: you may vote for several',
  },
  not_represented: {
    ja: '自分の席か、今日代理を務める委員を指定してください。',
    en: 'must be yourself, or a member whose delegate you are today',
  },
  conditions_apart: {
    ja: '条件は conditional の投票にだけ、一つ以上付けてください。',
    en: 'must be there, one at least, with the decision conditional, and with no other',
  },
  severity_of_freeze: {
    ja: 'freeze には hard か soft を指定し、maintenance には指定しないでください。',
    en: 'must be hard or soft for a freeze, and left out for maintenance',
  },
  end_or_recurrence: {
    ja: 'ends_at か recurrence のどちらか一方を指定してください。',
    en: 'must be there unless there is a recurrence, and not with one',
  },
  recurrence_of_maintenance: {
    ja: '繰り返せるのは maintenance だけです。',
    en: 'is for maintenance only',
  },
  time_zone: {
    ja: 'Asia/Tokyo のような IANA タイムゾーン名を指定してください。',
    en: 'must be the name of an IANA time zone such as Asia/Tokyo',
  },
  calendar_range: {
    ja: '開始より後で、400 日以内にしてください。',
    en: 'must be after the start, within 400 days of it',
  },
} as const
