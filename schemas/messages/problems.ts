export const problemMessages = {
  problem_not_found: {
    status: 404,
    ja: '問題 {id} は見つかりません。一覧 (/api/v1/problems) を確認してください。',
    en: 'There is no problem {id}. See the list at /api/v1/problems.',
  },
  problem_status_by_transition: {
    status: 409,
    ja: '状態は POST /api/v1/problems/{id}/transition で変更してください。{from} から変更できる状態: {legal}',
    en: 'Change the status with POST /api/v1/problems/{id}/transition. From {from} it can go to: {legal}.',
  },
  problem_reopening_required: {
    status: 409,
    ja: 'この問題はクローズ済みです。POST /api/v1/problems/{id}/reopen に理由を付けて再開してください。',
    en: 'This problem is closed. Open it again with POST /api/v1/problems/{id}/reopen and a reason.',
  },
  problem_is_over: {
    status: 409,
    ja: 'この問題の状態は {status} で、これ以上変更できません。新しい問題を作成してください。',
    en: 'This problem is {status} for good. Create a new one.',
  },
  problem_changes_open: {
    status: 409,
    ja: '結果の出ていない変更が関連付けられています: {changes}。完了を待つか、関連付けを外すか、force で閉じてください (change.manage が必要です)。',
    en: 'Linked changes have no result yet: {changes}. Wait for them, unlink them, or close it with force (needs change.manage).',
  },
  problem_not_deletable: {
    status: 409,
    ja: '削除できるのは draft か cancelled の問題だけです (現在: {status})。先に取り消してください。',
    en: 'Only a problem that is draft or cancelled can be deleted; this one is {status}. Cancel it first.',
  },
  problem_text_missing: {
    status: 409,
    ja: 'この問題には {kind} がありません。content を送るか、先に記入してください。',
    en: 'This problem has no {kind}. Send a content, or fill it in first.',
  },
  problem_link_not_found: {
    status: 404,
    ja: 'この問題に {id} は関連付けられていません。関連の一覧を確認してください。',
    en: 'This problem is not linked to {id}. See the list of its links.',
  },
  rca_document_not_found: {
    status: 404,
    ja: 'この問題に {method} の分析はまだありません。PUT で保存してください。',
    en: 'This problem has no {method} analysis yet. Save one with PUT.',
  },
  rca_finding_not_found: {
    status: 404,
    ja: '所見 {id} は見つかりません。この問題の所見の一覧を確認してください。',
    en: 'There is no finding {id}. See the findings of this problem.',
  },
  known_error_not_found: {
    status: 404,
    ja: '既知のエラー {id} は見つかりません。一覧 (/api/v1/known-errors) を確認してください。',
    en: 'There is no known error {id}. See the list at /api/v1/known-errors.',
  },
  known_error_without_workaround: {
    status: 409,
    ja: 'この既知のエラーには回避策がありません。先に回避策を記入するか、add_note を外してください。',
    en: 'This known error has no workaround. Fill it in first, or leave out add_note.',
  },
} as const

export const problemRules = {
  unknown_incident: {
    ja: 'インシデントの id を指定してください (/api/v1/incidents)。',
    en: 'must be the id of an incident; see /api/v1/incidents',
  },
  unknown_change: {
    ja: '変更の id を指定してください (/api/v1/changes)。',
    en: 'must be the id of a change; see /api/v1/changes',
  },
  unknown_problem: {
    ja: '問題の id を指定してください (/api/v1/problems)。',
    en: 'must be the id of a problem; see /api/v1/problems',
  },
  root_cause_required: {
    ja: '根本原因を記入するか、root_cause_status を not_found にして理由を付けてください。',
    en: 'is needed, or root_cause_status not_found with a reason',
  },
  not_found_reason_required: {
    ja: '根本原因が見つからなかった理由を記入してください。',
    en: 'is needed: say why no root cause was found',
  },
  cancel_reason_required: {
    ja: '取り消す理由を記入してください。',
    en: 'is needed to cancel: say why',
  },
  workaround_required: {
    ja: '既知のエラーには回避策が必要です。',
    en: 'is needed for a known error',
  },
  cause_not_in_diagram: {
    ja: '図の中にある原因を指定してください。',
    en: 'must be one of the causes or sub-causes in the diagram',
  },
  out_of_order: {
    ja: '出来事は起きた順に並べてください。',
    en: 'must not be earlier than the event before it',
  },
  node_repeated: {
    ja: 'ノードの id が重複しています。',
    en: 'must be the id of one node only',
  },
  node_unknown: {
    ja: 'nodes にあるノードの id を指定してください。',
    en: 'must be the id of one of the nodes',
  },
  node_unreachable: {
    ja: '頂上事象からたどれません。どこかの children に加えるか、取り除いてください。',
    en: 'cannot be reached from the top: make it a child, or remove it',
  },
  node_in_cycle: {
    ja: '自分自身の下に来ています。循環をなくしてください。',
    en: 'stands below itself: undo the cycle',
  },
  tree_too_deep: {
    ja: '木の深さは {max} 段までです。',
    en: 'stands deeper than {max} levels',
  },
  gate_without_children: {
    ja: 'ゲートには下位の事象が必要です。',
    en: 'has a gate, so it needs children',
  },
  children_without_gate: {
    ja: '下位の事象があるときは gate (and / or) を指定してください。',
    en: 'must be and / or where there are children',
  },
} as const
