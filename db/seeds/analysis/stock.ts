import { calculated, gathered, type SampleStep, type Theme } from './theme.ts'

/** The figure of one of the three sites in step 6. */
const rankOf = (site: string, n: number): SampleStep[] => [
  {
    name: `${n + 1}位の拠点`,
    type: 'filter',
    input: 'step_6',
    config: { category_filter: { 拠点: [site] } },
  },
  {
    name: `${n + 1}位の余剰在庫`,
    type: 'summary',
    input: `step_${7 + 2 * n}`,
    config: { formulas: [gathered(`余剰在庫 ${n + 1}位：${site}`, 'sum', '余剰在庫', '個')] },
  },
]

export const stock: Theme = {
  id: '70bb8a58-7ce3-4b51-a468-2417669d8dd9',
  name: '在庫水準の最適化',
  issues: [
    {
      id: '8d59f4cd-7ab6-4749-ad38-cd5cd7ab2227',
      name: '在庫の水準が販売の実績から離れている拠点はどこか？',
      description:
        '拠点別の在庫数量と販売数量を月ごとの折れ線で並べ、販売が減っても在庫が減らない拠点を見つけます。直近の月について、販売数量の 1.5 か月分を必要な在庫とし、それを超える余剰在庫を拠点別に大きい順に示します。',
      prompt: {
        aim: '拠点別に在庫と販売の推移を並べ、余剰在庫の大きい拠点を示す。',
        steps: [
          'filter → summary「在庫の推移」: グラフ 1 の縦軸の科目（例: 在庫数量）だけを残し、横軸に年月、凡例に拠点を置いた折れ線を出す。',
          'filter → summary「販売の推移」: グラフ 2 の縦軸の科目（例: 販売数量）について、同じ折れ線を出す。',
          'filter → transform: 直近の月だけを残し、販売数量に必要な月数（例: 1.5）を掛けた「必要在庫」と、在庫数量から必要在庫を引いた「余剰在庫」を加える。',
          'filter（topk 3）→ filter → summary: 余剰在庫の大きい拠点を 1 位から 3 位まで示す。',
        ],
        questions: [
          '必要な在庫は販売数量の何か月分と考えますか。拠点によって変えますか。',
          '季節による変動や、販売促進のための積み増しは含まれていますか。',
        ],
      },
      initial_msg:
        '在庫が販売の実績に合っているかを拠点別に見ます。月別・拠点別の在庫数量と販売数量を登録し、横軸（年月）と、二つのグラフの縦軸（在庫数量、販売数量）を選んでください。',
      axes: [
        { id: '3dc0a01e-12a6-4779-9af2-63e2de1351b5', name: '横軸', option: '軸', multiple: false },
        {
          id: '65b85cdc-ddde-4eb9-8daf-fc47f366f3cc',
          name: 'グラフ1 縦軸',
          option: '科目',
          multiple: false,
        },
        {
          id: 'e802173e-2c38-4326-827b-426c9c36179d',
          name: 'グラフ2 縦軸',
          option: '科目',
          multiple: false,
        },
      ],
      hint: '年月と拠点を軸とし、月末の在庫数量とその月の販売数量を 6 か月分以上用意してください。拠点間の移動中の在庫は、どちらかの拠点に含めてください。',
      sheet: {
        name: '拠点別在庫と販売（サンプル、個）',
        lines: [
          '年月,2025-04,2025-04,2025-04,2025-04,2025-05,2025-05,2025-05,2025-05,2025-06,2025-06,2025-06,2025-06,2025-07,2025-07,2025-07,2025-07,2025-08,2025-08,2025-08,2025-08,2025-09,2025-09,2025-09,2025-09',
          '拠点,札幌,東京,大阪,福岡,札幌,東京,大阪,福岡,札幌,東京,大阪,福岡,札幌,東京,大阪,福岡,札幌,東京,大阪,福岡,札幌,東京,大阪,福岡',
          '',
          '在庫数量,4200,15800,11200,5600,4350,15400,11900,5500,4500,15100,12600,5450,4700,14900,13100,5600,4850,15000,13500,5700,5000,15200,13800,5850',
          '販売数量,2600,10400,7300,3700,2500,10600,7000,3750,2400,10700,6700,3700,2350,10500,6400,3800,2300,10300,6200,3750,2200,10000,6000,3700',
        ],
      },
      steps: [
        {
          name: '在庫数量',
          type: 'filter',
          input: 'original',
          config: { category_filter: { 科目: ['在庫数量'] } },
        },
        {
          name: '在庫の推移',
          type: 'summary',
          input: 'step_0',
          config: {
            chart_config: {
              graph_type: 'line',
              x_axis: '年月',
              y_axis: '値',
              legend_axis: '拠点',
              title: '拠点別の在庫数量',
              y_title: '個',
            },
          },
        },
        {
          name: '販売数量',
          type: 'filter',
          input: 'original',
          config: { category_filter: { 科目: ['販売数量'] } },
        },
        {
          name: '販売の推移',
          type: 'summary',
          input: 'step_2',
          config: {
            chart_config: {
              graph_type: 'line',
              x_axis: '年月',
              y_axis: '値',
              legend_axis: '拠点',
              title: '拠点別の販売数量',
              y_title: '個',
            },
          },
        },
        {
          name: '直近の月',
          type: 'filter',
          input: 'original',
          config: { category_filter: { 年月: ['2025-09'] } },
        },
        {
          name: '余剰在庫の計算',
          type: 'transform',
          input: 'step_4',
          config: {
            operations: [
              calculated('必要在庫', '販売数量', '*', 1.5),
              calculated('余剰在庫', '在庫数量', '-', '必要在庫'),
            ],
          },
        },
        {
          name: '余剰在庫の大きい3拠点',
          type: 'filter',
          input: 'step_5',
          config: {
            category_filter: { 科目: ['余剰在庫'] },
            numeric_filter: { filter_type: 'topk', k_value: 3 },
          },
        },
        ...['大阪', '札幌', '福岡'].flatMap(rankOf),
      ],
    },
  ],
}
