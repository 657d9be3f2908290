export const analysisTemplateMessages = {
  template_not_found: {
    status: 404,
    ja: 'テンプレート {id} は見つかりません。一覧 (/api/v1/analysis/template) を確認してください。',
    en: 'There is no template {id}. See the list at /api/v1/analysis/template.',
  },
  template_theme_not_found: {
    status: 404,
    ja: '施策 {id} は見つかりません。一覧 (/api/v1/analysis/template/validation) を確認してください。',
    en: 'There is no theme {id}. See the list at /api/v1/analysis/template/validation.',
  },
  template_builtin: {
    status: 409,
    ja: '最初から入っている施策と課題は変更も削除もできません。POST /api/v1/analysis/template で自分の課題を作成してください。',
    en: 'Built-in themes and questions cannot be changed or deleted. Add a template of your own with POST /api/v1/analysis/template.',
  },
  template_theme_in_use: {
    status: 409,
    ja: 'この施策には課題が {count} 件あります。先に課題を削除するか、別の施策に移してください。',
    en: 'The theme has {count} questions. Delete them first, or move them to another theme.',
  },
  too_many_templates: {
    status: 409,
    ja: 'ここに追加できるのは {limit} 件までです。使わないものを削除してください。',
    en: 'At most {limit} can be added here. Delete some that are not needed.',
  },
} as const

export const analysisTemplateRules = {
  unknown_theme: {
    ja: '見ることのできる施策の id を指定してください。課題を全員向けにするときは、施策も全員向けのものにします。',
    en: 'must be the id of a theme that you see; a template for everybody takes a theme for everybody',
  },
  repeated_axis: {
    ja: '同じ id の軸が前にあります。新しい軸では id を省略してください。',
    en: 'is the id of an axis before it; leave it out for a new one',
  },
  too_many_cells: {
    ja: 'サンプルのセルは合わせて {limit} 個までです。行か列を減らしてください。',
    en: 'has too many cells; a sample may have {limit}',
  },
} as const
