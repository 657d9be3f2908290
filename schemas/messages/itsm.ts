export const itsmMessages = {
  incident_not_found: {
    status: 404,
    ja: 'インシデント {id} は見つかりません。一覧 (/api/v1/incidents) を確認してください。',
    en: 'There is no incident {id}. See the list at /api/v1/incidents.',
  },
  change_not_found: {
    status: 404,
    ja: '変更 {id} は見つかりません。一覧 (/api/v1/changes) を確認してください。',
    en: 'There is no change {id}. See the list at /api/v1/changes.',
  },
} as const

export const itsmRules = {
  unknown_user: {
    ja: '有効なユーザーの id を指定してください。',
    en: 'must be the id of a user who is not deactivated',
  },
  unknown_team: {
    ja: 'チームの id を指定してください (/api/v1/teams)。',
    en: 'must be the id of a team; see /api/v1/teams',
  },
  unknown_ci: {
    ja: '構成アイテムの id を指定してください (/api/v1/cis)。',
    en: 'must be the id of a configuration item; see /api/v1/cis',
  },
} as const
