export const itemMessages = {
  item_not_found: {
    status: 404,
    ja: 'アイテム {id} は見つかりません。一覧 (/api/v1/items) を確認してください。',
    en: 'There is no item {id}. See the list at /api/v1/items.',
  },
  item_owner_required: {
    status: 403,
    ja: 'このアイテムを変更できるのは所有者か SystemAdmin だけです。所有者に依頼してください。',
    en: 'Only its owner or a SystemAdmin may do this with the item. Ask the owner.',
  },
} as const

export const itemRules = {
  skip_or_cursor: {
    ja: 'skip と cursor はどちらか一方だけを指定してください。',
    en: 'must not stand beside cursor; send one of the two',
  },
} as const
