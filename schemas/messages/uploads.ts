export const uploadMessages = {
  upload_not_found: {
    status: 404,
    ja: 'ファイル {name} は見つかりません。一覧 (/api/v1/upload/files) を確認してください。',
    en: 'There is no file {name}. See the list at /api/v1/upload/files.',
  },
} as const
