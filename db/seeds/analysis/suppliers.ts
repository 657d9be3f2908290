import { gathered, type Theme } from './theme.ts'

export const suppliers: Theme = {
  id: 'b0e28167-09c2-43a8-90fa-9ca2139a371c',
  name: '調達先見直し',
  issues: [
    {
      id: '2fedbc2a-c384-49a4-abb3-2577d1904249',
      name: '調達額に対して調達先が多く、絞り込める原材料はどれか？',
      description:
        '原材料の品種ごとに調達先の社数と調達額を散布図に置き、調達額が小さいのに調達先が多い品種を見つけます。その品種の数と、品種全体・調達額全体に占める割合を出し、調達先を絞る交渉の対象を決めます。',
      prompt: {
        aim: '調達先を絞り込める品種を見つけ、対象になる割合を示す。',
        steps: [
          'transform: どの品種も 1 とする「品種数」を加える。',
          'aggregate: 品種ごとに調達先の社数と調達額を合計し、品種数と調達額の構成比（share）を出す。',
          'summary「社数と調達額」: 横軸に調達先の社数、縦軸に調達額を置いた散布図を出す。',
          'filter「社数の線」と filter「調達額の線」: 社数が基準以上の行、調達額が基準未満の行をそれぞれ残す。',
          'filter（table_filter を 2 回）→ summary: 両方に当てはまる品種の数と、構成比の合計を出す。',
        ],
        questions: [
          '社数と調達額の基準の線は、この値でよいですか。',
          '供給が止まる危険に備えて、最低何社を残しますか。',
        ],
      },
      initial_msg:
        '調達先を絞り込める原材料を探します。品種別の調達先の社数と調達額を登録し、横軸（調達先社数）と縦軸（調達額）の科目を選んでください。',
      axes: [
        {
          id: 'fc3b068d-9a5c-4e80-b36b-e736301de55c',
          name: '横軸',
          option: '科目',
          multiple: false,
        },
        {
          id: '3f3fdb58-ee04-4885-b3fc-8e4654f9f150',
          name: '縦軸',
          option: '科目',
          multiple: false,
        },
      ],
      hint: '原材料の品種ごとに 1 行とし、1 年間の調達額と、取引のあった調達先の社数を用意してください。原材料の分類も軸に入れてください。',
      sheet: {
        name: '品種別調達先と調達額（サンプル、百万円）',
        lines: [
          '分類,品種,調達先社数,調達額',
          '樹脂,ABS樹脂,4,820',
          '樹脂,ポリプロピレン,3,640',
          '樹脂,ポリカーボネート,5,310',
          '樹脂,着色剤,7,46',
          '金属,冷延鋼板,4,1150',
          '金属,アルミ材,5,480',
          '金属,ねじ・締結部品,11,72',
          '金属,ばね,6,38',
          '電子部品,基板,3,930',
          '電子部品,コネクター,8,94',
          '電子部品,電線,6,128',
          '包装材,段ボール,9,85',
          '包装材,緩衝材,4,41',
          '包装材,ラベル,7,22',
        ],
      },
      steps: [
        {
          name: '品種数',
          type: 'transform',
          input: 'original',
          config: {
            operations: [
              {
                operation_type: 'add_subject',
                target_name: '品種数',
                calculation: { type: 'constant', constant_value: 1 },
              },
            ],
          },
        },
        {
          name: '品種別の集計',
          type: 'aggregate',
          input: 'step_0',
          config: {
            group_by_axis: ['分類', '品種'],
            aggregation_config: [
              { name: '調達先社数', method: 'sum', subject: '調達先社数' },
              { name: '調達額', method: 'sum', subject: '調達額' },
              { name: '品種数の構成比', method: 'share', subject: '品種数' },
              { name: '調達額の構成比', method: 'share', subject: '調達額' },
            ],
          },
        },
        {
          name: '社数と調達額',
          type: 'summary',
          input: 'step_1',
          config: {
            chart_config: {
              graph_type: 'scatter',
              x_subject: '調達先社数',
              y_subject: '調達額',
              point_axis: '品種',
              legend_axis: '分類',
              title: '品種別の調達先社数と調達額',
              x_title: '調達先社数（社）',
              y_title: '調達額（百万円）',
            },
          },
        },
        {
          name: '社数の線',
          type: 'filter',
          input: 'step_1',
          config: {
            category_filter: { 科目: ['調達先社数'] },
            numeric_filter: { filter_type: 'range', min_value: 6 },
          },
        },
        {
          name: '調達額の線',
          type: 'filter',
          input: 'step_1',
          config: {
            category_filter: { 科目: ['調達額'] },
            numeric_filter: { filter_type: 'range', max_value: 100, include_max: false },
          },
        },
        {
          name: '調達先が多い品種',
          type: 'filter',
          input: 'step_1',
          config: { table_filter: { table_df: 'step_3', key_columns: ['品種'] } },
        },
        {
          name: '調達額が小さい品種',
          type: 'filter',
          input: 'step_5',
          config: { table_filter: { table_df: 'step_4', key_columns: ['品種'] } },
        },
        {
          name: '絞り込みの候補',
          type: 'summary',
          input: 'step_6',
          config: {
            formulas: [
              gathered('絞り込める品種数', 'count', '調達額', '品種'),
              gathered('品種数に占める割合', 'sum', '品種数の構成比', '%', 100),
              gathered('調達額に占める割合', 'sum', '調達額の構成比', '%', 100),
            ],
          },
        },
      ],
    },
  ],
}
