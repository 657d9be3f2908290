/** What can be wrong with a file, or with the form that brings it, in any area. */
export const fileMessages = {
  malformed_form: {
    status: 400,
    ja: 'フォーム (multipart/form-data) が途中で切れているか、boundary が合っていません。もう一度送ってください。',
    en: 'The form (multipart/form-data) breaks off, or its boundary does not match. Send it again.',
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
} as const

export const fileRules = {
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
