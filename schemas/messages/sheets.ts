export const sheetMessages = {
  workbook_unreadable: {
    status: 422,
    ja: 'ファイルを読み取れません。拡張子 {extension} のとおりの形式で、壊れていないか確認し、保存し直して送ってください。errors に行と列があれば、そこを直してください。',
    en: 'The file cannot be read. See that it is what its extension {extension} says and not damaged, save it again and send that. Where errors names lines and columns, mend those.',
  },
  workbook_encrypted: {
    status: 422,
    ja: 'ファイルがパスワードで保護されています。パスワードを解除して保存し直してください。',
    en: 'The file is protected with a password. Remove the password, save it again and send that.',
  },
  workbook_too_large: {
    status: 422,
    ja: 'ファイルの中身が大きすぎます。展開後 {megabytes} MB、シート {sheets} 枚までです。シートや行を分け、画像や書式を減らしてください。',
    en: 'There is too much in the file: at most {megabytes} MB once unpacked, and {sheets} sheets. Send its sheets or rows in parts, with less formatting.',
  },
} as const

/** Why a sheet holds no table that could be read. */
export const sheetRules = {
  sheet_empty: {
    ja: 'シートに値がありません。',
    en: 'has nothing in it',
  },
  sheet_without_cells: {
    ja: 'グラフなど、セルのないシートです。',
    en: 'is a sheet without cells, such as a chart',
  },
  sheet_unreadable: {
    ja: 'シートを読み取れません。Excel などで保存し直してください。',
    en: 'cannot be read; save it again with a program such as Excel',
  },
  sheet_too_wide: {
    ja: 'シートの列が多すぎます。5000 列までです。',
    en: 'has too many columns; a sheet may have 5000',
  },
  sheet_too_long: {
    ja: 'シートの行が多すぎます。1048576 行までです。',
    en: 'has too many rows; a sheet may have 1048576',
  },
  sheet_too_many_cells: {
    ja: 'シートのセルが多すぎます。値のあるセルは 3000000 個までです。',
    en: 'has too many cells; a sheet may have 3000000 with a value',
  },
} as const
