export const incidentListMessages = {
  incident_file_not_found: {
    status: 404,
    ja: 'ファイル {id} は見つかりません。インシデントの添付ファイル一覧を確認してください。',
    en: 'There is no file {id}. See the list of attachments of the incident.',
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
  saved_search_not_found: {
    status: 404,
    ja: '保存した検索 {id} は見つかりません。一覧 (/api/v1/incidents/searches) を確認してください。',
    en: 'There is no saved search {id}. See the list at /api/v1/incidents/searches.',
  },
  saved_search_owner_required: {
    status: 403,
    ja: 'この検索を変更できるのは保存した本人だけです。自分の検索として保存し直してください。',
    en: 'Only who saved this search changes it. Save it as your own.',
  },
  saved_search_exists: {
    status: 409,
    ja: '「{name}」という検索はすでにあります。別の名前にしてください。',
    en: 'You have a search called {name} already. Choose another name.',
  },
  saved_searches_full: {
    status: 409,
    ja: '保存できる検索は {limit} 件までです。使わないものを削除してください。',
    en: 'You may save {limit} searches. Delete those that you do not need.',
  },
  incident_import_not_found: {
    status: 404,
    ja: '取り込み {id} は見つかりません。一覧 (/api/v1/incidents/imports) を確認してください。',
    en: 'There is no import {id}. See the list at /api/v1/incidents/imports.',
  },
  incident_import_over: {
    status: 409,
    ja: '取り込みはすでに終わっています ({state})。一覧で結果を確認してください。',
    en: 'The import is over ({state}). See what came of it.',
  },
  incident_import_given_up: {
    status: 500,
    ja: '何度試しても終わらなかったため、取り込みを中止しました。取り込めた分は残ります。原因をサービスのログで確認し、同じファイルをもう一度送ってください (二重にはなりません)。',
    en: 'The import was given up after too many attempts. What it had imported stays. See the log of the service for the cause, and send the same files again: nothing is doubled.',
  },
  sheet_unreadable: {
    status: 422,
    ja: 'ブックを読み取れません。Excel (.xlsx) で保存し直してください。',
    en: 'The workbook cannot be read. Save it as .xlsx once more.',
  },
  sheet_too_large: {
    status: 413,
    ja: 'シートが大きすぎます。{rows} 行、{columns} 列までです。CSV にするか、分けてください。',
    en: 'The sheet may have {rows} rows and {columns} columns. Send it as CSV or in parts.',
  },
} as const

export const incidentListRules = {
  public_only: {
    ja: '報告者が送るファイルは公開です。true にするか、指定しないでください。',
    en: 'must be true or left out: files of a reporter are public',
  },
  import_json: {
    ja: '次の形の JSON にしてください: {shape}',
    en: 'must be JSON such as {shape}',
  },
  import_field: {
    ja: '「{value}」という項目はありません。使える項目: {known}',
    en: 'names a field that there is not ({value}); those that there are: {known}',
  },
  import_zone: {
    ja: 'IANA のタイムゾーン名を指定してください (例: Asia/Tokyo)。',
    en: 'must be the name of an IANA time zone, such as Asia/Tokyo',
  },
  import_events_csv: {
    ja: 'イベントは CSV (.csv) で送ってください。',
    en: 'must be a CSV file (.csv)',
  },
  import_time: {
    ja: '日時「{value}」を読み取れません。2026-01-02 03:04 のように書くか、date_format を指定してください。',
    en: 'is no time ({value}); write 2026-01-02 03:04 or say a date_format',
  },
  import_future: { ja: '未来の日時は取り込めません。', en: 'lies in the future' },
  import_order: { ja: '前の段階より早い日時です。', en: 'is earlier than what comes before it' },
  import_end: {
    ja: 'この状態には終了の日時がありません。',
    en: 'is there although it is still open',
  },
  import_no_end: {
    ja: 'この状態には終了の日時が必要です。',
    en: 'is required of an incident that is over',
  },
  import_count: {
    ja: '0 から {limit} までの整数にしてください。',
    en: 'must be a whole number from 0 to {limit}',
  },
  import_boolean: { ja: 'true か false にしてください。', en: 'must be true or false' },
  import_tags: {
    ja: 'タグは {limit} 個まで、各 {length} 文字までです。',
    en: 'must be at most {limit} tags of at most {length} characters',
  },
  import_unknown: { ja: '「{value}」は見つかりません。', en: 'is not known ({value})' },
} as const
