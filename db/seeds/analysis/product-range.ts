import { calculated, gathered, type Theme } from './theme.ts'

export const productRange: Theme = {
  id: '2678aab2-2063-4431-b759-0abad2740290',
  name: '製品統廃合',
  issues: [
    {
      id: '14450b3b-c9ac-4d7c-bbc2-a2abd35d28c6',
      name: '粗利率と販売高がともに低く、統廃合を考える製品はどれか？',
      description:
        '製品ごとの販売高と粗利率を散布図に置き、両方が基準の線を下回る製品を統廃合の候補とします。候補の数と、その製品が今生んでいる粗利の合計を出し、やめた場合に失う粗利の大きさを確かめます。',
      prompt: {
        aim: '販売高と粗利率がともに基準を下回る製品を見つけ、失う粗利を示す。',
        steps: [
          'transform: 粗利を販売高で割り 100 を掛けた「粗利率」を加える。',
          'summary「販売高と粗利率」: 横軸に販売高、縦軸に粗利率を置いた散布図を出す。',
          'filter「粗利率の線」: 粗利率が基準（例: 20%）未満の行を残す。',
          'filter「販売高の線」: 販売高が基準（例: 300 百万円）未満の行を残す。',
          'filter（table_filter を 2 回）: 両方の表に製品がある行だけを残す。',
          'summary「統廃合の候補」: 製品の数と粗利の合計を出す。',
        ],
        questions: [
          '粗利率と販売高の基準の線は、この値でよいですか。',
          '候補の製品の顧客は、残す製品にどの程度移ると見込みますか。',
        ],
      },
      initial_msg:
        '統廃合を考える製品を、販売高と粗利率から探します。製品別の販売高と粗利を登録し、横軸（販売高）と縦軸（粗利率）にする科目を選んでください。基準の線も教えてください。',
      axes: [
        {
          id: '501125ea-c5c4-4569-8201-617352d16fb4',
          name: '横軸',
          option: '科目',
          multiple: false,
        },
        {
          id: 'faad5078-9324-4e0f-97f2-5ae1a93f2cad',
          name: '縦軸',
          option: '科目',
          multiple: false,
        },
      ],
      hint: '製品ごとに 1 行とし、販売高と粗利を 1 年分用意してください。粗利率は計算で求めます。シリーズや発売年などの軸があると、候補の特徴も調べられます。',
      sheet: {
        name: '製品別販売高と粗利（サンプル、百万円）',
        lines: [
          'シリーズ,製品,販売高,粗利',
          'プレミアム,P-100,1420,611',
          'プレミアム,P-200,860,353',
          'プレミアム,P-300,240,91',
          'スタンダード,S-110,2150,688',
          'スタンダード,S-120,1680,504',
          'スタンダード,S-130,730,175',
          'スタンダード,S-140,260,47',
          'スタンダード,S-150,180,29',
          'エントリー,E-010,1240,223',
          'エントリー,E-020,690,117',
          'エントリー,E-030,285,40',
          'エントリー,E-040,150,18',
          '業務用,B-500,520,187',
          '業務用,B-510,210,40',
        ],
      },
      steps: [
        {
          name: '粗利率の計算',
          type: 'transform',
          input: 'original',
          config: {
            operations: [
              calculated('粗利÷販売高', '粗利', '/', '販売高'),
              calculated('粗利率（%）', '粗利÷販売高', '*', 100),
            ],
          },
        },
        {
          name: '販売高と粗利率',
          type: 'summary',
          input: 'step_0',
          config: {
            chart_config: {
              graph_type: 'scatter',
              x_subject: '販売高',
              y_subject: '粗利率（%）',
              point_axis: '製品',
              legend_axis: 'シリーズ',
              title: '製品別の販売高と粗利率',
              x_title: '販売高（百万円）',
              y_title: '粗利率（%）',
            },
          },
        },
        {
          name: '粗利率の線',
          type: 'filter',
          input: 'step_0',
          config: {
            category_filter: { 科目: ['粗利率（%）'] },
            numeric_filter: { filter_type: 'range', max_value: 20, include_max: false },
          },
        },
        {
          name: '販売高の線',
          type: 'filter',
          input: 'step_0',
          config: {
            category_filter: { 科目: ['販売高'] },
            numeric_filter: { filter_type: 'range', max_value: 300, include_max: false },
          },
        },
        {
          name: '粗利率が低い製品',
          type: 'filter',
          input: 'step_0',
          config: { table_filter: { table_df: 'step_2', key_columns: ['製品'] } },
        },
        {
          name: '販売高も低い製品',
          type: 'filter',
          input: 'step_4',
          config: { table_filter: { table_df: 'step_3', key_columns: ['製品'] } },
        },
        {
          name: '統廃合の候補',
          type: 'summary',
          input: 'step_5',
          config: {
            formulas: [
              gathered('基準を下回る製品数', 'count', '粗利', '製品'),
              gathered('基準を下回る製品の粗利', 'sum', '粗利', '百万円'),
            ],
            table_config: { show_source_data: true, table_name: '統廃合の候補' },
          },
        },
      ],
    },
  ],
}
