import { derived, gathered, type Theme } from './theme.ts'

export const unprofitableProducts: Theme = {
  id: '50f1e502-8480-4807-b6f0-fbc402e31e5d',
  name: '不採算製品の撤退',
  issues: [
    {
      id: '40989e1f-3ca0-4744-9892-d36b2e70e2f7',
      name: '赤字の製品から撤退すると、利益はどれだけ改善するか？',
      description:
        '製品ごとの売上高と営業利益を散布図に置き、営業利益がマイナスの製品を見つけます。その製品を除いた場合の売上高・営業利益・営業利益率を全製品の場合と比べ、撤退で失う売上と改善する利益を並べて示します。',
      prompt: {
        aim: '赤字の製品をやめたときの利益の改善額と、失う売上高を示す。',
        steps: [
          'filter: 横軸と縦軸に選ばれた科目（例: 売上高と営業利益）だけを残す。',
          'summary「撤退前」: 両科目の合計、営業利益率、横軸×縦軸の散布図を出す。',
          'filter「赤字の製品」: 縦軸の科目が 0 未満の行だけを残す。',
          'filter「残す製品」: 最初のステップの表から、赤字の製品を製品の軸で除く（table_filter の exclude_mode を true にする）。',
          'summary「撤退後」: 撤退前と同じ合計・比率・散布図を、残す製品について出す。',
          'summary「撤退の効果」: 赤字の製品の数と、赤字額の合計に −1 を掛けた改善額を出す。',
        ],
        questions: [
          '撤退する製品の線引きは営業利益 0 でよいですか。営業利益率や売上規模でも線を引きますか。',
          '撤退しても残る共通費や、ほかの製品への影響を見込みますか。改善額のうち実現する割合はどの程度と考えますか。',
        ],
      },
      initial_msg:
        '赤字の製品から撤退した場合の利益改善効果を一緒に確かめましょう。製品別の売上高と営業利益のデータを登録し、横軸と縦軸の科目を選んでください。準備ができたら「分析を始めて」と送ってください。',
      axes: [
        {
          id: '17f2ae42-c1d8-45c8-ba99-e6c001d943b0',
          name: '横軸',
          option: '科目',
          multiple: false,
        },
        {
          id: '27c7da63-d72a-42d3-b4a8-c93dc25651e2',
          name: '縦軸',
          option: '科目',
          multiple: false,
        },
      ],
      hint: '製品ごとに 1 行とし、売上高と営業利益（または貢献利益）を用意してください。製品分類などの軸があると、分類別に色を分けて見られます。期間は 1 年分が目安です。',
      sheet: {
        name: '製品別損益（サンプル）',
        lines: [
          '製品分類,製品,売上高（百万円）,営業利益（百万円）',
          '調理家電,炊飯器 R-10,1840,212',
          '調理家電,電気ケトル K-3,620,58',
          '調理家電,ホットプレート H-7,410,-36',
          '調理家電,ミキサー M-2,280,-21',
          '生活家電,スティック掃除機 S-5,2260,301',
          '生活家電,衣類スチーマー I-4,530,44',
          '生活家電,布団乾燥機 F-1,370,-48',
          '生活家電,アイロン A-8,240,9',
          '空調家電,扇風機 W-6,780,66',
          '空調家電,加湿器 C-9,690,31',
          '空調家電,除湿機 D-2,450,-62',
          '空調家電,パネルヒーター P-1,190,-17',
        ],
      },
      steps: [
        {
          name: '対象の科目',
          type: 'filter',
          input: 'original',
          config: { category_filter: { 科目: ['売上高（百万円）', '営業利益（百万円）'] } },
        },
        {
          name: '撤退前',
          type: 'summary',
          input: 'step_0',
          config: {
            formulas: [
              gathered('撤退前の売上高', 'sum', '売上高（百万円）', '百万円'),
              gathered('撤退前の営業利益', 'sum', '営業利益（百万円）', '百万円'),
              derived('撤退前の営業利益率', '撤退前の営業利益', '/', '撤退前の売上高', '%'),
            ],
            chart_config: {
              graph_type: 'scatter',
              x_subject: '売上高（百万円）',
              y_subject: '営業利益（百万円）',
              point_axis: '製品',
              legend_axis: '製品分類',
              title: '撤退前の売上高と営業利益',
            },
          },
        },
        {
          name: '赤字の製品',
          type: 'filter',
          input: 'step_0',
          config: {
            category_filter: { 科目: ['営業利益（百万円）'] },
            numeric_filter: { filter_type: 'range', max_value: 0, include_max: false },
          },
        },
        {
          name: '残す製品',
          type: 'filter',
          input: 'step_0',
          config: {
            table_filter: { table_df: 'step_2', key_columns: ['製品'], exclude_mode: true },
          },
        },
        {
          name: '撤退後',
          type: 'summary',
          input: 'step_3',
          config: {
            formulas: [
              gathered('撤退後の売上高', 'sum', '売上高（百万円）', '百万円'),
              gathered('撤退後の営業利益', 'sum', '営業利益（百万円）', '百万円'),
              derived('撤退後の営業利益率', '撤退後の営業利益', '/', '撤退後の売上高', '%'),
            ],
            chart_config: {
              graph_type: 'scatter',
              x_subject: '売上高（百万円）',
              y_subject: '営業利益（百万円）',
              point_axis: '製品',
              legend_axis: '製品分類',
              title: '撤退後の売上高と営業利益',
            },
          },
        },
        {
          name: '撤退の効果',
          type: 'summary',
          input: 'step_2',
          config: {
            formulas: [
              gathered('赤字の製品数', 'count', '営業利益（百万円）', '製品'),
              gathered('利益の改善額', 'sum', '営業利益（百万円）', '百万円', -1),
            ],
          },
        },
      ],
    },
  ],
}
