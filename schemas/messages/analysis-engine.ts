export const analysisEngineMessages = {
  analysis_too_busy: {
    status: 503,
    ja: '分析の計算が混み合っています。少し待ってから、もう一度試してください。',
    en: 'Too many analyses are being calculated. Wait a little and try again.',
  },
  analysis_too_slow: {
    status: 422,
    ja: '計算が {seconds} 秒で終わりません。先にフィルターや集計で行を減らしてください。',
    en: 'The calculation takes longer than {seconds} seconds. Filter or aggregate to fewer rows first.',
  },
  analysis_out_of_memory: {
    status: 422,
    ja: '計算に必要なメモリーが上限を超えます。先にフィルターや集計で行や軸を減らしてください。',
    en: 'The calculation needs more memory than it may take. Filter or aggregate to fewer rows or axes first.',
  },
  analysis_answer_too_large: {
    status: 422,
    ja: '一度に読み取れる値は {limit} 個までです。limit を小さくするか、先に行を減らしてください。',
    en: 'At most {limit} cells are read at a time. Lower limit, or filter to fewer rows first.',
  },
} as const

export const analysisEngineRules = {} as const
