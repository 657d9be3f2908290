import { gathered, type Theme } from './theme.ts'

export const reformThemes: Theme = {
  id: 'f303a5b0-ab5d-40d2-8efa-eb2b93dabe51',
  name: '改革テーマ全体像',
  issues: [
    {
      id: 'f170bb5b-ac79-4cc6-bcc8-c5a752ed35dd',
      name: '改革テーマ全体で、売上と利益はどれだけ伸びる見込みか？',
      description:
        '改革テーマごとの見込みを年度別に合計し、売上高と営業利益の推移を折れ線で、売上高と営業利益率の関係を棒と折れ線で示します。全期間の成長額と年平均の成長率も計算し、どのテーマが利益を生むかを見比べます。',
      prompt: {
        aim: '改革テーマが生む売上と利益を年度別に見せ、成長額と成長率を示す。',
        steps: [
          'aggregate: 横軸（例: 年度）ごとに、凡例軸に選ばれた科目（例: 売上高と営業利益）を合計し、営業利益率を営業利益÷売上高で計算する。',
          'filter: 集計した科目のうち金額のものだけを残す。',
          'summary「全体の推移」: 横軸に年度、凡例に科目を置いた折れ線を出す。',
          'summary「売上高と利益率」: 左に売上高の棒、右に営業利益率の折れ線を置いた複合グラフを出す。',
          'aggregate → summary「成長」: 前の年度との差（difference）の合計を成長額、増減率（growth）の平均を年平均の成長率として、売上高と営業利益について出す。',
          'filter → summary「テーマ別の利益」: 凡例に改革テーマを置いた営業利益の折れ線を出す。',
        ],
        questions: [
          '成長はどの年度からどの年度までで比べますか。',
          'テーマ別の見込みには、どの程度の実現率を掛けて見ますか。',
        ],
      },
      initial_msg:
        '改革テーマ全体の効果を見ていきます。テーマ別・年度別の売上高と営業利益の見込みを登録し、横軸（年度）と凡例軸（見たい科目、複数可）を選んでください。',
      axes: [
        { id: 'e8b946c9-16e5-46a3-adba-ac0f219224dd', name: '横軸', option: '軸', multiple: false },
        {
          id: '42ea6cd8-d4b3-4a27-894a-dd23856647bd',
          name: '凡例軸',
          option: '科目',
          multiple: true,
        },
      ],
      hint: '年度と改革テーマを軸とし、売上高と営業利益の見込みを用意してください。改革を行わない場合の事業も「既存事業」などの名前で入れると、全体の推移になります。',
      sheet: {
        name: '改革テーマ別見込み（サンプル）',
        lines: [
          '年度,2025,2025,2025,2025,2026,2026,2026,2026,2027,2027,2027,2027,2028,2028,2028,2028',
          '改革テーマ,既存事業,新製品の投入,価格の見直し,海外販売,既存事業,新製品の投入,価格の見直し,海外販売,既存事業,新製品の投入,価格の見直し,海外販売,既存事業,新製品の投入,価格の見直し,海外販売',
          '',
          '売上高,48200,0,0,600,47900,1400,800,1500,47600,3200,1500,2900,47300,5100,1800,4600',
          '営業利益,2410,-180,0,-60,2350,-40,640,30,2290,290,1200,210,2240,610,1440,480',
        ],
      },
      steps: [
        {
          name: '年度別の合計',
          type: 'aggregate',
          input: 'original',
          config: {
            group_by_axis: ['年度'],
            aggregation_config: [
              { name: '売上高合計', method: 'sum', subject: '売上高' },
              { name: '営業利益合計', method: 'sum', subject: '営業利益' },
              { name: '営業利益率', method: '/', subject: ['営業利益合計', '売上高合計'] },
            ],
          },
        },
        {
          name: '金額の科目',
          type: 'filter',
          input: 'step_0',
          config: { category_filter: { 科目: ['売上高合計', '営業利益合計'] } },
        },
        {
          name: '全体の推移',
          type: 'summary',
          input: 'step_1',
          config: {
            chart_config: {
              graph_type: 'line',
              x_axis: '年度',
              y_axis: '値',
              legend_axis: '科目',
              title: '売上高と営業利益の推移',
              y_title: '百万円',
            },
          },
        },
        {
          name: '売上高と利益率',
          type: 'summary',
          input: 'step_0',
          config: {
            chart_config: {
              graph_type: 'line&bar',
              x_axis: '年度',
              y_left_subject: '売上高合計',
              y_left_type: 'bar',
              y_right_subject: '営業利益率',
              y_right_type: 'line',
              title: '売上高と営業利益率の推移',
            },
          },
        },
        {
          name: '前の年度との差',
          type: 'aggregate',
          input: 'original',
          config: {
            group_by_axis: ['年度'],
            aggregation_config: [
              { name: '売上の増減額', method: 'difference', subject: '売上高', along: '年度' },
              { name: '売上の増減率', method: 'growth', subject: '売上高', along: '年度' },
              { name: '利益の増減額', method: 'difference', subject: '営業利益', along: '年度' },
              { name: '利益の増減率', method: 'growth', subject: '営業利益', along: '年度' },
            ],
          },
        },
        {
          name: '成長',
          type: 'summary',
          input: 'step_4',
          config: {
            formulas: [
              gathered('売上成長額（全期間）', 'sum', '売上の増減額', '百万円'),
              gathered('売上成長率（年平均）', 'mean', '売上の増減率', '%', 100),
              gathered('利益成長額（全期間）', 'sum', '利益の増減額', '百万円'),
              gathered('利益成長率（年平均）', 'mean', '利益の増減率', '%', 100),
            ],
          },
        },
        {
          name: '営業利益',
          type: 'filter',
          input: 'original',
          config: { category_filter: { 科目: ['営業利益'] } },
        },
        {
          name: 'テーマ別の利益',
          type: 'summary',
          input: 'step_6',
          config: {
            chart_config: {
              graph_type: 'line',
              x_axis: '年度',
              y_axis: '値',
              legend_axis: '改革テーマ',
              title: '改革テーマ別の営業利益',
              y_title: '百万円',
            },
          },
        },
      ],
    },
  ],
}
