export const itsmMetricsMessages = {
  too_many_metrics: {
    status: 422,
    ja: '答えが {count} 行になり、上限 {limit} 行を超えます。period を長くするか、group_by を外すか、条件で絞ってください。',
    en: 'The answer would have {count} rows; the limit is {limit}. Take longer periods, no group_by, or filters.',
  },
} as const

export const itsmMetricsRules = {
  metrics_zone: {
    ja: 'Asia/Tokyo のような IANA のタイムゾーン名を指定してください。',
    en: 'must be the name of a time zone of IANA, such as Asia/Tokyo',
  },
  metrics_time: {
    ja: '実在する日付、または Z か時差の付いた時刻を指定してください。',
    en: 'must be a date that there is, or a time with Z or an offset',
  },
  metrics_reversed: {
    ja: 'from は to より前にしてください。',
    en: 'must be before to',
  },
  metrics_too_long: {
    ja: '期間は {years} 年以内にしてください。',
    en: 'must be no more than {years} years before to',
  },
  metrics_future: {
    ja: '現在以前の時刻を指定してください。',
    en: 'must be a time that has been',
  },
} as const
