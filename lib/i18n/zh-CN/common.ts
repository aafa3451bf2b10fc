import type { common as source } from '../en/common';
import type { Translation } from '../shape';

export const common: Translation<typeof source> = {
  reason: '变更原因',
  reasonHelp: '该集群要求说明原因，变更日志会一并保存。',
  close: '关闭',
  cancel: '取消',
  retry: '重试',
  refresh: '刷新',
  dismiss: '知道了',
  save: '保存',
  copy: '复制',
  copied: '已复制',
  copyWhat: '复制{what}',
  configLine: '配置行',
  unknown: '未知',
  exactBytes: '{count} 字节',
  loading: '加载中',
  filter: '筛选',
  all: '全部',
  none: '无',
  yes: '是',
  no: '否',
  zxid: ' zxid',
  sessionId: '会话 ID',
  asText: '复制为文本',
  asJson: '复制为 JSON',
};
