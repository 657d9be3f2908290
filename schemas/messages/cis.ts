export const ciMessages = {
  team_not_found: {
    status: 404,
    ja: 'チーム {id} は見つかりません。一覧 (/api/v1/teams) を確認してください。',
    en: 'There is no team {id}. See the list at /api/v1/teams.',
  },
  team_name_taken: {
    status: 409,
    ja: 'チーム「{name}」はすでにあります (大文字と小文字、全角と半角は区別しません)。別の名前にしてください。',
    en: 'There is a team {name} already, upper or lower case, wide or narrow. Choose another name.',
  },
  team_in_use: {
    status: 409,
    ja: 'このチームは使われています ({incidents} 件のインシデント、{changes} 件の変更、{cis} 件の構成アイテム)。先に別のチームへ移してください。',
    en: 'This team is in use: {incidents} incidents, {changes} changes, {cis} configuration items. Move them to another team first.',
  },
  ci_not_found: {
    status: 404,
    ja: '構成アイテム {id} は見つかりません。一覧 (/api/v1/cis) を確認してください。',
    en: 'There is no configuration item {id}. See the list at /api/v1/cis.',
  },
  ci_name_taken: {
    status: 409,
    ja: '構成アイテム「{name}」はすでにあります (大文字と小文字、全角と半角は区別しません)。別の名前にしてください。',
    en: 'There is a configuration item {name} already, upper or lower case, wide or narrow. Choose another name.',
  },
  ci_cycle: {
    status: 409,
    ja: '依存関係が一巡してしまいます: {path}。depends_on からどれか一つを外してください。',
    en: 'The dependencies would come round to where they began: {path}. Leave one of them out of depends_on.',
  },
  ci_in_use: {
    status: 409,
    ja: 'この構成アイテムは {changes} 件の変更の対象です。変更の記録に残すため削除できません。名前や説明で廃止済みと示してください。',
    en: 'There are {changes} changes of this configuration item, and they keep it. Say in its name or description that it is out of use.',
  },
} as const

export const ciRules = {} as const
