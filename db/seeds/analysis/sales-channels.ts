import { gathered, type SampleStep, type Theme } from './theme.ts'

/** The figure of one of the three channels in step 2. */
const rankOf = (channel: string, n: number): SampleStep[] => [
  {
    name: `${n + 1}位の販路`,
    type: 'filter',
    input: 'step_2',
    config: { category_filter: { 販路: [channel] } },
  },
  {
    name: `${n + 1}位の規模`,
    type: 'summary',
    input: `step_${3 + 2 * n}`,
    config: {
      formulas: [gathered(`2025年度の販路 ${n + 1}位：${channel}`, 'sum', '市場規模', '億円')],
    },
  },
]

export const salesChannels: Theme = {
  id: '88e9670c-9348-4566-be02-4819f305f2bf',
  name: '新規販路・パートナー開拓',
  issues: [
    {
      id: '44b29044-4124-4b7f-bc0b-883a6eddb85f',
      name: '対象の市場は、どの販路がどれだけを占めているか？',
      description:
        '販路別の市場規模を年度ごとに並べた滝グラフで、伸びている販路と縮んでいる販路を見分けます。最後の年度に規模の大きい販路を順に挙げ、当社の売上が薄い販路を開拓の候補とします。',
      prompt: {
        aim: '販路別の市場規模の推移を示し、開拓する販路の候補を挙げる。',
        steps: [
          'filter: 縦軸に選ばれた科目（例: 市場規模）だけを残す。',
          'summary「販路別の推移」: 横軸に年度、凡例に販路を置いた滝グラフ（measure_type は absolute）を出す。',
          'filter: 最後の年度だけを残し、値の大きい上位 3 件（topk）に絞る。',
          'filter → summary: 上位の販路を一つずつ残し、1 位から 3 位までの規模を出す。',
        ],
        questions: [
          '販路の分け方は、当社の管理区分と合っていますか。',
          '候補の販路で、当社はどの程度のシェアを目標にしますか。',
        ],
      },
      initial_msg:
        '販路別の市場規模から、新しく開拓する販路を探します。年度別・販路別の市場規模を登録し、横軸（年度）、凡例軸（販路）、縦軸（市場規模）を選んでください。',
      axes: [
        { id: 'ed68bc9f-f9ab-4f50-bcd3-432eb12aad90', name: '横軸', option: '軸', multiple: false },
        {
          id: 'e43c5994-be24-4f4d-9ba0-a4be8f4c1618',
          name: '縦軸',
          option: '科目',
          multiple: false,
        },
        {
          id: '4178bf9f-07ec-4dd9-944b-e6e392777e7c',
          name: '凡例軸',
          option: '軸',
          multiple: false,
        },
      ],
      hint: '年度と販路を軸とし、市場規模を用意してください。当社の売上高も同じ区分で入れておくと、販路ごとのシェアも見られます。',
      sheet: {
        name: '販路別市場規模（サンプル、億円）',
        lines: [
          '年度,2022,2022,2022,2022,2022,2023,2023,2023,2023,2023,2024,2024,2024,2024,2024,2025,2025,2025,2025,2025',
          '販路,量販店,専門店,EC,ホームセンター,法人直販,量販店,専門店,EC,ホームセンター,法人直販,量販店,専門店,EC,ホームセンター,法人直販,量販店,専門店,EC,ホームセンター,法人直販',
          '',
          '市場規模,1980,860,1120,540,310,1930,840,1290,545,345,1890,815,1460,560,390,1840,800,1650,570,440',
          '当社売上高,320,96,41,22,4,310,92,49,23,5,300,88,58,25,7,288,85,70,26,9',
        ],
      },
      steps: [
        {
          name: '対象の科目',
          type: 'filter',
          input: 'original',
          config: { category_filter: { 科目: ['市場規模'] } },
        },
        {
          name: '販路別の推移',
          type: 'summary',
          input: 'step_0',
          config: {
            chart_config: {
              graph_type: 'waterfall',
              x_axis: '年度',
              y_axis: '値',
              legend_axis: '販路',
              measure_type: 'absolute',
              show_total: false,
              title: '販路別の市場規模の推移',
              y_title: '億円',
            },
          },
        },
        {
          name: '最後の年度の上位3販路',
          type: 'filter',
          input: 'step_0',
          config: {
            category_filter: { 年度: ['2025'] },
            numeric_filter: { filter_type: 'topk', k_value: 3 },
          },
        },
        ...['量販店', 'EC', '専門店'].flatMap(rankOf),
      ],
    },
  ],
}
