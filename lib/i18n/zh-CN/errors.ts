import type { errors as source } from '../en/errors';
import type { Translation } from '../shape';

export const errors: Translation<typeof source> = {
  BAD_REQUEST: {
    title: '控制台发出的请求未被服务端接受',
    next: '请刷新页面；控制台可能在页面打开期间升级过。',
  },
  BAD_PATH: {
    title: '这不是合法的 znode 路径',
    next: '路径须以“/”开头，不能含空段、“.”或“..”，也不能以“/”结尾。',
  },
  BAD_ORIGIN: {
    title: '变更来自其他来源，已被拒绝',
    next: '请在控制台自己的地址打开页面后重试。',
  },
  READ_ONLY_CLUSTER: {
    title: '该集群在控制台中设为只读',
    next: '未做任何更改。控制台的管理员可在配置中取消只读。',
  },
  REASON_REQUIRED: {
    title: '该集群要求填写变更原因',
    next: '未做任何更改。请在按钮上方填写原因后重试。',
  },
  NO_AUTH: {
    title: 'ACL 不允许此操作',
    next: '请在控制台配置中为该集群添加具备相应权限的凭据，或调整该 znode 的 ACL。',
  },
  LOCKOUT: {
    title: '此 ACL 会使控制台自身失去访问权限',
    next: '请为控制台已有的身份保留 READ 和 ADMIN，或确认这正是您的意图。',
  },
  UNKNOWN_CLUSTER: {
    title: '未配置该集群',
    next: '请从已配置的集群中选择。',
  },
  UNKNOWN_MEMBER: {
    title: '该成员不在集群的连接字符串中',
    next: '请从已配置的成员中选择。',
  },
  UNKNOWN_JOB: {
    title: '该任务已不存在',
    next: '任务结束后只保留一段时间，控制台重启后也不再保留。请重新发起。',
  },
  UNKNOWN_CHANGE: {
    title: '变更日志中没有这一条',
    next: '日志容量有限，最早的记录会先被移除。',
  },
  NO_NODE: {
    title: '该 znode 不存在',
    next: '它可能刚刚被删除。请前往父节点，或重新加载。',
  },
  NODE_EXISTS: {
    title: '该路径的 znode 已存在',
    next: '请换一个名称，或打开已有的 znode。',
  },
  NOT_EMPTY: {
    title: '该 znode 有子节点',
    next: '请先删除子节点，或删除整个子树。',
  },
  NO_CHILDREN_FOR_EPHEMERALS: {
    title: '临时节点不能有子节点',
    next: '请在持久节点下创建。',
  },
  VERSION_CONFLICT: {
    title: '该 znode 在此期间已被他人修改',
    next: '未保存任何内容。请对比双方的修改后再次保存。',
  },
  CANNOT_UNDO: {
    title: '此变更无法撤销',
    next: '未做任何更改。现状与该变更之后的状态不同，或变更之前的内容未保留。',
  },
  CLUSTER_REPLACED: {
    title: '这属于此前位于该地址的集群',
    next: '未做任何更改。请查看集群现在的内容，再重新生成计划或修改。',
  },
  INVALID_ACL: {
    title: 'ZooKeeper 不接受此 ACL',
    next: '请检查每一项的 scheme 和 id；“auth”要求会话已通过认证。',
  },
  QUOTA_EXCEEDED: {
    title: '将超出该子树的配额',
    next: '未做任何更改。请先腾出空间，或提高配额。',
  },
  NESTED_QUOTA: {
    title: '此路径的上级或下级已有配额',
    next: '未做任何更改。成员在每条路径上只按一个配额计数：请先删除另一个，或直接修改它。',
  },
  RECONFIG_REFUSED: {
    title: '集群拒绝此次成员变更',
    next: '未做任何更改。',
  },
  TOO_LARGE: {
    title: '超出单次请求的大小上限',
    next: 'ZooKeeper 以 jute.maxbuffer 限制请求和数据的大小（默认 1 MiB）。',
  },
  TOO_MANY: {
    title: '一次请求过多',
    next: '请稍候几秒，或缩小范围。',
  },
  UNSUPPORTED: {
    title: '该成员不支持此操作',
    next: '需要更高版本的 ZooKeeper，或开启相应的配置项。',
  },
  OUTSIDE_CHROOT: {
    title: '它位于该集群的 chroot 之外',
    next: '没有询问也没有更改任何内容。将同一集群再配置一次且不带 chroot，即可访问它。',
  },
  DISCONNECTED: {
    title: '控制台与集群之间没有会话',
    next: '请求未发出。控制台会持续重连，恢复后顶栏会显示。',
  },
  OUTCOME_UNKNOWN: {
    title: '结果未知',
    next: '请求已发出但未收到应答。请先确认现状，再决定是否重试。',
  },
  TIMEOUT: {
    title: '未在时限内应答',
    next: '该成员响应缓慢或已挂起。请重试，或在概览中查看其状态。',
  },
  WORD_REFUSED: {
    title: '该成员拒绝此四字命令',
    next: '在其 zoo.cfg 中加入下面这一行并重启即可放行：',
  },
  MEMBER_UNREACHABLE: {
    title: '无法连接该成员',
    next: '请确认它正在运行，且本机可访问其客户端端口。',
  },
  INTERNAL: {
    title: '控制台处理失败',
    next: '请重试。若仍然失败，可在控制台日志中查看原因。',
  },
  consoleUnreachable: {
    title: '控制台没有响应',
    next: '请确认控制台仍在运行，且本机可以访问它。',
  },
  unexpected: {
    title: '发生了意外错误',
    next: '请重试，或刷新页面。',
  },
};
