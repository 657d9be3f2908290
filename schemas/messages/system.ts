export const systemMessages = {
  metrics_token_required: {
    status: 401,
    ja: 'METRICS_TOKEN の値を Bearer トークンとして送ってください。',
    en: 'Send the value of METRICS_TOKEN as a bearer token.',
  },
  job_not_found: {
    status: 404,
    ja: 'ジョブ {id} は見つかりません。',
    en: 'There is no job {id}.',
  },
  job_not_failed: {
    status: 409,
    ja: 'やり直せるのは失敗したジョブだけです。',
    en: 'Only a failed job can be tried again.',
  },
  unhealthy: {
    status: 503,
    ja: 'データベースが応答しません。services を確認してください。',
    en: 'The database does not answer. See services.',
  },
  not_ready: {
    status: 503,
    ja: 'まだリクエストを受けられません ({reason})。',
    en: 'Not ready for requests ({reason}).',
  },
} as const
