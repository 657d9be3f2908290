import { gathered, type SampleStep, type Theme } from './theme.ts'

/** How much the market of a country grows, from step 4 with the growth of each. */
const growthOf = (country: string, n: number): SampleStep[] => [
  {
    name: `${country}の伸び`,
    type: 'filter',
    input: 'step_4',
    config: { category_filter: { 国: [country] } },
  },
  {
    name: `${country}の平均`,
    type: 'summary',
    input: `step_${5 + 2 * n}`,
    config: {
      formulas: [gathered(`${country}の年平均の伸び率`, 'mean', '伸び率', '%', 100)],
    },
  },
]

export const targetMarkets: Theme = {
  id: '1a806adc-5ae5-455f-956f-d65ccec526cd',
  name: 'ターゲット展開エリア・国選定',
  issues: [
    {
      id: '29a0ee62-1d17-4aab-b4ce-a25e29dc3341',
      name: '対象の市場は、今後どの程度の規模になる見込みか？',
      description:
        '候補の国の市場規模を年度別に合計し、前の年度からの増減が分かる滝グラフで示します。期間中の増加額と年平均の伸び率を出し、国別の伸び率も並べて、展開先を選ぶ材料にします。',
      prompt: {
        aim: '市場規模の推移と伸びを示し、展開先の国を選ぶ材料にする。',
        steps: [
          'aggregate: 横軸（例: 年度）ごとに縦軸の科目（例: 市場規模）を合計する。',
          'summary「市場規模の推移」: 横軸に年度を置いた滝グラフ（measure_type は absolute）を出す。',
          'aggregate → summary「市場全体の伸び」: 前の年度との差（difference）と増減率（growth）から、期間中の増加額と年平均の伸び率を出す。',
          'aggregate → filter → summary「国別の伸び」: 国ごとに年平均の伸び率を出す。',
        ],
        questions: [
          '市場規模は金額と数量のどちらで見ますか。為替の換算はどの年度の相場ですか。',
          '見込みの出典はどこですか。控えめに見る場合の割引率はありますか。',
        ],
      },
      initial_msg:
        '市場規模のこれからを確かめましょう。国別・年度別の市場規模を登録し、横軸（年度）と縦軸（市場規模）を選んでください。',
      axes: [
        { id: '21ec907f-5a6a-413d-9951-c036965c1f5e', name: '横軸', option: '軸', multiple: false },
        {
          id: '542750b8-5e08-4785-b378-02983dc369ca',
          name: '縦軸',
          option: '科目',
          multiple: false,
        },
      ],
      hint: '年度と国（または地域）を軸とし、市場規模の実績と見込みを用意してください。調査会社の資料を使うときは、国ごとに定義と通貨をそろえてください。',
      sheet: {
        name: '国別市場規模（サンプル、億円）',
        lines: [
          '年度,2022,2022,2022,2023,2023,2023,2024,2024,2024,2025,2025,2025,2026,2026,2026,2027,2027,2027',
          '国,ベトナム,タイ,インドネシア,ベトナム,タイ,インドネシア,ベトナム,タイ,インドネシア,ベトナム,タイ,インドネシア,ベトナム,タイ,インドネシア,ベトナム,タイ,インドネシア',
          '',
          '市場規模,820,1460,1210,900,1500,1330,985,1545,1470,1080,1590,1620,1185,1630,1790,1300,1665,1970',
        ],
      },
      steps: [
        {
          name: '年度別の市場規模',
          type: 'aggregate',
          input: 'original',
          config: {
            group_by_axis: ['年度'],
            aggregation_config: [{ name: '市場規模', method: 'sum', subject: '市場規模' }],
          },
        },
        {
          name: '市場規模の推移',
          type: 'summary',
          input: 'step_0',
          config: {
            chart_config: {
              graph_type: 'waterfall',
              x_axis: '年度',
              y_axis: '値',
              measure_type: 'absolute',
              show_total: false,
              title: '市場規模の推移',
              y_title: '億円',
            },
          },
        },
        {
          name: '前年度との差',
          type: 'aggregate',
          input: 'original',
          config: {
            group_by_axis: ['年度'],
            aggregation_config: [
              { name: '増加額', method: 'difference', subject: '市場規模', along: '年度' },
              { name: '伸び率', method: 'growth', subject: '市場規模', along: '年度' },
            ],
          },
        },
        {
          name: '市場全体の伸び',
          type: 'summary',
          input: 'step_2',
          config: {
            formulas: [
              gathered('期間中の増加額', 'sum', '増加額', '億円'),
              gathered('年平均の伸び率', 'mean', '伸び率', '%', 100),
            ],
          },
        },
        {
          name: '国別の伸び率',
          type: 'aggregate',
          input: 'original',
          config: {
            group_by_axis: ['国', '年度'],
            aggregation_config: [
              { name: '伸び率', method: 'growth', subject: '市場規模', along: '年度' },
            ],
          },
        },
        ...['インドネシア', 'ベトナム', 'タイ'].flatMap(growthOf),
      ],
    },
    {
      id: 'dc20e476-6aa0-47cb-88c9-0ceebe47ed2f',
      name: '対象の市場で、各社のシェアは現在どうなっているか？',
      description:
        '企業別の売上高を円グラフにし、市場のシェアを示します。上位の企業に集中しているか、当社がどの位置にいるかを、上位 3 社のシェアや一定以上のシェアを持つ企業の数で確かめます。',
      prompt: {
        aim: '市場のシェアと上位企業への集中の度合いを示す。',
        steps: [
          'aggregate: 凡例軸（例: 企業）ごとに値軸の科目（例: 売上高）を合計し、全体に占める割合（share）も出す。',
          'filter → summary「市場シェア」: 金額の科目だけを残し、凡例に企業を置いた円グラフを出す。',
          'filter（topk 3）→ summary: 上位 3 社のシェアの合計を出す。',
          'filter（range）→ summary: シェアが 10% 以上の企業の数を出す。',
          'filter → summary: 当社のシェアを出す。',
        ],
        questions: [
          '市場に含める企業と製品の範囲はこれでよいですか。',
          '上位何社まで、または何 % 以上を主要な企業と見ますか。',
        ],
      },
      initial_msg:
        '市場シェアを円グラフで確かめます。企業別の売上高を登録し、凡例軸（企業）と値軸（売上高）を選んでください。',
      axes: [
        {
          id: '0a180348-5c71-4b27-9162-b01fc65c5e42',
          name: '凡例軸',
          option: '軸',
          multiple: false,
        },
        {
          id: 'c2e3850b-491c-4051-ad3f-ffd06491a7a8',
          name: '値軸',
          option: '科目',
          multiple: false,
        },
      ],
      hint: '対象の市場での企業別の売上高を、同じ年度で用意してください。小さな企業は「その他」にまとめず、分かる範囲で分けておくと、企業の数も数えられます。',
      sheet: {
        name: '企業別売上高（サンプル、億円）',
        lines: [
          '企業,売上高',
          'A社,412',
          'B社,335',
          'C社,248',
          'D社,176',
          '当社,122',
          'E社,95',
          'F社,64',
          'G社,52',
          'H社,38',
          'I社,28',
        ],
      },
      steps: [
        {
          name: '企業別の売上高とシェア',
          type: 'aggregate',
          input: 'original',
          config: {
            group_by_axis: ['企業'],
            aggregation_config: [
              { name: '売上高', method: 'sum', subject: '売上高' },
              { name: 'シェア', method: 'share', subject: '売上高' },
            ],
          },
        },
        {
          name: '売上高',
          type: 'filter',
          input: 'step_0',
          config: { category_filter: { 科目: ['売上高'] } },
        },
        {
          name: '市場シェア',
          type: 'summary',
          input: 'step_1',
          config: {
            chart_config: {
              graph_type: 'pie',
              value_axis: '値',
              legend_axis: '企業',
              title: '市場シェア',
            },
          },
        },
        {
          name: '上位3社',
          type: 'filter',
          input: 'step_0',
          config: {
            category_filter: { 科目: ['シェア'] },
            numeric_filter: { filter_type: 'topk', k_value: 3 },
          },
        },
        {
          name: '上位への集中',
          type: 'summary',
          input: 'step_3',
          config: { formulas: [gathered('上位3社のシェア', 'sum', 'シェア', '%', 100)] },
        },
        {
          name: 'シェア10%以上',
          type: 'filter',
          input: 'step_0',
          config: {
            category_filter: { 科目: ['シェア'] },
            numeric_filter: { filter_type: 'range', min_value: 0.1 },
          },
        },
        {
          name: '主要な企業の数',
          type: 'summary',
          input: 'step_5',
          config: { formulas: [gathered('シェア10%以上の企業数', 'count', 'シェア', '社')] },
        },
        {
          name: '当社',
          type: 'filter',
          input: 'step_0',
          config: { category_filter: { 企業: ['当社'], 科目: ['シェア'] } },
        },
        {
          name: '当社の位置',
          type: 'summary',
          input: 'step_7',
          config: { formulas: [gathered('当社のシェア', 'sum', 'シェア', '%', 100)] },
        },
      ],
    },
  ],
}
