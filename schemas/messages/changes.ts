export const changeMessages = {
  change_editor_required: {
    status: 403,
    ja: 'この変更を扱えるのは申請者、実施者、変更管理者だけです。いずれかに依頼してください。',
    en: 'Only its requester, its implementer or a change manager may do this. Ask one of them.',
  },
  change_frozen: {
    status: 409,
    ja: '状態が {status} の変更は編集できません。却下されたものは /withdraw で下書きに戻してから編集してください。実施の結果は /complete と /review に記録してください。',
    en: 'A change that is {status} cannot be edited. Take a rejected one back to draft first, with /withdraw; say how the work went with /complete and /review.',
  },
  change_draft_required: {
    status: 409,
    ja: '{fields} を変えられるのは下書きの間だけです。決定前なら /withdraw で下書きに戻し、承認済みなら /cancel で取り消して新しい変更を作ってください。',
    en: 'Only a draft takes another {fields}. Take it back to draft with /withdraw before it is decided; one that is approved is to be cancelled with /cancel and made anew.',
  },
  change_not_deletable: {
    status: 409,
    ja: '削除できるのは一度も申請していない下書きだけです。開始前のものは /cancel で取り消してください。記録は残ります。',
    en: 'Only a draft that was never submitted can be deleted. Cancel one that has not started, with /cancel; it stays on record.',
  },
  change_strays: {
    status: 409,
    ja: 'テンプレートと異なる項目があります: {fields}。テンプレートどおりにするか、下書きに戻して type を normal にしてください。',
    en: 'This strays from its template: {fields}. Go by the template, or take it back to draft and make it a normal change.',
  },
  change_template_inactive: {
    status: 409,
    ja: 'テンプレート {name} は使われていません。type を normal にして申請してください。',
    en: 'The template {name} is no longer in use. Make this a normal change and submit it.',
  },
  change_conflicts: {
    status: 409,
    ja: 'この日時では実施できません。conflicts で severity が blocks のものを避けて、日時か構成アイテムを変えてください。緊急変更が凍結期間を通るには freeze_reason に理由を入れてください。',
    en: 'It cannot be done at that time. Change the time or the configuration items, see what blocks in conflicts. An emergency passes a freeze once its freeze_reason says why.',
  },
  change_conditions_open: {
    status: 409,
    ja: '承認の条件が {open} 件済んでいません。/api/v1/changes/{id}/votes の conditions を済ませ、それぞれ /conditions/(番号)/done で記録してから開始してください。',
    en: 'Open conditions of the approval: {open}. Meet those of /api/v1/changes/{id}/votes, say so for each at /conditions/(number)/done, then start.',
  },
  change_too_early: {
    status: 409,
    ja: '予定は {scheduled_start} からです。その日 (日本時間) になってから開始するか、予定を変えてください。',
    en: 'It is planned from {scheduled_start}. Start it on that day, in Japan, or plan it anew.',
  },
  change_tasks_open: {
    status: 409,
    ja: '終わっていない作業があります: {tasks}。終えるか、skipped にしてください。',
    en: 'There are tasks that are not done: {tasks}. Finish them or skip them.',
  },
  change_task_not_found: {
    status: 404,
    ja: '作業 {id} は見つかりません。変更の作業一覧を確認してください。',
    en: 'There is no task {id}. See the list of tasks of the change.',
  },
  change_task_waits: {
    status: 409,
    ja: '先に終えるべき作業があります: {tasks}。それらを終えるか、skipped にしてください。',
    en: 'This waits for other tasks: {tasks}. Finish them or skip them first.',
  },
  change_not_started: {
    status: 409,
    ja: '変更はまだ開始していません。/start で開始してから作業を進めてください。',
    en: 'The change has not been started. Start it first, with /start.',
  },
  change_tasks_full: {
    status: 409,
    ja: '作業は {limit} 件までです。まとめるか、別の変更に分けてください。',
    en: 'A change has at most {limit} tasks. Join some, or make another change.',
  },
  change_template_not_found: {
    status: 404,
    ja: 'テンプレート {id} は見つかりません。一覧 (/api/v1/change-templates) を確認してください。',
    en: 'There is no template {id}. See the list at /api/v1/change-templates.',
  },
  change_template_used: {
    status: 409,
    ja: 'このテンプレートから作られた変更があります。削除せずに active を false にしてください。',
    en: 'There are changes made from this template. Set active to false instead of deleting it.',
  },
} as const

export const changeRules = {
  change_time: {
    ja: '2000 年から 2199 年までの実在する日時にしてください。',
    en: 'must be a time that there is, of the years 2000 to 2199',
  },
  end_after_start: { ja: '開始より後にしてください。', en: 'must be later than the start' },
  change_days: {
    ja: '開始から {limit} 日以内にしてください。',
    en: 'must be within {limit} days of the start',
  },
  needed_to_submit: {
    ja: '申請するには入力が必要です。',
    en: 'is needed before the change can be submitted',
  },
  needed_to_schedule: {
    ja: '予定に入れるには入力が必要です。',
    en: 'is needed before the change can be scheduled',
  },
  template_required: {
    ja: '標準変更にはテンプレートが必要です。使用中のものを指定してください (/api/v1/change-templates)。',
    en: 'must be a template in use, see /api/v1/change-templates; a standard change needs one',
  },
  unknown_incident: {
    ja: 'インシデントの id を指定してください (/api/v1/incidents)。',
    en: 'must be the id of an incident; see /api/v1/incidents',
  },
  within_the_work: {
    ja: '実際の開始から現在までの日時にしてください。',
    en: 'must lie between the actual start and now',
  },
  unknown_task: {
    ja: 'この変更の別の作業の id を指定してください。',
    en: 'must be the id of another task of the same change',
  },
  circular_tasks: {
    ja: '作業どうしが互いを待つことになります。依存を見直してください。',
    en: 'must not make tasks wait for each other',
  },
  all_tasks: {
    ja: 'この変更のすべての作業を一度ずつ並べてください。',
    en: 'must list every task of the change once',
  },
} as const
