export const submissionFileMessages = {
  submission_file_not_found: {
    status: 404,
    ja: 'このファイルは見つかりません。セッションのファイル一覧を確認してください。',
    en: 'There is no such file. See the list of files of the session.',
  },
  document_type_not_found: {
    status: 404,
    ja: '書類 {document_type} は見つかりません。一覧 (/api/v1/document-types) を確認してください。',
    en: 'There is no document type {document_type}. See the list at /api/v1/document-types.',
  },
  submission_approved: {
    status: 409,
    ja: 'この提出は承認済みのため、変更できません。担当者に差し戻しを依頼してください。',
    en: 'This submission is approved and takes no changes. Ask whoever looks after it to reopen it.',
  },
  submission_full: {
    status: 409,
    ja: '1 つのセッションに置けるファイルは {limit} 個までです。要らないファイルを削除してください。',
    en: 'A session takes {limit} files. Delete those that are not needed.',
  },
  document_full: {
    status: 409,
    ja: '書類「{name}」のファイルは {limit} 個までです。古いファイルを削除してください。',
    en: 'Of the document {name} at most {limit} files are taken. Delete an older one.',
  },
  document_too_large: {
    status: 413,
    ja: '書類「{name}」のファイルは {megabytes} MB 以下にしてください。',
    en: 'Send files of at most {megabytes} MB for the document {name}.',
  },
  document_format: {
    status: 415,
    ja: '書類「{name}」で受け付けるファイルは {allowed} です。',
    en: 'For the document {name} send files of one of these types: {allowed}.',
  },
  no_document_stored: {
    status: 422,
    ja: 'どのファイルも保存できませんでした。failed_files でそれぞれの理由を確認してください。',
    en: 'None of the files was stored. See failed_files for the reason of each.',
  },
} as const

export const submissionFileRules = {
  document_type: {
    ja: 'このセッションの書類ではありません。次のいずれかにしてください: {allowed}',
    en: 'is no document of this session; it must be one of: {allowed}',
  },
} as const
