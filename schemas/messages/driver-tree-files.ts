export const driverTreeFileMessages = {
  tree_file_not_found: {
    status: 404,
    ja: 'ファイル {id} は見つかりません。一覧 (/api/v1/driver-tree/file) を確認してください。',
    en: 'There is no file {id}. See the list at /api/v1/driver-tree/file.',
  },
  tree_sheet_not_found: {
    status: 404,
    ja: 'シート {id} は見つかりません。ファイルの一覧 (/api/v1/driver-tree/file) を確認してください。',
    en: 'There is no sheet {id}. See the files at /api/v1/driver-tree/file.',
  },
  tree_column_not_found: {
    status: 404,
    ja: 'このシートに列 {id} はありません。ファイルの一覧 (/api/v1/driver-tree/file) を確認してください。',
    en: 'The sheet has no column {id}. See the files at /api/v1/driver-tree/file.',
  },
  tree_source_not_found: {
    status: 404,
    ja: 'プロジェクトのファイル {id} は見つかりません。参加しているプロジェクトのファイル一覧を確認してください。',
    en: 'There is no file {id} in a project of yours. See the list of files of the project.',
  },
  tree_files_full: {
    status: 409,
    ja: 'ツリー用のファイルは 1 人 {limit} 件までです。不要なファイルを削除してください。',
    en: 'Everybody may have {limit} files for trees. Delete some that you no longer need.',
  },
  tree_file_without_table: {
    status: 422,
    ja: '表のあるシートがありません。sheets に理由があります。1 行目に列名を置いた表か、見出し行・空行・科目行の順に並べた表にしてください。',
    en: 'No sheet holds a table: sheets says why. Put the names of the columns in the first line, or lay the sheet out as lines of axes, an empty line, and lines of subjects (科目).',
  },
  tree_sheet_without_table: {
    status: 422,
    ja: 'シート「{sheet}」には表がありません。表のあるシートを選んでください。',
    en: 'The sheet “{sheet}” holds no table. Choose one that does.',
  },
  tree_sheet_periods: {
    status: 422,
    ja: 'シート「{sheet}」の 推移 の列が複数あります: {columns}。1 列だけを 推移 にし、ほかは 軸 か 利用しない にしてください。',
    en: 'The sheet “{sheet}” has several columns of time (推移): {columns}. Leave that role to one of them.',
  },
  tree_sheet_no_values: {
    status: 422,
    ja: 'シート「{sheet}」に 値 の列がありません。1 列以上を 値 にしてください。',
    en: 'The sheet “{sheet}” has no column of values (値). Give at least one that role.',
  },
  tree_sheet_same_names: {
    status: 422,
    ja: 'シート「{sheet}」の 値 の列「{column}」は、同じ名前の列がもう 1 つあります。片方を 利用しない にしてください。',
    en: 'The sheet “{sheet}” has two columns of values (値) named “{column}”. Set one of them to 利用しない.',
  },
  tree_sheet_double_key: {
    status: 422,
    ja: 'シート「{sheet}」の「{column}」には、{key} の値が 2 つ以上あります。行をまとめるか、区別する列を 軸 にしてください。',
    en: 'In the sheet “{sheet}”, “{column}” has several values for {key}. Make them one, or give the column that tells them apart the role 軸.',
  },
  tree_sheet_too_large: {
    status: 422,
    ja: 'シート「{sheet}」の推移と軸の組み合わせが {limit} 個を超えます。軸を減らすか、行をまとめてください。',
    en: 'The sheet “{sheet}” has more than {limit} keys of time and axes. Use fewer axes, or sum up rows.',
  },
} as const

/** Why a sheet holds no table. */
export const tableRules = {
  table_empty: { ja: 'シートに値がありません。', en: 'has nothing in it' },
  table_not_found: {
    ja: '表が見つかりません。1 行目に列名、2 行目からデータを置いてください。',
    en: 'holds no table; put the names of the columns in one line and the data below it',
  },
  table_without_rows: {
    ja: '見出しだけで、データの行がありません。',
    en: 'has a header and no data below it',
  },
  table_beyond_limit: {
    ja: 'ファイル全体の列が多すぎるため、このシートは取り込んでいません。全シート合わせて 20000 列までです。',
    en: 'is left out, for the sheets of this file have too many columns together; a file may have 20000',
  },
  table_too_wide: {
    ja: '表の列が多すぎます。1000 列までです。',
    en: 'has too many columns; a table may have 1000',
  },
} as const

/** What people should know of a table that was read. */
export const tableNotes = {
  table_first_only: {
    ja: '下に別の表があります。最初の表だけを読み取りました。2 つ目からは別のシートに分けてください。',
    en: 'Another table stands below; only the first one was read. Give each of the others a sheet of its own.',
  },
  table_with_totals: {
    ja: '合計・小計などの行または列が含まれています。そのまま集計すると二重に数えるため、不要ならファイルから除いて送り直してください。',
    en: 'Some rows or columns are totals (合計, 小計), which are counted twice where they are summed up with the others. Unless that is what you want, take them out and send the file again.',
  },
} as const

export const driverTreeFileRules = {
  ...tableRules,
  ...tableNotes,
  tree_column_twice: {
    ja: '同じ列が 2 回あります。1 回だけ指定してください。',
    en: 'is there twice; name each column once',
  },
} as const
