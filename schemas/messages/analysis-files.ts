export const analysisFileMessages = {
  analysis_file_not_found: {
    status: 404,
    ja: 'このセッションにファイル {id} はありません。セッションのファイルの一覧を確認してください。',
    en: 'The session has no file {id}. See the list of its files.',
  },
  analysis_source_not_found: {
    status: 404,
    ja: 'このセッションのプロジェクトにファイル {id} はありません。プロジェクトのファイルの一覧を確認してください。',
    en: 'The project of the session has no file {id}. See the list of its files.',
  },
  analysis_file_in_use: {
    status: 409,
    ja: 'このファイルから始まるスナップショットがあるため削除できません。履歴が要らなければセッションを削除してください。',
    en: 'Snapshots of the session start from this file, so it stays. Delete the session if you no longer need its history.',
  },
  analysis_file_changed: {
    status: 409,
    ja: 'ほかの人が同時にこのファイルの設定を変えています。読み直してからもう一度送ってください。',
    en: 'Others are changing the configuration of this file at the same time. Read it again, then send yours again.',
  },
  analysis_files_full: {
    status: 409,
    ja: 'セッションのファイルは {limit} 件までです。使わないファイルを削除してください。',
    en: 'A session has at most {limit} files. Delete some that are not needed.',
  },
  analysis_no_input: {
    status: 409,
    ja: '分析するファイルが選ばれていません。先に POST …/input でファイルを選んでください。',
    en: 'No file is chosen to be analysed. Choose one first with POST …/input.',
  },
  analysis_file_without_table: {
    status: 422,
    ja: '表のあるシートがありません。config_list に理由があります。1 行目に列名を置いた表か、見出し行・空行・科目行の順に並べた表にしてください。',
    en: 'No sheet holds a table: config_list says why. Put the names of the columns in the first line, or lay the sheet out as lines of axes, an empty line, and lines of subjects (科目).',
  },
  analysis_file_too_slow: {
    status: 422,
    ja: 'ファイルの読み取りに時間がかかりすぎるため中止しました。シートや行を分けて登録してください。',
    en: 'Reading the file takes too long and was given up. Register its sheets or rows in parts.',
  },
} as const

export const analysisFileRules = {
  table_too_long: {
    ja: '表の行が多すぎます。データは 1,000,000 行までです。行をいくつかのシートに分けてください。',
    en: 'has too many rows; a table may have 1,000,000 rows of data; spread them over several sheets',
  },
  analysis_unknown_sheet: {
    ja: 'このファイルに表のあるシート「{sheet}」はありません。次のいずれかにしてください: {sheets}',
    en: 'names {sheet}, which is no sheet of this file with a table; name one of: {sheets}',
  },
  analysis_unknown_axis: {
    ja: 'このシートに軸「{axis}」はありません。次のいずれかにしてください: {axes}',
    en: 'names {axis}, which is no axis of this sheet; name one of: {axes}',
  },
  analysis_axis_twice: {
    ja: '同じ軸「{axis}」が 2 回あります。1 回だけ指定してください。',
    en: 'names the axis {axis} a second time; name each axis once',
  },
  analysis_unknown_column: {
    ja: 'このシートに列「{name}」はありません。次のいずれかにしてください: {columns}',
    en: 'names {name}, which is no column of this sheet; name one of: {columns}',
  },
  analysis_column_twice: {
    ja: '同じ列「{name}」が 2 回あります。1 回だけ指定してください。',
    en: 'names the column {name} a second time; name each column once',
  },
  analysis_axes_or_columns: {
    ja: 'axis_config と columns のどちらか一方だけを指定してください。',
    en: 'and axis_config cannot both be given; send one of them',
  },
  analysis_several_periods: {
    ja: '推移 の列が複数になります: {columns}。1 列だけを 推移 にし、ほかは 軸 か 利用しない にしてください。',
    en: 'would leave several columns of time (推移): {columns}; leave that role to one of them',
  },
  analysis_no_values: {
    ja: '値 の列がなくなります。1 列以上を 値 にしてください。候補: {columns}',
    en: 'would leave no column of values (値); give at least one that role, such as {columns}',
  },
  analysis_block_role: {
    ja: 'このシートは見出し行と科目行からなる表です。「{name}」は {roles} のいずれかにしてください。',
    en: 'must be {roles} for {name}, as the sheet has lines of axes and lines of 科目',
  },
} as const
