export const uploadMessages = {
  malformed_form: {
    status: 400,
    ja: 'フォーム (multipart/form-data) が途中で切れているか、boundary が合っていません。もう一度送ってください。',
    en: 'The form (multipart/form-data) breaks off, or its boundary does not match. Send it again.',
  },
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
  form_too_large: {
    status: 413,
    ja: 'フォーム全体を {limit} バイト以下にしてください。ファイルを分けて送ってください。',
    en: 'Send at most {limit} bytes in one form. Split the files over several.',
  },
  form_too_long: {
    status: 413,
    ja: 'フォームの項目が多すぎます。説明にある項目だけを送ってください。',
    en: 'The form has too many parts. Send only those that are documented.',
  },
  quota_exceeded: {
    status: 413,
    ja: '保存できる量 ({quota_bytes} バイト) を超えます。今は {used_bytes} バイト使っています。要らないファイルを消してください。',
    en: 'This exceeds the {quota_bytes} bytes you may store; you use {used_bytes}. Delete files you no longer need.',
  },
  file_type_not_allowed: {
    status: 415,
    ja: '受け付けるファイルは {allowed} です。',
    en: 'Send a file of one of these types: {allowed}.',
  },
  file_content_mismatch: {
    status: 415,
    ja: 'ファイルの中身が拡張子 {extension} と合いません。正しい形式で保存し直してください。',
    en: 'The content of this file is not what {extension} stands for. Save it in that format.',
  },
  range_not_satisfiable: {
    status: 416,
    ja: 'このファイルは {size} バイトです。その中の範囲を指定してください。',
    en: 'The file has {size} bytes. Ask for a range within them.',
  },
  file_empty: {
    status: 422,
    ja: 'ファイルが空です。中身のあるファイルを送ってください。',
    en: 'The file is empty. Send one with something in it.',
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

export const uploadRules = {
  once: { ja: '一度だけ指定してください。', en: 'must be sent once' },
  file_name: {
    ja: 'ファイル名を付け、.. や制御文字を除いてください。',
    en: 'must have a name without .. and control characters',
  },
  file_name_length: {
    ja: 'ファイル名は {limit} 文字以下にしてください。',
    en: 'must have a name of at most {limit} characters',
  },
} as const
