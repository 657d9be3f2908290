export const analysisSessionMessages = {
  analysis_session_not_found: {
    status: 404,
    ja: '分析セッション {id} は見つかりません。一覧 (/api/v1/analysis/session) を確認してください。',
    en: 'There is no analysis session {id}. See the list at /api/v1/analysis/session.',
  },
  analysis_session_inactive: {
    status: 409,
    ja: 'この分析セッションは閲覧専用になっています。続けるには is_active を true にしてください。',
    en: 'The session is put away and can only be read. Set is_active to true to go on.',
  },
} as const

export const analysisSessionRules = {} as const
