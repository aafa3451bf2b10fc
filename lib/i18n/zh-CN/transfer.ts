import type { transfer as source } from '../en/transfer';
import type { Translation } from '../shape';

export const transfer: Translation<typeof source> = {
  export: '导出',
  exportCsv: '导出为 CSV',
  import: '导入文件',
  importHelp: '支持本控制台、ZooNavigator（含 gzip）和 zkui 的导出文件。在您查看计划之前不会做任何更改。',
  file: '文件',
  tooLarge: '文件超过 {limit}。请分成较小的部分导出和导入。',
  to: '目标路径',
  toHelp: '本控制台导出的根将成为此 znode；ZooNavigator 与 zkui 的路径位于其下。',
  toWrong: '路径不合法。',
  overwrite: '替换有差异的数据和 ACL',
  prune: '删除该路径下文件中没有的节点',
  plan: '生成计划',
};
