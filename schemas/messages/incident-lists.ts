export const incidentListMessages = {
  incident_file_not_found: {
    status: 404,
    ja: 'ファイル {id} は見つかりません。インシデントの添付ファイル一覧を確認してください。',
    en: 'There is no file {id}. See the list of attachments of the incident.',
  },
  incident_at_end: {
    status: 409,
    ja: 'インシデントは {status} のため、添付ファイルを変更できません。再オープンしてください。',
    en: 'The incident is {status}, so its files stay as they are. Reopen it first.',
  },
  incident_files_full: {
    status: 409,
    ja: '1 件のインシデントに置けるファイルは {limit} 個までです。要らないファイルを削除してください。',
    en: 'An incident takes {limit} files. Delete those that are not needed.',
  },
  no_incident_file_stored: {
    status: 422,
    ja: 'どのファイルも保存できませんでした。failed_files でそれぞれの理由を確認してください。',
    en: 'None of the files was stored. See failed_files for the reason of each.',
  },
} as const

export const incidentListRules = {
  public_only: {
    ja: '報告者が送るファイルは公開です。true にするか、指定しないでください。',
    en: 'must be true or left out: files of a reporter are public',
  },
} as const
