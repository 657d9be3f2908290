import { calculated, derived, gathered, type Theme } from './theme.ts'

const vendors = [
  '販促チャネル,ベンダー,販促費,獲得顧客数',
  'Web広告,アルファ広告,8400,820',
  'Web広告,ベータ企画,6900,560',
  'Web広告,ガンマ社,5000,470',
  'SNS広告,デルタ社,6300,760',
  'SNS広告,イプシロン制作,5200,480',
  '展示会,ゼータ会場運営,6100,205',
  '展示会,エータ装飾,3900,105',
  'DM,シータ印刷,4250,270',
  'DM,イオタ発送,2800,150',
  '交通広告,カッパ媒体,7600,215',
  '交通広告,ラムダ交通,4800,165',
]

export const promotion: Theme = {
  id: '6542e15a-f892-4b57-b138-1b04b984b379',
  name: '販促チャネル・外注先見直し',
  issues: [
    {
      id: '0e5670d7-3452-4727-879b-5b8503b98364',
      name: '顧客獲得単価が高く、見直す余地のある販促チャネルはどれか？',
      description:
        '販促チャネルごとに、顧客を 1 人獲得するのにかかった費用を費用区分の積み上げ棒グラフで示します。単価が高いチャネルと、その中で重い費用区分が一目で分かります。',
      prompt: {
        aim: '販促チャネル別の顧客獲得単価と、その内訳を示す。',
        steps: [
          'transform: 販促費を獲得顧客数で割った「獲得単価」を加える。',
          'filter → summary「チャネル別の獲得単価」: 獲得単価だけを残し、横軸に販促チャネル、積み上げに費用区分を置いた積み上げ棒グラフを出す。',
          'aggregate → summary: チャネルごとに獲得単価を合計し、最も高い単価と最も低い単価を出す。',
          '平均より高いチャネルと、その中で大きい費用区分を文章で挙げる。',
        ],
        questions: [
          '獲得顧客数は、どの時点（問い合わせ、初回購入など）で数えていますか。',
          '認知を広げる目的の費用を、獲得単価に含めますか。',
        ],
      },
      initial_msg:
        '販促チャネル別の顧客獲得単価を比べます。チャネル別・費用区分別の販促費と獲得顧客数を登録し、横軸（販促チャネル）、縦軸（獲得単価にする科目）、積み上げ軸（費用区分）を選んでください。',
      axes: [
        { id: '31f9da59-314b-4cdf-92f6-5072780b9c4f', name: '横軸', option: '軸', multiple: false },
        {
          id: '057d367c-69f2-4533-9fab-a1c692ce0549',
          name: '縦軸',
          option: '科目',
          multiple: false,
        },
        {
          id: '784dd76b-9894-4f50-8312-554478e1a329',
          name: '積み上げ軸',
          option: '軸',
          multiple: false,
        },
      ],
      hint: '販促チャネルと費用区分を軸とし、販促費と獲得顧客数を用意してください。獲得顧客数には、チャネル全体の人数をどの費用区分にも同じく入れてください。',
      sheet: {
        name: 'チャネル別販促費（サンプル、千円）',
        lines: [
          '販促チャネル,Web広告,Web広告,Web広告,SNS広告,SNS広告,SNS広告,展示会,展示会,展示会,DM,DM,DM,交通広告,交通広告,交通広告',
          '費用区分,媒体費,制作費,運用費,媒体費,制作費,運用費,媒体費,制作費,運用費,媒体費,制作費,運用費,媒体費,制作費,運用費',
          '',
          '販促費,14800,2400,3100,7900,1900,1700,6200,2300,1500,5100,1350,600,9800,2100,500',
          '獲得顧客数,1850,1850,1850,1240,1240,1240,310,310,310,420,420,420,380,380,380',
        ],
      },
      steps: [
        {
          name: '獲得単価の計算',
          type: 'transform',
          input: 'original',
          config: { operations: [calculated('獲得単価', '販促費', '/', '獲得顧客数')] },
        },
        {
          name: '獲得単価',
          type: 'filter',
          input: 'step_0',
          config: { category_filter: { 科目: ['獲得単価'] } },
        },
        {
          name: 'チャネル別の獲得単価',
          type: 'summary',
          input: 'step_1',
          config: {
            chart_config: {
              graph_type: 'stacked bar',
              x_axis: '販促チャネル',
              y_axis: '値',
              stack_axis: '費用区分',
              title: '販促チャネル別の顧客獲得単価',
              y_title: '千円／人',
            },
          },
        },
        {
          name: 'チャネルごとの合計',
          type: 'aggregate',
          input: 'step_1',
          config: {
            group_by_axis: ['販促チャネル'],
            aggregation_config: [{ name: '獲得単価', method: 'sum', subject: '獲得単価' }],
          },
        },
        {
          name: '獲得単価の幅',
          type: 'summary',
          input: 'step_3',
          config: {
            formulas: [
              gathered('最も高い獲得単価', 'max', '獲得単価', '千円／人'),
              gathered('最も低い獲得単価', 'min', '獲得単価', '千円／人'),
            ],
          },
        },
      ],
    },
    {
      id: '0808e2c7-610f-436a-a1c8-6e2152d7009f',
      name: '顧客獲得単価が高く、見直す余地のあるベンダーはどれか？',
      description:
        'ベンダーごとの顧客獲得単価を、高い順に並べた横棒グラフで示します。全体の平均単価と中央値を添え、それを大きく上回るベンダーを見直しの候補とします。',
      prompt: {
        aim: 'ベンダー別の顧客獲得単価を高い順に示す。',
        steps: [
          'transform: 販促費を獲得顧客数で割った「獲得単価」を加える。',
          'filter: 獲得単価だけを残し、値の大きい順に並べる（sort）。',
          'summary「ベンダー別の獲得単価」: 横軸に値、縦軸にベンダーを置いた横棒グラフと、獲得単価の中央値を出す。',
          'summary「全体の平均」: 元の表から、販促費の合計÷獲得顧客数の合計を出す。',
        ],
        questions: [
          'ベンダーごとに担当するチャネルや地域の違いは、比較に影響しますか。',
          '契約の期間や、途中で見直すときの条件はどうなっていますか。',
        ],
      },
      initial_msg:
        'ベンダー別の顧客獲得単価を比べます。ベンダー別の販促費と獲得顧客数を登録し、横軸（獲得単価にする科目）と縦軸（ベンダー）を選んでください。',
      axes: [
        {
          id: '2794402b-a5d3-411c-9487-4c1784d3e922',
          name: '横軸',
          option: '科目',
          multiple: false,
        },
        { id: '1d9976cf-4085-4e99-8863-e80efc2215b2', name: '縦軸', option: '軸', multiple: false },
      ],
      hint: 'ベンダーごとに 1 行とし、同じ期間の販促費と獲得顧客数を用意してください。販促チャネルの軸も入れてください。',
      sheet: { name: 'ベンダー別販促費（サンプル、千円）', lines: vendors },
      steps: [
        {
          name: '獲得単価の計算',
          type: 'transform',
          input: 'original',
          config: { operations: [calculated('獲得単価', '販促費', '/', '獲得顧客数')] },
        },
        {
          name: '高い順の獲得単価',
          type: 'filter',
          input: 'step_0',
          config: {
            category_filter: { 科目: ['獲得単価'] },
            sort: [{ column: '値', descending: true }],
          },
        },
        {
          name: 'ベンダー別の獲得単価',
          type: 'summary',
          input: 'step_1',
          config: {
            formulas: [gathered('獲得単価の中央値', 'median', '獲得単価', '千円／人')],
            chart_config: {
              graph_type: 'horizontal bar',
              x_axis: '値',
              y_axis: 'ベンダー',
              title: 'ベンダー別の顧客獲得単価',
              x_title: '千円／人',
            },
          },
        },
        {
          name: '全体の平均',
          type: 'summary',
          input: 'original',
          config: {
            formulas: [
              gathered('販促費の合計', 'sum', '販促費', '千円'),
              gathered('獲得顧客数の合計', 'sum', '獲得顧客数', '人'),
              derived('全体の獲得単価', '販促費の合計', '/', '獲得顧客数の合計', '千円／人'),
            ],
          },
        },
      ],
    },
    {
      id: '1b19588a-b9a7-4121-a550-b2d1db601a45',
      name: '販促チャネルとベンダーの見直しで、費用はどれだけ減らせるか？',
      description:
        'ベンダーごとの獲得顧客数と獲得単価を散布図に置き、単価が基準の線を超えるベンダーを見直しの対象とします。同じ人数を基準の単価で獲得できた場合に減る費用を、改善効果額として合計します。',
      prompt: {
        aim: '獲得単価が基準を超えるベンダーを見つけ、見直しの効果額を示す。',
        steps: [
          'transform: 獲得単価、基準（例: 15 千円）との差である「超過単価」、それに獲得顧客数を掛けた「改善効果額」を加える。',
          'summary「人数と単価」: 横軸に獲得顧客数、縦軸に獲得単価を置いた散布図を出す。',
          'filter「基準を超えるベンダー」: 改善効果額が 0 を超える行だけを残す。',
          'summary「見直しの効果」: ベンダーの数と改善効果額の合計を出す。',
        ],
        questions: [
          '獲得単価の基準は、この値でよいですか。チャネルごとに変えますか。',
          '効果額のうち、実際に減らせるのはどの程度の割合と見込みますか。',
        ],
      },
      initial_msg:
        '販促の見直しで減らせる費用を見積もります。ベンダー別の販促費と獲得顧客数を登録し、横軸（獲得顧客数）と縦軸（獲得単価にする科目）を選んでください。基準にする獲得単価も教えてください。',
      axes: [
        {
          id: '696245ba-54f0-4e67-a160-8c3186db6a2b',
          name: '横軸',
          option: '科目',
          multiple: false,
        },
        {
          id: 'ffa13762-fd4b-41e5-859e-c01cb7a9fd85',
          name: '縦軸',
          option: '科目',
          multiple: false,
        },
      ],
      hint: 'ベンダーごとに 1 行とし、同じ期間の販促費と獲得顧客数を用意してください。目標にする獲得単価があれば、基準として控えておいてください。',
      sheet: { name: 'ベンダー別販促費（サンプル、千円）', lines: vendors },
      steps: [
        {
          name: '改善効果額の計算',
          type: 'transform',
          input: 'original',
          config: {
            operations: [
              calculated('獲得単価', '販促費', '/', '獲得顧客数'),
              calculated('超過単価', '獲得単価', '-', 15),
              calculated('改善効果額', '超過単価', '*', '獲得顧客数'),
            ],
          },
        },
        {
          name: '人数と単価',
          type: 'summary',
          input: 'step_0',
          config: {
            chart_config: {
              graph_type: 'scatter',
              x_subject: '獲得顧客数',
              y_subject: '獲得単価',
              point_axis: 'ベンダー',
              legend_axis: '販促チャネル',
              title: 'ベンダー別の獲得顧客数と獲得単価',
              x_title: '獲得顧客数（人）',
              y_title: '獲得単価（千円／人）',
            },
          },
        },
        {
          name: '基準を超えるベンダー',
          type: 'filter',
          input: 'step_0',
          config: {
            category_filter: { 科目: ['改善効果額'] },
            numeric_filter: { filter_type: 'range', min_value: 0, include_min: false },
          },
        },
        {
          name: '見直しの効果',
          type: 'summary',
          input: 'step_2',
          config: {
            formulas: [
              gathered('基準を超えるベンダー数', 'count', '改善効果額', '社'),
              gathered('改善効果額', 'sum', '改善効果額', '千円'),
            ],
          },
        },
      ],
    },
  ],
}
