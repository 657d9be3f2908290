export const uploadMessages = {
  link_invalid: {
    status: 403,
    ja: 'このリンクは正しくありません。途中で切れていないか確認するか、新しいリンクを頼んでください。',
    en: 'This link is not valid. See that it is whole, or ask for a new one.',
  },
  link_expired: {
    status: 403,
    ja: 'このリンクの期限は {expired_at} に切れました。新しいリンクを頼んでください。',
    en: 'This link expired at {expired_at}. Ask for a new one.',
  },
  upload_not_found: {
    status: 404,
    ja: 'ファイル {name} は見つかりません。一覧 (/api/v1/upload/files) を確認してください。',
    en: 'There is no file {name}. See the list at /api/v1/upload/files.',
  },
  quota_exceeded: {
    status: 413,
    ja: '保存できる量 ({quota_bytes} バイト) を超えます。今は {used_bytes} バイト使っています。要らないファイルを消してください。',
    en: 'This exceeds the {quota_bytes} bytes you may store; you use {used_bytes}. Delete files you no longer need.',
  },
  no_file_stored: {
    status: 422,
    ja: 'どのファイルも保存できませんでした。results でそれぞれの理由を確認してください。',
    en: 'None of the files was stored. See results for the reason of each.',
  },
  thumbnail_not_available: {
    status: 404,
    ja: '{name} は画像 (JPEG、PNG、GIF) ではないため、サムネイルはありません。thumbnail_url が null でないファイルを指定してください。',
    en: '{name} is not a picture (JPEG, PNG, GIF) and has no thumbnail. Name a file whose thumbnail_url is not null.',
  },
  picture_too_large: {
    status: 422,
    ja: 'サムネイルを作れるのは {megapixels} メガピクセル、{megabytes} MB までの画像です。縮小してからアップロードし直してください。',
    en: 'Thumbnails are made of pictures of at most {megapixels} megapixels and {megabytes} MB. Make it smaller and upload it again.',
  },
  picture_unreadable: {
    status: 422,
    ja: '画像が壊れているか、途中で切れているか、JPEG・PNG・GIF ではありません。保存し直してからアップロードしてください。',
    en: 'The picture is damaged, cut short, or neither JPEG, PNG nor GIF. Save it anew and upload it again.',
  },
} as const
