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
  analysis_session_changed: {
    status: 409,
    ja: '複製している間に、分析セッションのファイルが変更されました。もう一度複製してください。',
    en: 'Files of the session were changed while it was duplicated. Duplicate it again.',
  },
  analysis_too_many_snapshots: {
    status: 409,
    ja: '一つの分析セッションのスナップショットは {limit} 件までです。続けるには、セッションを複製してください。',
    en: 'A session has at most {limit} snapshots. Duplicate it to go on.',
  },
} as const

export const analysisSessionRules = {
  unknown_issue: {
    ja: 'テンプレートの一覧 (/api/v1/analysis/template) にある課題の ID にしてください。',
    en: 'must be the id of a question in the list at /api/v1/analysis/template',
  },
  other_validation: {
    ja: 'この課題の施策の ID {id} にしてください。',
    en: 'must be {id}, the id of the theme of this question',
  },
} as const
