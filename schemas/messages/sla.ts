export const slaMessages = {
  sla_calendar_not_found: {
    status: 404,
    ja: 'SLA カレンダー {id} は見つかりません。一覧 (/api/v1/sla/calendars) を確認してください。',
    en: 'There is no SLA calendar {id}. See the list at /api/v1/sla/calendars.',
  },
  sla_policy_not_found: {
    status: 404,
    ja: 'SLA ポリシー {id} は見つかりません。一覧 (/api/v1/sla/policies) を確認してください。',
    en: 'There is no SLA policy {id}. See the list at /api/v1/sla/policies.',
  },
  sla_calendar_in_use: {
    status: 409,
    ja: 'このカレンダーは SLA ポリシー (以前の版を含む) が使っています。使っていないカレンダーだけ削除できます。',
    en: 'SLA policies use this calendar, or did in an earlier version. Delete only one that none has used.',
  },
  sla_policy_in_use: {
    status: 409,
    ja: 'このポリシーで測ったインシデントがあります。削除せず、active を false にしてください。',
    en: 'There are incidents measured by this policy. Set active to false instead of deleting it.',
  },
  sla_default_required: {
    status: 409,
    ja: '既定のポリシーは必ず一つ要ります。先に別のポリシーの is_default を true にしてください。',
    en: 'There must be one default policy, and it is active. Make another one the default first.',
  },
} as const

export const slaRules = {
  unknown_zone: {
    ja: 'IANA のタイムゾーン名で指定してください (例: Asia/Tokyo)。',
    en: 'must be the name of an IANA time zone, such as Asia/Tokyo',
  },
  range_backwards: { ja: '終わりは始まりより後にしてください。', en: 'must end after it begins' },
  ranges_overlap: {
    ja: '同じ日の時間帯が重なっています。重ならないようにしてください。',
    en: 'must not overlap another range of the same day',
  },
  never_open: {
    ja: '一週間に少なくとも一時間の営業時間が要ります。休日で一年中閉じることもできません。',
    en: 'must have working time: an hour a week at least, and not all of it on days off',
  },
  round_the_clock_alone: {
    ja: 'round_the_clock が true のときは空にしてください。',
    en: 'must be empty where round_the_clock is true',
  },
  holiday_range: {
    ja: '同じ形式の実在する日付で、年つきなら終わりを始まり以後にしてください。',
    en: 'must be days that exist, written alike; with years, the last not before the first',
  },
  repeated_date: { ja: '同じ日付を二度指定できません。', en: 'must not name a date twice' },
  too_many_days: {
    ja: '400 日以内の期間にしてください。',
    en: 'must be at most 400 days after `from`',
  },
  unknown_calendar: {
    ja: 'SLA カレンダーの id を指定してください (/api/v1/sla/calendars)。',
    en: 'must be the id of an SLA calendar; see /api/v1/sla/calendars',
  },
} as const
