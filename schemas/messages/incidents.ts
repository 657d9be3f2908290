export const incidentMessages = {
  incident_staff_required: {
    status: 403,
    ja: 'この操作はサービスデスクの担当者が行います。報告者は自分のインシデントに {may} を使えます。',
    en: 'That is for the service desk. Who reported an incident may use {may} on it.',
  },
  incident_fields_for_staff: {
    status: 403,
    ja: '{fields} を指定できるのはサービスデスクの担当者だけです。外して送ってください。報告者は本人になります。',
    en: 'Only the service desk sets {fields}. Leave that out; whoever reports an incident is its reporter.',
  },
  incident_override_required: {
    status: 403,
    ja: '優先度の上書きと強制クローズには incident.override の権限が必要です。影響度と緊急度を変えるか、管理者に依頼してください。',
    en: 'To set a priority or to force a closing takes incident.override. Change impact or urgency, or ask who has it.',
  },
  incident_frozen: {
    status: 409,
    ja: 'このインシデントは {status} のため変更できません。次に可能な状態: {legal}。クローズ済みは /reopen で再開できます。',
    en: 'This incident is {status} and cannot be changed. What may come next: {legal}. One that is closed can be reopened at /reopen.',
  },
  incident_route_required: {
    status: 409,
    ja: '{from} から {to} へは {route} で変更してください。次に可能な状態: {legal}。',
    en: 'From {from} to {to} takes {route}. What may come next: {legal}.',
  },
  reopen_window_over: {
    status: 409,
    ja: 'クローズから {days} 日を過ぎたため再開できません。新しいインシデントを登録してください。',
    en: 'It was closed more than {days} days ago and can no longer be reopened. Report a new incident.',
  },
  open_children: {
    status: 409,
    ja: '完了していない子インシデントがあります: {numbers}。先に解決するか、権限のある人が force で閉じてください。',
    en: 'There are children that are not done: {numbers}. Resolve them first, or have it closed with force by who may.',
  },
  incident_has_children: {
    status: 409,
    ja: '子インシデントがあるため削除できません: {numbers}。先に親子関係を外してください。',
    en: 'It has children and cannot be deleted: {numbers}. Take them away first.',
  },
  note_not_found: {
    status: 404,
    ja: '作業メモ {id} は見つかりません。一覧を読み直してください。',
    en: 'There is no note {id}. Read the list again.',
  },
  note_author_required: {
    status: 403,
    ja: '変更できるのは自分の作業メモだけです。訂正は新しいメモに書いてください。',
    en: 'You may change only your own notes. Write a correction as a note of its own.',
  },
  note_public_required: {
    status: 403,
    ja: '報告者が書けるのは自分のインシデントへの公開メモ (customer_note) だけです。',
    en: 'Who reported an incident writes public notes (customer_note) on it, and no others.',
  },
  link_not_found: {
    status: 404,
    ja: 'この関連はありません。一覧を読み直してください。inward の関連は相手のインシデントで外します。',
    en: 'There is no such link. Read the list again; an inward one is taken away at the other incident.',
  },
  link_exists: {
    status: 409,
    ja: 'この関連はすでにあります。追加は要りません。',
    en: 'There is such a link already; nothing is left to do.',
  },
  link_cycle: {
    status: 409,
    ja: '親子関係が循環します。別のインシデントを指定してください。',
    en: 'An incident cannot be above itself. Name another one.',
  },
  link_too_deep: {
    status: 409,
    ja: '親子関係は {limit} 階層までです。上の階層につないでください。',
    en: 'Parents and children go {limit} levels deep at most. Link it further up.',
  },
  parent_taken: {
    status: 409,
    ja: '親インシデント {number} がすでにあります。先に外してください。',
    en: 'It has a parent already, {number}. Take that away first.',
  },
} as const

export const incidentRules = {
  in_the_future: { ja: '未来の日時にしてください。', en: 'must be in the future' },
  not_in_the_future: { ja: '未来の日時は指定できません。', en: 'must not be in the future' },
  pending_reason_required: {
    ja: '保留にする理由を指定してください。',
    en: 'is required for pending: say what it waits for',
  },
  only_when_pending: {
    ja: '保留中だけ指定できます。',
    en: 'can be set only while the incident is pending',
  },
  resolution_required: {
    ja: '解決にするには解決内容を指定してください。',
    en: 'is required to resolve: say what was done',
  },
  only_when_resolved: {
    ja: '解決済みのときだけ指定できます。',
    en: 'can be set only together with, or in, the state resolved',
  },
  assignee_required: {
    ja: '担当者を指定してください。',
    en: 'is required: somebody must be assigned',
  },
  cannot_work_on_incidents: {
    ja: 'インシデントを担当できる役割のユーザーを指定してください。',
    en: 'must be somebody who may work on incidents',
  },
  priority_reason_required: {
    ja: '優先度を上書きする理由を指定してください。',
    en: 'is required to set a priority: say why it is not the one that follows',
  },
  only_with_priority: {
    ja: '優先度を上書きするときだけ指定できます。',
    en: 'can be set only for a priority that is set',
  },
  unknown_link_target: {
    ja: '参照できる対象の id を指定してください。',
    en: 'must be the id of something of that kind that you may read',
  },
  only_for_duplicates: {
    ja: 'duplicate_of のときだけ指定できます。',
    en: 'can be set only for a link of the kind duplicate_of',
  },
} as const
