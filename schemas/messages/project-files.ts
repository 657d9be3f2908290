export const projectFileMessages = {
  project_file_not_found: {
    status: 404,
    ja: 'プロジェクトにファイル {id} はありません。一覧を確認してください。',
    en: 'The project has no file {id}. See its list of files.',
  },
  project_file_in_use: {
    status: 409,
    ja: 'このファイルはツリーまたはセッションで使われています。uses にあるものから先に外してください。',
    en: 'Trees or sessions use this file. Take it out of those in uses first.',
  },
  project_file_versions_full: {
    status: 409,
    ja: '{name} にはすでに {limit} の版があります。古い版を削除するか、別の名前で送ってください。',
    en: 'There are {limit} versions of {name} already. Delete older ones, or send it under another name.',
  },
} as const

export const projectFileRules = {} as const
