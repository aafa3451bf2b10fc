import type { quota as source } from '../en/quota';
import type { Translation } from '../shape';

export const quota: Translation<typeof source> = {
  menu: '配额',
  title: '{path} 的配额',
  description: '针对该 znode 及其下所有节点的总和，由成员计数。',
  usedCount: '当前 znode 数',
  usedBytes: '当前数据字节数',
  notCounted: '设置配额后才会统计用量。',
  limits: {
    count: 'znode 数，软限制',
    countHard: 'znode 数，硬限制',
    bytes: '字节数，软限制',
    bytesHard: '字节数，硬限制',
  },
  none: '不限',
  soft: '超过时成员只在日志中写入警告。',
  hard: '在成员强制执行的情况下，会超出的写入将被拒绝。',
  faulty: '须为整数，或留空',
  enforced: {
    on: '成员会强制执行硬限制（enforceQuota=true）。',
    off: '成员不会强制执行硬限制，同样只写日志。在每个成员的 zoo.cfg 中加入下面这一行并重启即可改变（ZooKeeper 3.7 或更新）：',
    unknown:
      '无法得知成员是否强制执行硬限制：它们的 AdminServer 没有说明。每个成员的 zoo.cfg 中有下面这一行时才会执行（ZooKeeper 3.7 或更新）：',
  },
  above: '此路径的上级已有配额：',
  below: '此路径之下已有配额：',
  nested: '成员在每条路径上只按一个配额计数，因此此路径不能再设配额。',
  plan: '保存后的变化：',
  change: '{limit}：{from} → {to}',
  allEmpty: '没有任何限制的配额没有意义，请将其删除。',
  aboveSoft: '{limit}：已超出。此处每次写入时成员都会记录警告。',
  aboveHard: '{limit}：已超出。在强制执行的情况下，从现在起无法再新增内容。',
  save: '保存配额',
  saved: '已保存 {path} 的配额',
  delete: '删除配额',
  deleted: '已删除 {path} 的配额',
  deleteTitle: '删除 {path} 的配额？',
  deleteBody: '其限制不再生效，也不再统计用量。znode 本身保持不变。',
};
