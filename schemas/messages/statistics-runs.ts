/** What can go wrong on the way of figures into the store. */
export const statisticsRunMessages = {
  source_not_found: {
    status: 404,
    ja: '出典 {id} は見つかりません。利用できるもの: {known}',
    en: 'There is no source {id}. Those that there are: {known}',
  },
  run_not_found: {
    status: 404,
    ja: '取り込み {id} は見つかりません。',
    en: 'There is no run {id}.',
  },
  run_not_quarantined: {
    status: 409,
    ja: 'この取り込みは保留中ではありません ({outcome})。',
    en: 'This run is not kept back ({outcome}).',
  },
  run_not_acceptable: {
    status: 409,
    ja: '検査 {checks} の誤りがあるため公開できません。元のデータを直して取り込み直してください。',
    en: 'It cannot be published for what {checks} found. Mend the data and send them again.',
  },
  run_incomplete: {
    status: 409,
    ja: '保留した値が多く、{kept} 件だけを残しています。取り込み直してください。',
    en: 'Only {kept} of the figures were kept. Send them again.',
  },
  sync_disabled: {
    status: 409,
    ja: 'e-Stat のアプリケーション ID が設定されていません。ESTAT_APP_ID を設定して再起動してください。',
    en: 'There is no application ID of e-Stat. Set ESTAT_APP_ID and start the service again.',
  },
  estat_partial: {
    status: 502,
    ja: 'e-Stat の表 {table} は一部しか返されませんでした。次の試行を待ってください。',
    en: 'e-Stat answered only part of table {table}. Wait for the next try.',
  },
  estat_emptied: {
    status: 502,
    ja: 'e-Stat の表 {table} に値がありません。前回はありました。表の変更を確認してください。',
    en: 'Table {table} of e-Stat has no figures, as it had before. See what changed in it.',
  },
  estat_undated: {
    status: 502,
    ja: 'e-Stat の表 {table} の更新日を読み取れません。表の ID を確認してください。',
    en: 'Table {table} of e-Stat does not say when it was updated. Check the id of the table.',
  },
  estat_unreadable: {
    status: 502,
    ja: 'e-Stat の表 {table} に読み取れない値が {count} 個あります (例: {example})。表の変更を確認してください。',
    en: 'Table {table} of e-Stat has {count} figures that cannot be read ({example}). See what changed in it.',
  },
  import_too_large: {
    status: 413,
    ja: 'ファイルが大きすぎます。{limit} MB までです。ファイルを分けてください。',
    en: 'The file is too large. It may have {limit} MB; send it in parts.',
  },
  import_too_many: {
    status: 413,
    ja: '値が多すぎます。1ファイル {limit} 個までです。ファイルを分けてください。',
    en: 'There are too many figures. A file may have {limit}; send it in parts.',
  },
  import_malformed: {
    status: 422,
    ja: 'ファイルに誤りがあります。errors の行と列を確認してください。',
    en: 'There are faults in the file. See the lines and columns in errors.',
  },
} as const

/** What can be wrong with one cell of a file of figures. */
export const statisticsRunRules = {
  published: {
    ja: '公表日は 2025、2025-04、2025-04-01 のように指定してください。',
    en: 'must be a year, a month or a day, such as 2025, 2025-04 or 2025-04-01',
  },
  import_encoding: {
    ja: '文字コードを判別できません。UTF-8 か Shift_JIS で保存してください。',
    en: 'is neither UTF-8 nor Shift_JIS',
  },
  import_character: { ja: '使えない制御文字があります。', en: 'has a control character' },
  import_quote: {
    ja: '引用符の位置が正しくないか、閉じていません。引用符は二つ重ねてください。',
    en: 'has a quotation mark that is misplaced or not closed; double those inside',
  },
  import_cell_length: {
    ja: 'セルは {limit} 文字以下にしてください。',
    en: 'must have at most {limit} characters',
  },
  import_columns: {
    ja: '列が {found} 個あります。見出しと同じ {expected} 個にしてください。',
    en: 'has {found} columns; the header has {expected}',
  },
  import_column: {
    ja: '列「{value}」は使えません。使える列: {known}',
    en: 'is no known column ({value}); those that there are: {known}',
  },
  import_column_twice: {
    ja: '列「{value}」が二度あります。',
    en: 'is a column that is there twice ({value})',
  },
  import_column_missing: {
    ja: '列「{value}」がありません。',
    en: 'lacks the column {value}',
  },
  import_formula: {
    ja: '数式は使えません。値にしてください。',
    en: 'is a formula; write its value',
  },
  import_number: {
    ja: '数値として読めません: {value}',
    en: 'is not a number: {value}',
  },
  import_ambiguous_number: {
    ja: '数値の書き方があいまいです: {value}。桁区切りは3桁ごとにしてください。',
    en: 'is a number that can be read in two ways: {value}; group thousands by three digits',
  },
  import_digits: {
    ja: '有効数字は {limit} 桁までです。',
    en: 'must have at most {limit} significant digits',
  },
  import_mark: {
    ja: '記号「{value}」は使えません。使えるもの: {known}',
    en: 'is no known mark ({value}); those that there are: {known}',
  },
  import_value_and_mark: {
    ja: '値か記号の一方だけにしてください。',
    en: 'has both a value and a mark',
  },
  import_indicator: {
    ja: '指標コード {value} はありません。',
    en: 'is no known indicator: {value}',
  },
  import_derived: {
    ja: '指標 {value} は他の指標から算出します。取り込めません。',
    en: 'is worked out of other indicators: {value}',
  },
  import_area: { ja: '地域コード {value} はありません。', en: 'is no known area code: {value}' },
  import_area_digits: {
    ja: '地域コードは5桁です。先頭の0が消えていませんか: {value}',
    en: 'must have five digits; a leading zero may be lost: {value}',
  },
  import_period: {
    ja: '時点 {value} を読み取れません。2020、FY2020、2020-Q1、2020-04 のように書いてください。',
    en: 'is no known period: {value}; write 2020, FY2020, 2020-Q1 or 2020-04',
  },
  import_years: {
    ja: '年を示す行または列がありません。',
    en: 'has neither a row nor a column of years',
  },
  import_nothing: { ja: '取り込める値がありません。', en: 'has no figures to take' },
} as const
