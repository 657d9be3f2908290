export const analysisChatMessages = {
  analysis_chat_busy: {
    status: 409,
    ja: 'この分析セッションでは別の会話が進行中です。終わってから (Retry-After の秒数を待って) 送り直してください。',
    en: 'Another turn of the chat is under way in this session. Wait for the seconds in Retry-After and send this again.',
  },
  analysis_chat_interrupted: {
    status: 503,
    ja: 'サービスの再起動のため会話を中断しました。何も変わっていません。もう一度送ってください。',
    en: 'The service is being restarted and the turn was broken off. Nothing has changed. Send it again.',
  },
  analysis_model_failed: {
    status: 502,
    ja: 'モデルのサーバーから正しい応答を得られませんでした ({reason})。何も変わっていません。しばらくしてからやり直し、続くときは管理者に連絡してください。',
    en: 'The server of the model gave no proper answer ({reason}). Nothing has changed. Try again in a while; if it goes on, tell an administrator.',
  },
  analysis_model_unauthorized: {
    status: 502,
    ja: 'モデルのサーバーが認証を拒否しました。管理者に LLM_API_KEY と LLM_BASE_URL の設定を確認するよう依頼してください。',
    en: 'The server of the model refuses the key of this service. Ask an administrator to look at LLM_API_KEY and LLM_BASE_URL.',
  },
  analysis_model_filtered: {
    status: 502,
    ja: 'モデルのコンテンツフィルターが応答を止めました。何も変わっていません。言い方を変えて送り直してください。',
    en: 'The content filter of the model stopped the answer. Nothing has changed. Say it in other words.',
  },
  analysis_model_too_long: {
    status: 502,
    ja: 'モデルの応答か会話が長さの上限を超えました。何も変わっていません。指示を分けて送ってください。',
    en: 'The answer of the model, or the conversation, is longer than may be. Nothing has changed. Ask for less at a time.',
  },
  analysis_model_loops: {
    status: 502,
    ja: 'モデルが同じ操作を繰り返したため中止しました。何も変わっていません。指示を具体的にして送り直してください。',
    en: 'The model went round in circles and was stopped. Nothing has changed. Be more specific and send it again.',
  },
  analysis_model_timeout: {
    status: 504,
    ja: '{seconds} 秒以内に終わらなかったため会話を中止しました。何も変わっていません。指示を分けて送ってください。',
    en: 'The turn was not done after {seconds} seconds and was stopped. Nothing has changed. Ask for less at a time.',
  },
  analysis_tool_unknown: {
    status: 422,
    ja: '{name} というツールはありません。使えるのは {known} です。',
    en: 'There is no tool {name}. There are {known}.',
  },
  analysis_tool_arguments: {
    status: 422,
    ja: 'ツールの引数が正しい JSON オブジェクトではありません ({reason})。',
    en: 'The arguments of the tool are no proper JSON object ({reason}).',
  },
  analysis_tool_rows_used_up: {
    status: 422,
    ja: '一回の会話で渡せるのは {limit} 行までです。集計やフィルターの結果を使ってください。',
    en: 'A turn is given at most {limit} rows. Use what filters and aggregations give.',
  },
  analysis_tool_answers_used_up: {
    status: 422,
    ja: 'この会話で渡せるデータの量を使い切りました。ここまでの結果で答えてください。',
    en: 'This turn has been given all the data that it may have. Answer with what is there.',
  },
} as const

export const analysisChatRules = {} as const
